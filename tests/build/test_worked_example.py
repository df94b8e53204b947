"""The worked example of the data model (2.8), figure by figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.build.builders import Line, Row, at, history, orders_of

AS_OF = date(2025, 6, 30)
LINES = (
    Line(order_id="o1", order_datetime=at("2024-01-15"), item_revenue="100", item_quantity=2,
         purchase_brand="A"),
    Line(order_id="o2", order_datetime=at("2024-04-08"), item_revenue="60", purchase_brand="B"),
    Line(order_id="o4", order_datetime=at("2024-06-30"), item_revenue="80", item_quantity=2,
         purchase_brand="A"),
    Line(order_id="o4", order_datetime=at("2024-07-03"), item_revenue="-80", item_quantity=-2,
         purchase_brand="A", is_return=True),
    Line(order_id="o3", order_datetime=at("2025-06-30"), item_revenue="40", purchase_brand="A"),
)  # fmt: skip


@pytest.fixture(scope="module")
def person() -> Row:
    return history(LINES, AS_OF)["p"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("lifetime_order_frequency", 4),
        ("lifetime_order_revenue", Decimal(280)),
        ("lifetime_total_items", 6),
        ("lifetime_average_order_value", Decimal(70)),
        ("lifetime_average_num_items", Decimal("1.5")),
        ("lifetime_average_item_price", Decimal("46.6667")),
        ("lifetime_largest_order_value", Decimal(100)),
        ("l12m_order_frequency", 1),
        ("l12m_order_revenue", Decimal(40)),
        ("l12m_total_items", 1),
        ("ly12m_order_frequency", 3),
        ("ly12m_order_revenue", Decimal(240)),
        ("ly12m_total_items", 5),
        ("l30d_order_frequency", 1),
        ("early_repeat_purchaser", True),
        ("first_order_is_retained", True),
        ("second_order_is_retained", True),
        ("first_to_second_order_days", 84),
        ("first_to_latest_order_days", 532),
        ("days_since_latest_order", 0),
        ("lifetime_preferred_purchase_brand", "A"),
        ("lifetime_purchase_brands", 2),
        ("multi_purchase_brand", True),
        ("multi_purchase_channel", None),
        ("one_and_done", False),
        ("lifetime_net_order_revenue", Decimal(200)),
        ("l12m_order_returned_frequency", 1),
        ("ly12m_order_returned_frequency", 0),
        ("lifetime_order_returned_revenue", Decimal(-80)),
        ("lifetime_total_returned_items", -2),
        ("lifetime_order_canceled_frequency", 0),
        ("first_order_id", "o1"),
        ("second_order_id", "o2"),
        ("latest_order_id", "o3"),
        ("second_order_revenue", Decimal(60)),
        ("latest_order_total_items", 1),
    ],
)
def test_the_figure_of_the_person(person: Row, column: str, value: object) -> None:
    assert person[column] == value


def test_the_returned_order_keeps_its_revenue() -> None:
    order = orders_of(LINES)["o4"]
    assert order["order_revenue"] == 80
    assert order["order_returned_revenue"] == -80
    assert order["net_order_revenue"] == 0
