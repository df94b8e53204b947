"""Orders and lines in a bare DuckDB, and the purchase history that the build makes of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema

from ampiq_gql.build.models import BuildContext, BuildRules
from ampiq_gql.build.sources import Sources, SourceTable
from ampiq_gql.build.tables.attribute_measures import purchase_measures, qualifying_orders
from ampiq_gql.build.tables.preferred_values import PREFERENCES, preferred_values
from ampiq_gql.build.tables.rfm import rfm_scores
from ampiq_gql.build.tables.taken_back import taken_back
from ampiq_gql.build.tables.transaction_attributes import (
    HistoryParts,
    transaction_attributes_extended,
)
from ampiq_gql.build.tables.transactions import unified_transactions
from ampiq_gql.build.windows import windows
from ampiq_gql.build.writing import write_scratch, write_table
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.sources import BroughtColumn, source_table

MONEY = sa.Numeric(18, 4)

LINES = sa.Table(
    "unified_itemized_transactions",
    sa.MetaData(schema="c360"),
    sa.Column("amperity_id", sa.Uuid),
    sa.Column("datasource", sa.Text),
    sa.Column("order_id", sa.Text),
    sa.Column("product_id", sa.Text),
    sa.Column("is_return", sa.Boolean),
    sa.Column("is_cancellation", sa.Boolean),
    sa.Column("line_number", sa.BigInteger),
    sa.Column("order_datetime", sa.DateTime),
    sa.Column("customer_id", sa.Text),
    sa.Column("item_quantity", sa.BigInteger),
    sa.Column("item_revenue", MONEY),
    sa.Column("purchase_brand", sa.Text),
    sa.Column("purchase_channel", sa.Text),
    sa.Column("store_id", sa.Text),
)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an order."""

    order_id: str
    order_datetime: datetime
    item_revenue: str = "1"
    item_quantity: int = 1
    customer_id: str | None = "p"
    is_return: bool | None = None
    is_cancellation: bool | None = None
    purchase_brand: str | None = None
    purchase_channel: str | None = None
    store_id: str | None = None
    product_id: str = "x"


def person(customer_id: str) -> uuid.UUID:
    """Return an id that sorts as its key does."""
    return uuid.UUID(int=int.from_bytes(customer_id.encode().rjust(16, b"\0")))


def at(text: str) -> datetime:
    """Read a wall clock time; a day alone is its noon."""
    return datetime.fromisoformat(text if len(text) > 10 else f"{text}T12:00")


def history(lines: Sequence[Line], as_of: date, rules: BuildRules | None = None) -> dict[str, Row]:
    """Return the rows of transaction_attributes_extended by customer key."""
    with _database().begin() as connection:
        return _history(connection, lines, as_of, rules or BuildRules())


def orders_of(lines: Sequence[Line]) -> dict[str, Row]:
    """Return the rows of unified_transactions by order."""
    with _database().begin() as connection:
        orders = _orders(connection, lines)
        return {row["order_id"]: row for row in _rows(connection, orders)}


def _database() -> sa.Engine:
    return sa.create_engine("duckdb:///:memory:")


def _orders(connection: sa.Connection, lines: Sequence[Line]) -> sa.Table:
    connection.execute(CreateSchema("c360"))
    LINES.create(connection)
    numbered = [
        asdict(line)
        | {"line_number": number, "datasource": "main"}
        | {"amperity_id": line.customer_id and person(line.customer_id)}
        for number, line in enumerate(lines)
    ]
    if numbered:
        connection.execute(LINES.insert(), numbered)
    return write_table(connection, unified_transactions(LINES, _sources())).filled


def _history(
    connection: sa.Connection, lines: Sequence[Line], as_of: date, rules: BuildRules
) -> dict[str, Row]:
    orders = _orders(connection, lines)
    periods = windows(as_of)
    counted = write_scratch(connection, qualifying_orders(orders, periods))
    measures = write_scratch(connection, purchase_measures(counted, periods))
    parts = HistoryParts(
        measures=measures,
        preferred={
            column: write_scratch(connection, preferred_values(counted, column, periods))
            for column in PREFERENCES
        },
        returns=write_scratch(connection, taken_back(LINES, periods)),
        rfm=write_scratch(connection, rfm_scores(measures, rules.rfm_ties)),
    )
    context = BuildContext(as_of=as_of, time_zone="UTC", currency="USD", rules=rules)
    table = write_table(connection, transaction_attributes_extended(parts, periods, context))
    keys = {person(line.customer_id): line.customer_id for line in lines if line.customer_id}
    return {keys[row["amperity_id"]]: row for row in _rows(connection, table.table)}


def _rows(connection: sa.Connection, table: sa.Table) -> list[Row]:
    return [dict(row._mapping) for row in connection.execute(sa.select(table))]


def _sources() -> Sources:
    """Say that files of items bring brand, channel and store, so that lines may differ."""
    facts = ("purchase_brand", "purchase_channel", "store_id")
    return Sources(
        tables={
            kind: SourceTable(
                kind=kind,
                table=source_table(kind),
                brought=tuple(
                    BroughtColumn(name=name, header=name, is_attribute=False) for name in facts
                ),
                has_rows=kind is SourceKind.ORDER_ITEMS,
            )
            for kind in SourceKind
        }
    )
