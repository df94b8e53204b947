"""Tables of a few rows, small enough to read, and builds made of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import sqlalchemy as sa

from ampiq_gql.warehouse import BuildInfo

NAMESPACE = UUID("8f6d3b0e-0000-4000-8000-000000000000")

c360 = sa.MetaData(schema="c360")
customers = sa.Table(
    "merged_customers",
    c360,
    sa.Column("amperity_id", sa.Uuid),
    sa.Column("city", sa.Text),
    sa.Column("spent", sa.Numeric(18, 4)),
)
recipients = sa.Table(
    "campaign_recipients",
    c360,
    sa.Column("amperity_id", sa.Uuid),
    sa.Column("campaign_name", sa.Text),
    sa.Column("is_control", sa.Boolean),
    sa.Column("launch_datetime", sa.DateTime),
)
sources = sa.MetaData(schema="sources")
source_customers = sa.Table(
    "customers", sources, sa.Column("customer_id", sa.Text), sa.Column("city", sa.Text)
)


def customer_id(number: int) -> UUID:
    return uuid5(NAMESPACE, str(number))


def build_info(build_id: str, *, newest_event_on: date | None = date(2026, 10, 31)) -> BuildInfo:
    return BuildInfo(
        id=build_id,
        as_of=date(2026, 11, 1),
        built_at=datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC),
        time_zone="UTC",
        currency="USD",
        newest_event_on=newest_event_on,
    )


def fill(connection: sa.Connection, city: str, rows: int) -> None:
    c360.create_all(connection, checkfirst=False)
    connection.execute(
        customers.insert(),
        [
            {"amperity_id": customer_id(number), "city": city, "spent": number}
            for number in range(rows)
        ],
    )
