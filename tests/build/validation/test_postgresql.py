"""The checks find on a PostgreSQL server what they find on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.schema import CreateSchema, CreateTable

from ampiq_gql.build.validation import CheckResult
from ampiq_gql.warehouse import Dialect
from tests.build.validation.bench import Bench, Breaking, change, repeat

# What engines disagree about most: texts, patterns, days, groups, ids.
BREAKING: tuple[Breaking, ...] = (
    change("customer_attributes", is_purchaser=True, is_prospect=True),
    change("unified_transactions", {"purchase_channel": "store"}, amperity_id=None, currency="EUR"),
    change("unified_transactions", {"order_id": "o0000"}, order_datetime=None, store_id=" "),
    change("unified_itemized_transactions", {"line_number": 1}, item_discount_amount=-1),
    change("unified_itemized_transactions", {"line_number": 2}, item_revenue=None),
    change("unified_coalesced", {"city": "Chicago"}, given_name="", surname=None),
    change("merged_customers", email="User0@example.com "),
    repeat("unified_product_catalog", {"product_id": "p01"}, times=2),
    repeat("email_opt_status", {"brand": "A"}, is_email_opted_in=False),
)


@pytest.fixture(scope="module")
def server(postgres: URL) -> Iterator[sa.Connection]:
    """An empty database."""
    setup = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
    with setup.connect() as connection:
        connection.execute(sa.DDL("CREATE DATABASE checks"))
    setup.dispose()
    engine = sa.create_engine(postgres.set(database="checks"))
    with engine.connect() as connection:
        for schema in ("c360", "sources"):
            connection.execute(CreateSchema(schema))
        yield connection
    engine.dispose()


def copied(bench: Bench, server: sa.Connection) -> Bench:
    """Put the same rows on the server."""
    for table in (*bench.inputs.tables.values(), *bench.sources.values()):
        columns = [sa.Column(one.name, one.type.as_generic()) for one in table.columns]
        there = sa.Table(table.name, sa.MetaData(schema=table.schema), *columns)
        server.execute(CreateTable(there))
        rows = [dict(row._mapping) for row in bench.connection.execute(sa.select(table))]
        if rows:
            server.execute(there.insert(), rows)
    inputs = replace(bench.inputs, connection=server, dialect=Dialect.POSTGRESQL)
    return replace(bench, connection=server, inputs=inputs)


def told(results: tuple[CheckResult, ...]) -> list[object]:
    return [
        (one.key, one.status, one.severity, one.checked, one.failing, one.samples, set(one.parts))
        for one in results
        if one.id != "db.columns"  # reflected from one engine, made on the other
    ]


def test_both_engines_find_the_same(bench: Bench, server: sa.Connection) -> None:
    with bench.broken(*BREAKING):
        here = bench.results()
        there = copied(bench, server).results()
    assert len({one.id for one in here if one.failing}) > 15
    assert told(there) == told(here)
