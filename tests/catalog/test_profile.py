"""What a build measures of its tables."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from ampiq_gql.catalog import (
    ColumnProfile,
    TableProfile,
    ValueCount,
    measuring,
    standard_metadata,
)
from ampiq_gql.catalog.measuring import profile_table
from ampiq_gql.warehouse import Warehouse
from dsl.catalog import DataType, Grain
from tests.catalog.builders import Rows, customers, make_build, orders, person


def measure(warehouse: Warehouse, name: str, rows: Rows) -> TableProfile:
    make_build(warehouse, rows={name: rows})
    with warehouse.read() as session:
        return profile_table(standard_metadata().tables[f"c360.{name}"], session.rows)


def column(profile: TableProfile, name: str) -> ColumnProfile:
    return next(one for one in profile.columns if one.name == name)


def test_texts_list_their_values_with_the_most_frequent_first(warehouse: Warehouse) -> None:
    profile = measure(
        warehouse, "merged_customers", customers("Rome", "Oslo", "Rome", None, "Bern")
    )
    assert column(profile, "city") == ColumnProfile(
        name="city",
        type=DataType.STRING,
        filled=4,
        distinct=3,
        is_distinct_exact=True,
        minimum="Bern",
        maximum="Rome",
        values=(
            ValueCount(value="Rome", rows=2),
            ValueCount(value="Bern", rows=1),
            ValueCount(value="Oslo", rows=1),
        ),
        lists_all_values=True,
    )


def test_personal_data_leave_no_values_behind(warehouse: Warehouse) -> None:
    email = column(measure(warehouse, "merged_customers", customers("Rome", "Oslo")), "email")
    assert (email.filled, email.distinct) == (2, 2)
    assert (email.minimum, email.maximum, email.values) == (None, None, ())
    assert not email.lists_all_values


def test_a_constant_column_is_known_from_its_bounds(warehouse: Warehouse) -> None:
    city = column(measure(warehouse, "merged_customers", customers("Rome", None, "Rome")), "city")
    assert city.values == (ValueCount(value="Rome", rows=2),)
    assert (city.distinct, city.lists_all_values) == (1, True)


def test_an_empty_column_has_no_values(warehouse: Warehouse) -> None:
    state = column(measure(warehouse, "merged_customers", customers("Rome")), "state")
    assert (state.filled, state.distinct, state.minimum, state.values) == (0, 0, None, ())
    assert not state.lists_all_values


def test_many_values_leave_the_top_twenty(warehouse: Warehouse) -> None:
    names = [f"city {number % 1500:04}" for number in range(4000)]
    city = column(measure(warehouse, "merged_customers", customers(*names)), "city")
    assert not city.lists_all_values
    assert city.distinct == 1500
    assert [found.value for found in city.values] == [f"city {number:04}" for number in range(20)]
    assert {found.rows for found in city.values} == {3}


def test_columns_in_which_most_rows_differ_have_no_values(warehouse: Warehouse) -> None:
    names = [f"city {number}" for number in range(1200)]
    city = column(measure(warehouse, "merged_customers", customers(*names)), "city")
    assert (city.distinct, city.values, city.lists_all_values) == (1200, (), False)


@pytest.mark.parametrize(
    ("days", "grain"),
    [
        pytest.param([(1, "2026-01-02"), (2, "2026-01-03")], Grain.ONE, id="nobody twice"),
        pytest.param([(1, "2026-01-02"), (1, "2026-01-03")], Grain.MANY, id="one person twice"),
        pytest.param([], Grain.MANY, id="an empty table is what it should be"),
    ],
)
def test_the_grain_is_measured(
    warehouse: Warehouse, days: list[tuple[int, str]], grain: Grain
) -> None:
    assert measure(warehouse, "unified_transactions", orders(*days)).grain is grain


def test_orders_without_a_customer_do_not_change_the_grain(warehouse: Warehouse) -> None:
    guests = [{**row, "amperity_id": None} for row in orders((1, "2026-01-02"), (1, "2026-01-03"))]
    profile = measure(warehouse, "unified_transactions", [*guests, *orders((2, "2026-01-04"))[:1]])
    assert profile.grain is Grain.ONE


def test_numbers_and_dates_have_bounds(warehouse: Warehouse) -> None:
    profile = measure(
        warehouse, "unified_transactions", orders((1, "2026-01-02"), (1, "2026-03-04"))
    )
    revenue, time = column(profile, "order_revenue"), column(profile, "order_datetime")
    assert (revenue.minimum, revenue.maximum) == ("10.5000", "21.0000")
    assert (time.minimum, time.maximum) == ("2026-01-02T12:30:00", "2026-03-04T12:30:00")
    assert profile.newest_event_on == date(2026, 3, 4)


def test_large_tables_get_approximate_counts_except_for_the_id(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "EXACT_BELOW_ROWS", 3)
    profile = measure(
        warehouse,
        "unified_transactions",
        orders((1, "2026-01-02"), (1, "2026-03-04"), (2, "2026-03-05")),
    )
    assert not column(profile, "order_revenue").is_distinct_exact
    assert column(profile, "order_revenue").distinct == pytest.approx(3, abs=1)
    assert column(profile, "amperity_id").is_distinct_exact
    assert (profile.grain, column(profile, "amperity_id").distinct) == (Grain.MANY, 2)


def test_every_column_is_measured_like_sql_written_by_hand(warehouse: Warehouse) -> None:
    make_build(warehouse, rows={"merged_customers": customers("Rome", "Oslo", None, "Rome")})
    table = standard_metadata().tables["c360.merged_customers"]
    with warehouse.read() as session:
        profile = profile_table(table, session.rows)
        for found in profile.columns:
            by_hand = sa.select(
                sa.func.count(table.c[found.name]),
                sa.func.count(sa.distinct(table.c[found.name])),
            )
            assert session.rows(by_hand) == [(found.filled, found.distinct)], found.name


def test_a_table_without_customers_has_no_grain(warehouse: Warehouse) -> None:
    rows = [{"datasource": "shop", "pk": "1", "product_id": "P1", "product_category": "Socks"}]
    profile = measure(warehouse, "unified_product_catalog", rows)
    assert profile.grain is None
    assert column(profile, "product_category").values == (ValueCount(value="Socks", rows=1),)


def test_ids_of_customers_are_text_in_the_language(warehouse: Warehouse) -> None:
    profile = measure(warehouse, "merged_customers", customers("Rome"))
    assert column(profile, "amperity_id").type is DataType.STRING
    assert column(profile, "amperity_id").values == ()
    assert person(0) != person(1)
