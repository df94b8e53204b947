"""Order lines: which rows there are, what they take from orders and products, how they lie."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.build.builders import at
from tests.build.house import House

LINES = "unified_itemized_transactions"


@pytest.fixture(scope="module")
def shop(new_house: Callable[..., House]) -> House:
    """Lines with and without orders, orders with and without lines, two sources, a currency."""
    house = new_house()
    house.load(
        orders="order_id,customer_id,order_date,total,quantity,tax,store,purchase_brand\n"
        "with,1,2025-06-01,,,,S1,A\nwithout,2,2025-06-02,8,3,0.5,S2,\n",
    )
    house.load(
        "till",
        items="order_id,product_id,quantity,revenue,is_return,date,currency,store,purchase_brand\n"
        "with,p1,2,9,no,,EUR,,\nwith,p1,-1,-4,yes,2025-06-05,,S9,B\nalone,p2,1,5,no,2025-06-03,,,B\n",
        products="product_id,category,msrp\np1,Drinks,5\np3,Toys,6\n",
    )
    house.build()
    return house


def test_every_line_and_every_order_without_lines_is_a_row(shop: House) -> None:
    columns = ("order_id", "product_id", "item_quantity", "item_revenue", "item_tax_amount")
    assert shop.rows(LINES, *columns) == [
        ("alone", "p2", 1, Decimal(5), None),
        ("with", "p1", -1, Decimal(-4), None),
        ("with", "p1", 2, Decimal(9), None),
        ("without", None, 3, Decimal(8), Decimal("0.5")),
    ]


def test_an_order_in_place_of_its_line_is_one_purchase(shop: House) -> None:
    columns = ("order_id", "line_number", "is_return", "is_cancellation", "unit_revenue")
    assert shop.rows(LINES, *columns)[-1] == ("without", 1, False, False, Decimal("2.6667"))


def test_lines_take_from_their_order_what_they_lack(shop: House) -> None:
    rows = shop.rows(
        LINES, "order_id", "item_quantity", "order_datetime", "store_id", "purchase_brand"
    )
    assert rows == [
        ("alone", 1, at("2025-06-03"), None, "B"),
        ("with", -1, at("2025-06-05"), "S9", "B"),
        ("with", 2, at("2025-06-01"), "S1", "A"),
        ("without", 3, at("2025-06-02"), "S2", None),
    ]  # fmt: skip


def test_lines_that_state_no_currency_have_that_of_the_site(shop: House) -> None:
    assert shop.rows(LINES, "order_id", "currency") == [
        ("alone", "USD"), ("with", "EUR"), ("with", "USD"), ("without", "USD"),
    ]  # fmt: skip


def test_lines_keep_the_source_that_brought_them(shop: House) -> None:
    assert shop.rows(LINES, "order_id", "datasource") == [
        ("alone", "till"), ("with", "till"), ("with", "till"), ("without", "main"),
    ]  # fmt: skip


def test_products_that_the_catalog_lacks_are_unknown(shop: House) -> None:
    assert shop.rows(LINES, "product_id", "product_category", "product_msrp") == [
        ("p1", "Drinks", Decimal(5)), ("p1", "Drinks", Decimal(5)), ("p2", None, None),
        (None, None, None),
    ]  # fmt: skip


def test_what_one_source_and_one_currency_say_of_all_lines_is_read_like_any_column(
    new_house: Callable[..., House],
) -> None:
    house = new_house()
    house.load(items="order_id,revenue,date,currency\no1,1,2025-06-01,USD\no2,2,2025-06-02,\n")
    house.build()
    assert house.rows(LINES, "order_id", "datasource", "currency") == [
        ("o1", "main", "USD"), ("o2", "main", "USD"),
    ]  # fmt: skip
    assert house.rows("unified_transactions", "datasource", "currency") == [("main", "USD")] * 2
