"""What a build measures of its tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from math import sqrt

import pytest
import sqlalchemy as sa

from ampiq_gql.catalog import (
    AccessClass,
    ColumnProfile,
    Quantiles,
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
        access=AccessClass.INTERNAL,
        filled=4,
        distinct=3,
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
    monkeypatch.setattr(measuring, "EXACT_BELOW_ROWS", 30_000)
    monkeypatch.setattr(measuring, "ENOUGH_IN_SHARE", 100)
    rows = orders(*((number % 9, "2026-01-02") for number in range(30_000)))
    profile = measure(warehouse, "unified_transactions", rows)
    revenue = column(profile, "order_revenue")
    assert revenue.distinct_error is not None
    assert revenue.distinct_error == pytest.approx(1 / sqrt(30_000 / 64), rel=0.2)
    assert revenue.distinct == pytest.approx(30_000, rel=4 * revenue.distinct_error)
    assert column(profile, "amperity_id").is_distinct_exact
    assert (profile.grain, column(profile, "amperity_id").distinct) == (Grain.MANY, 9)


def test_estimates_of_few_values_are_counted_instead(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "EXACT_BELOW_ROWS", 3)
    profile = measure(warehouse, "unified_transactions", orders(*[(1, "2026-01-02")] * 1_500))
    revenue = column(profile, "order_revenue")
    assert (revenue.distinct, revenue.is_distinct_exact) == (1_500, True)


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


def revenues(*amounts: str) -> Rows:
    rows = orders(*[(1, "2026-01-02")] * len(amounts))
    pairs = zip(rows, amounts, strict=True)
    return [{**row, "order_revenue": Decimal(amount)} for row, amount in pairs]


@pytest.mark.parametrize("listed", [0, 1_000], ids=["asked of the engine", "of the listed values"])
def test_numbers_have_mean_and_quantiles(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, listed: int
) -> None:
    monkeypatch.setattr(measuring, "LISTED_VALUES", listed)
    monkeypatch.setattr(measuring, "SAMPLED_ROWS", max(listed, 1))
    profile = measure(
        warehouse, "unified_transactions", revenues(*(str(number) for number in range(1, 11)))
    )
    revenue = column(profile, "order_revenue")
    assert revenue.mean == "5.5000"
    assert revenue.quantiles == Quantiles(
        p05="1.0000", p25="3.0000", median="5.0000", p75="8.0000", p95="10.0000"
    )


def test_quantiles_of_large_tables_are_those_of_a_share_of_the_orders(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "EXACT_QUANTILES_BELOW_ROWS", 20_000)
    amounts = [str(number) for number in range(20_000)]
    profile = measure(warehouse, "unified_transactions", revenues(*amounts))
    quantiles = column(profile, "order_revenue").quantiles
    assert quantiles is not None
    found = [Decimal(text or 0) for text in (quantiles.p05, quantiles.median, quantiles.p95)]
    # 312 of the 20,000 are asked: within four standard errors, but hardly the very ranks.
    assert [float(amount) for amount in found] == pytest.approx([1_000, 10_000, 19_000], abs=2_300)
    assert found != [999, 9_999, 18_999]


def test_the_mean_is_exact_and_rounded_half_up(warehouse: Warehouse) -> None:
    profile = measure(warehouse, "unified_transactions", revenues("0.0001", "0.0002"))
    assert column(profile, "order_revenue").mean == "0.0002"


def test_days_have_mean_and_quantiles(warehouse: Warehouse) -> None:
    days = [(1, "2026-01-01"), (2, "2026-01-01"), (3, "2026-01-07")]
    time = column(measure(warehouse, "unified_transactions", orders(*days)), "order_datetime")
    assert time.mean == "2026-01-03"
    assert time.quantiles is not None
    assert (time.quantiles.median, time.quantiles.p95) == (
        "2026-01-01T12:30:00", "2026-01-07T12:30:00",
    )  # fmt: skip


def test_numbers_and_flags_that_repeat_list_their_values(warehouse: Warehouse) -> None:
    profile = measure(warehouse, "unified_transactions", revenues("7", "7", "3"))
    assert column(profile, "order_revenue").values == (
        ValueCount(value="7.0000", rows=2), ValueCount(value="3.0000", rows=1),
    )  # fmt: skip
    assert column(profile, "order_quantity").values == (ValueCount(value="0", rows=3),)


@pytest.mark.parametrize("few", [0, 1_000], ids=["counted", "grouped"])
def test_blanks_and_white_space_are_counted_apart(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(measuring, "LISTED_VALUES", few)
    monkeypatch.setattr(measuring, "SAMPLED_ROWS", max(few, 1))
    cities = ("", "", " ", "\t \n", " Rome", "Oslo", None)
    city = column(measure(warehouse, "merged_customers", customers(*cities)), "city")
    assert (city.blanks, city.whitespace, city.filled) == (2, 2, 6)


def test_blanks_of_personal_data_are_counted_too(warehouse: Warehouse) -> None:
    rows = [
        {**row, "email": email} for row, email in zip(customers("a", "b"), ("", " "), strict=True)
    ]
    email = column(measure(warehouse, "merged_customers", rows), "email")
    assert (email.blanks, email.whitespace, email.values) == (1, 1, ())


def test_dates_of_birth_leave_nothing_but_counts(warehouse: Warehouse) -> None:
    rows = [{**row, "birthdate": date(1980, 1, 1)} for row in customers("a", "b")]
    birth = column(measure(warehouse, "merged_customers", rows), "birthdate")
    assert (birth.filled, birth.distinct, birth.access) == (2, 1, AccessClass.SENSITIVE)
    assert (birth.minimum, birth.mean, birth.quantiles, birth.values) == (None, None, None, ())


def test_a_class_that_was_found_counts_where_it_is_higher(warehouse: Warehouse) -> None:
    make_build(warehouse, rows={"merged_customers": customers("Rome", "Oslo")})
    table = standard_metadata().tables["c360.merged_customers"]
    found = {"city": AccessClass.PII, "email": AccessClass.OPEN}
    with warehouse.read() as session:
        profile = profile_table(table, session.rows, found)
    assert (column(profile, "city").access, column(profile, "city").values) == (AccessClass.PII, ())
    assert column(profile, "email").access is AccessClass.PII
