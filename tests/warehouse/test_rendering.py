"""SQL as people read it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from ampiq_gql.warehouse import Dialect, Warehouse
from tests.warehouse.builders import customer_id, customers
from tests.warehouse.conftest import Build

STATEMENT = (
    sa.select(customers.c.amperity_id)
    .where(
        customers.c.city.like("100%'s"),
        customers.c.spent >= Decimal("1.50"),
        customers.c.amperity_id.in_([customer_id(1)]),
        sa.column("ordered_at", sa.DateTime) >= datetime.fromisoformat("2026-01-02T03:04"),
        sa.column("born_on", sa.Date) < date(2026, 1, 2),
    )
    .order_by(customers.c.city)
)


@pytest.mark.parametrize("dialect", [Dialect.DUCKDB, Dialect.POSTGRESQL])
def test_values_are_written_out_with_their_types(
    warehouse: Warehouse, build: Build, dialect: Dialect
) -> None:
    build("b1")
    with warehouse.read() as session:
        assert session.sql(STATEMENT, dialect) == (
            "SELECT\n"
            "  c360.merged_customers.amperity_id\n"
            "FROM c360.merged_customers\n"
            "WHERE\n"
            "  c360.merged_customers.city LIKE '100%''s'\n"
            "  AND c360.merged_customers.spent >= 1.50\n"
            f"  AND c360.merged_customers.amperity_id IN ('{customer_id(1)}')\n"
            "  AND ordered_at >= CAST('2026-01-02 03:04:00' AS TIMESTAMP)\n"
            "  AND born_on < CAST('2026-01-02' AS DATE)\n"
            "ORDER BY\n"
            "  c360.merged_customers.city"
        )


def test_shown_sql_runs_as_it_stands(warehouse: Warehouse, build: Build) -> None:
    build("b1", city="100% Bob's", rows=3)
    statement = sa.select(customers.c.spent).where(
        customers.c.city == "100% Bob's", customers.c.spent > 1
    )
    with warehouse.read() as session:
        text = sa.text(session.sql(statement)).columns(sa.column("spent"))
        assert session.rows(sa.select(text.subquery())) == session.rows(statement)


def test_clickhouse_sees_its_own_functions_and_types(warehouse: Warehouse, build: Build) -> None:
    build("b1")
    folded = sa.func.lower(customers.c.city) == "rome"
    born = sa.column("born_on", sa.Date) < date(1931, 2, 3)
    statement = sa.select(customers.c.amperity_id).where(folded, born)
    with warehouse.read() as session:
        shown = session.sql(statement, Dialect.CLICKHOUSE)
    plain = shown.replace('"', "")
    assert "lowerUTF8(c360.merged_customers.city) = 'rome'" in plain
    assert "born_on < toDate32('1931-02-03')" in plain
