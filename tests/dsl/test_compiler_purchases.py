"""Purchase behaviours on the fixture of segments.md §4.4, and the traps of §8.9."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dsl import AsOf, check
from tests.dsl.fixture import (
    AS_OF,
    CATALOG,
    Data,
    FixtureCatalog,
    Row,
    Warehouse,
    customers,
    person,
)
from tests.dsl.orders import shared_columns, with_orders

LINES = "unified_itemized_transactions"


def line(name: str | None, order: int, ago: int, category: str, **values: Any) -> Row:
    """An order line at noon, so many days before as_of."""
    noon = datetime.fromisoformat(f"{AS_OF - timedelta(days=ago)}T12:00")
    return {
        "amperity_id": None if name is None else person(name),
        "order_id": str(order),
        "order_datetime": noon,
        "product_category": category,
        "product_id": category,
        "item_quantity": 1,
        "item_revenue": Decimal(values.pop("revenue", 10)),
        "is_return": False,
        "is_cancellation": False,
        **values,
    }


def lines(names: str, *rows: Row) -> Data:
    blank = dict.fromkeys(("purchase_brand", "purchase_channel", "store_id", "currency"))
    return with_orders(customers(*names.split()) | {LINES: [{**blank, **row} for row in rows]})


SHOP = lines(
    "a b c d e",
    line("a", 1, 730, "shoes", revenue=50),
    line("a", 1, 700, "shoes", revenue=-50, item_quantity=-1, is_return=True),
    line("a", 2, 10, "socks", is_return=None, is_cancellation=None),
    line("b", 3, 9, "shoes", revenue=80),
    line("b", 3, 9, "socks", revenue=8),
    line("c", 4, 9, "socks", revenue=-5, is_cancellation=True),
    line(None, 5, 3, "socks", revenue=12),
    line("e", 6, 5, "hat", revenue=5),
    line("e", 7, 5, "hat", revenue=5),
)
CASES = {
    "has purchased": "a b e",
    "has not purchased": "c d",
    "not has purchased": "c d",
    "has purchased at least 2 times": "a e",
    "has purchased exactly 1 time": "b",
    "has purchased less than 2 times": "b",
    "has purchased more than 2 times": "",
    "has purchased between 1 and 2 times": "a b e",
    "has purchased in last 30 days": "a b e",
    "has purchased in last 30 days net of returns": "a b e",
    "has purchased before today - 1 year": "a",
    "has purchased before today - 1 year net of returns": "",
    "has purchased between today - 10 days and today - 9 days": "a b",
    "has purchased on today - 9 days": "b",
    "has not purchased on today - 9 days": "a c d e",
    "has not purchased outside today - 10 days and today": "b c d e",
    'has purchased where (product_category is "socks")': "a b",
    'has not purchased where (product_category is "socks")': "c d e",
    'has purchased at least 2 times where (product_category is "hat")': "e",
    'has purchased where (product_category is "shoes" and item_revenue < 50)': "",
    'has purchased where (product_category is "shoes" or product_category is "hat")': "a b e",
    'has purchased in last 30 days where (not (product_category is "socks"))': "b e",
    "has purchased at least 2 times and has purchased in last 7 days": "e",
    "has purchased at least 2 times and has not purchased in last 7 days": "a",
    "has purchased and not has purchased at least 2 times in last 30 days": "a b",
    "has purchased and has purchased at most 1 time before today - 1 year": "a",
    "has purchased exclude has purchased at most 1 time in last 10 days": "a e",
    "has purchased and has not purchased": "",
    'has purchased and has purchased where (product_category is "socks")': "a b",
    'has purchased and has not purchased where (product_category is "socks")': "e",
    "has purchased in last 30 days and has purchased before today - 1 year": "a",
    "only purchased in last 30 days": "b e",
    "only purchased in last 3 years": "a b e",
    "first purchase": "a b e",
    "first purchase in last 30 days": "b e",
    'first purchase where (product_category is "socks")': "b",
    'first purchase in last 30 days where (product_category is "hat")': "e",
    'first purchase of (product_category is "socks") in last 30 days': "a b",
    "first purchase not between today - 30 days and today": "a",
    "repeat purchase": "a e",
    "repeat purchase in last 1 month": "a e",
    'repeat purchase where (product_category is "shoes")': "",
    'most frequent order where (product_category is "hat")': "e",
    'most frequent order where (product_category is "socks")': "a b",
    'most frequent order at least 2 times where (product_category in ("hat", "socks"))': "e",
    'most frequent order in last 30 days where (product_category is "socks")': "a b",
    'most frequent order where (product_category is "shoes" and item_revenue > 60)': "b",
    "total value of orders >= $50": "a b",
    "total value of orders < 20": "e",
    "total value of orders between 10 and 60": "a e",
    "total value of orders = 10 net of returns": "a e",
    "total value of orders > 50 in last 30 days": "b",
    'total value of orders = 8 where (product_category is "socks")': "b",
}


BY_ORDER = CATALOG.with_order_columns(shared_columns(SHOP))


@pytest.mark.parametrize("catalog", [CATALOG, BY_ORDER], ids=["by line", "by order"])
@pytest.mark.parametrize(("text", "ids"), CASES.items(), ids=list(CASES))
def test_a_behaviour_finds_its_customers(
    warehouse: Warehouse, text: str, ids: str, catalog: FixtureCatalog
) -> None:
    if warehouse.data is not SHOP:
        warehouse.fill(SHOP)
    assert warehouse.names(text, catalog) == ids


def test_adding_a_condition_never_takes_from_those_who_have_not_purchased(
    warehouse: Warehouse,
) -> None:
    warehouse.fill(SHOP)
    wide = warehouse.ids('has not purchased where (product_category is "socks")')
    assert wide >= warehouse.ids("has not purchased")


def test_the_order_id_decides_which_of_two_orders_at_one_instant_is_the_first(
    warehouse: Warehouse,
) -> None:
    warehouse.fill(lines("e", line("e", 7, 5, "late"), line("e", 6, 5, "early")))
    assert warehouse.names('first purchase where (product_category is "early")') == "e"
    assert warehouse.names('repeat purchase where (product_category is "late")') == "e"
    assert warehouse.names('repeat purchase where (product_category is "early")') == ""


def returns(*quantities: int) -> Sequence[Row]:
    return [
        line("r", 1, 1, "shoes", item_quantity=units, is_return=True, revenue=20 * units)
        for units in quantities
    ]


@pytest.mark.parametrize(
    ("bought", "returned", "is_kept"),
    [(3, (), True), (3, (-2,), True), (3, (-2, -1), False), (3, (-9,), False), (0, (-1,), True)],
)
def test_a_line_is_dropped_when_as_many_units_came_back_as_were_bought(
    warehouse: Warehouse, bought: int, returned: tuple[int, ...], is_kept: bool
) -> None:
    purchase = line("r", 1, 9, "shoes", item_quantity=bought, revenue=60)
    warehouse.fill(lines("r", purchase, *returns(*returned)))
    assert warehouse.names("has purchased net of returns") == ("r" if is_kept else "")


def test_only_what_came_back_of_the_summed_goods_is_subtracted(warehouse: Warehouse) -> None:
    goods = [line("r", 1, 9, "shoes", item_quantity=3, revenue=60), line("r", 1, 9, "hat")]
    warehouse.fill(lines("r", *goods, *returns(-1, -1)))
    assert warehouse.names("total value of orders = 30 net of returns") == "r"
    assert warehouse.names('total value of orders = 10 where (product_id is "hat") net of returns')


def test_what_came_back_counts_even_when_its_price_is_unknown(warehouse: Warehouse) -> None:
    goods = [line("r", 1, 9, "hat", revenue=30), line("r", 1, 9, "shoes") | {"item_revenue": None}]
    warehouse.fill(lines("r", *goods, *returns(-1)))
    assert warehouse.names("total value of orders = 30") == "r"
    assert warehouse.names("total value of orders < 30 net of returns") == "r"


def test_lines_of_one_order_at_different_times_are_read_one_by_one(warehouse: Warehouse) -> None:
    data = lines("a", line("a", 1, 40, "hat"), line("a", 1, 10, "scarf"))
    warehouse.fill(data)
    assert "order_datetime" not in shared_columns(data)
    knowing = CATALOG.with_order_columns(shared_columns(data))
    assert warehouse.names("has purchased in last 30 days", knowing) == "a"
    assert warehouse.names("has purchased before today - 30 days", knowing) == "a"


@pytest.mark.parametrize("catalog", [CATALOG, BY_ORDER], ids=["by line", "by order"])
def test_rows_after_as_of_have_not_happened(warehouse: Warehouse, catalog: FixtureCatalog) -> None:
    warehouse.fill(SHOP)
    earlier = AsOf.on(AS_OF - timedelta(days=9))
    assert warehouse.names("has purchased", catalog, as_of=earlier) == "a b"
    assert warehouse.names("count of unified_itemized_transactions > 2", as_of=earlier) == "a"
    before_the_return = AsOf.on(AS_OF - timedelta(days=701))
    assert warehouse.names("has purchased net of returns", as_of=before_the_return) == "a"


def test_the_cut_is_left_out_when_it_would_cut_nothing(warehouse: Warehouse) -> None:
    warehouse.fill(SHOP)
    knowing = CATALOG.with_newest_event(LINES, AS_OF - timedelta(days=3))
    assert warehouse.names("has purchased", knowing) == "a b e"
    early = AsOf.on(AS_OF - timedelta(days=9))
    assert warehouse.names("has purchased", knowing, as_of=early) == "a b"


def test_lines_without_a_time_count_only_without_a_window(warehouse: Warehouse) -> None:
    warehouse.fill(lines("a", line("a", 1, 0, "hat", order_datetime=None)))
    assert warehouse.names("has purchased") == "a"
    assert warehouse.names("has purchased before tomorrow") == ""
    assert warehouse.names("has not purchased outside today and today") == "a"


def test_one_currency_is_summed_where_there_are_several(warehouse: Warehouse) -> None:
    rows = [line("a", 1, 1, "hat", currency="USD"), line("a", 2, 1, "hat", currency="EUR")]
    warehouse.fill(lines("a", *rows))
    mixed = CATALOG.with_column(LINES, "currency", known_values=frozenset({"USD", "EUR"}))
    (only,) = check("total value of orders = 10", mixed, AsOf.on(AS_OF)).diagnostics
    assert only.code == "W210"
    assert warehouse.names("total value of orders = 10", mixed) == "a"
    asked = 'total value of orders = 20 where (currency in ("USD", "EUR"))'
    assert warehouse.names(asked, mixed) == "a"
