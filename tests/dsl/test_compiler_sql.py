"""The SQL of typical expressions per engine, for people to read in review.

Each file shows one expression with its values written out; what the statements answer is shown by
the other tests.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import duckdb_sqlalchemy
import pytest
import sqlalchemy as sa
import sqlglot
from sqlalchemy.dialects.postgresql.base import PGDialect

from dsl import AsOf, check, compile_ids
from tests.dsl.fixture import AS_OF, CATALOG, FixtureCatalog, Warehouse, customers, person
from tests.dsl.orders import FACTS, KEY

# With the drivers' own style of parameters a percent sign in a text would be doubled.
DIALECTS: dict[str, tuple[sa.Dialect, str]] = {
    "duckdb": (duckdb_sqlalchemy.Dialect(paramstyle="named"), "duckdb"),
    "postgresql": (PGDialect(paramstyle="named"), "postgres"),  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
}
BUILT = (
    CATALOG.with_newest_event("unified_itemized_transactions", AS_OF)
    .with_newest_event("unified_transactions", AS_OF)
    .with_order_columns({*KEY, *FACTS})
    .with_segments(West='state in ("CA", "OR", "WA")')
)
CASES = {
    "everyone": "everyone",
    "city": 'city is "Chicago"',
    "city_not_ascii": 'city is "São Paulo"',
    "not_city": 'not (city is "Chicago")',
    "exclude": 'state is "IL" exclude city is "Chicago"',
    "two_tables": 'city is "Chicago" and lifetime_order_revenue >= $100',
    "no_customer_360": "lifetime_order_frequency > 3 and contactable_email is true",
    "text_places": 'email contains any of ("gmail", "50%") and not (postal starts with "9")',
    "text_ends": 'email does not end with ".com" and city matches case "Rome"',
    "lists": 'state in ("CA", "OR") and l12m_frequency not in (1, 2)',
    "empty": "city is empty or state is not empty",
    "column_factor": "l12m_order_revenue < 0.5 * ly12m_order_revenue",
    "dates": "first_order_datetime between 2024-11-01 and 2024-12-31 or birthdate in next 7 days",
    "date_functions": "age of birthdate >= 40 and days since latest_order_datetime <= 30",
    "date_parts": "month of birthdate is 5 and weekday of birthdate in (6, 7)",
    "anniversary": "anniversary of birthdate in next 7 days",
    "bought": "has purchased",
    "bought_often": (
        'has purchased at least 3 times in last 90 days where (product_category in ("a", "b"))'
    ),
    "bought_by_order": (
        'has purchased at least 3 times in last 90 days where (purchase_channel is "web")'
    ),
    "bought_and_not": (
        "has purchased at least 2 times in last 24 months and has not purchased in last 90 days"
    ),
    "bought_or_not": 'has purchased in last 90 days or (not has purchased and state is "IL")',
    "bought_net": "has purchased in last 1 year net of returns",
    "only_bought": "only purchased in previous month",
    "first_purchase": 'first purchase in last 1 year where (product_category is "socks")',
    "first_purchase_of": 'first purchase of (product_category is "socks") in last 90 days',
    "first_purchase_by_order": 'first purchase in last 1 year where (store_id is "7")',
    "repeat_purchase": "repeat purchase in last 1 month",
    "most_frequent": (
        'most frequent order in last 30 days where (product_category is "tacos" '
        'and store_id is "7" and purchase_channel is "web")'
    ),
    "total_value": "total value of orders >= $500 in last 1 year",
    "total_value_net": "total value of orders >= $500 net of returns",
    "segment": 'member of segment "West" and not member of segment "West"',
    "any_row": 'any row in unified_loyalty where (is_opted_in is true and current_tier is "VIP")',
    "file_column": "file.ratings.score >= 4 or file.survey_2026.stars >= 4",
    "every_row": "every row in unified_loyalty where (is_opted_in is true)",
    "count": "count of unified_loyalty where (current_balance > 5) < 3",
    "average": "avg of current_balance >= 2.5",
    "top_share": 'l12m_order_revenue in top 20% among (state is "WA")',
    "top_number": "bottom 500 by l12m_order_revenue",
    "rfm": "rfm at least 9-8-10",
}

UNLIKE = BUILT.with_order_columns(())
CASES_BY_LINE = {
    "bought": "has purchased",
    "bought_twice": "has purchased at least 2 times in last 90 days",
    "bought_often": CASES["bought_by_order"],
    "bought_and_not": CASES["bought_and_not"],
    "repeat_purchase": CASES["repeat_purchase"],
}


def sql(text: str, dialect: str, catalog: FixtureCatalog = BUILT, as_of: AsOf | None = None) -> str:
    segment = check(text, catalog, as_of or AsOf.on(AS_OF)).segment
    assert segment is not None
    engine, reader = DIALECTS[dialect]
    compiled = compile_ids(segment).compile(dialect=engine, compile_kwargs={"literal_binds": True})
    return sqlglot.transpile(str(compiled), read=reader, write=reader, pretty=True)[0] + "\n"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("case", CASES)
def test_the_sql_is_as_reviewed(
    case: str, dialect: str, golden: Callable[[str, str], None]
) -> None:
    golden(f"sql/{case}.{dialect}.sql", f"-- {CASES[case]}\n{sql(CASES[case], dialect)}")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("case", CASES_BY_LINE)
def test_purchases_are_read_from_lines_where_orders_cannot_tell(
    case: str, dialect: str, golden: Callable[[str, str], None]
) -> None:
    text = CASES_BY_LINE[case]
    golden(f"sql/by_line/{case}.{dialect}.sql", f"-- {text}\n{sql(text, dialect, UNLIKE)}")


def test_rows_after_as_of_are_cut_only_where_there_are_some() -> None:
    yesterday = AsOf.on(AS_OF - timedelta(days=1))
    assert "2026-06-30" in sql("has purchased", "duckdb", BUILT, yesterday)
    assert "2026" not in sql("has purchased", "duckdb")


@pytest.mark.parametrize("case", CASES)
def test_one_text_gives_one_statement(case: str) -> None:
    assert sql(CASES[case], "duckdb") == sql(CASES[case], "duckdb")


def test_equal_sets_are_computed_once() -> None:
    text = "has purchased in last 90 days or (has purchased in last 90 days and city is null)"
    assert sql(text, "duckdb").count("bought_in_window AS") == 1
    two = "has purchased in last 90 days or has purchased in last 91 days"
    assert "bought_in_window_2 AS" in sql(two, "duckdb")


def test_no_value_of_a_text_is_part_of_the_statement() -> None:
    segment = check('city is "x\' OR 1=1 --" and state contains "%"', BUILT, AsOf.on(AS_OF)).segment
    assert segment is not None
    assert "1=1" not in str(compile_ids(segment).compile(dialect=DIALECTS["duckdb"][0]))


def test_the_statement_can_stand_inside_others_over_the_same_tables(warehouse: Warehouse) -> None:
    """Without care SQLAlchemy would take the inner tables for those of the outer statement."""
    warehouse.fill(
        customers("a", "b") | {"customer_360": [{"amperity_id": person("a"), "city": "x"}]}
    )
    segment = check('city is "x"', BUILT, AsOf.on(AS_OF)).segment
    assert segment is not None
    ids = compile_ids(segment)
    people = CATALOG.tables[0].selectable
    outer = sa.select(people.c.amperity_id).where(people.c.amperity_id.in_(ids))
    expected: list[UUID] = [person("a")]
    assert list(warehouse.connection.scalars(outer)) == expected
    assert [column.name for column in ids.selected_columns] == ["amperity_id"]
