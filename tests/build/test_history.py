"""What counts as an order, edges of windows, ties, and flags that may be unknown."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tests.build.builders import Line, at, history, orders_of

AS_OF = date(2025, 3, 31)


EDGES = {
    "2025-03-31T23:59:59": (1, 1, 0),
    "2024-12-31T23:59": (0, 1, 0),
    "2025-01-01T00:00": (1, 1, 0),
    "2024-04-01T00:00": (0, 1, 0),
    "2024-03-31T23:59": (0, 0, 1),
    "2023-04-01T00:00": (0, 0, 1),
    "2023-03-31T23:59": (0, 0, 0),
}
"""Time of an order -> does it count for l3m, l12m, ly12m."""


def test_orders_fall_into_windows_by_their_day() -> None:
    lines = [
        Line(order_id=moment, customer_id=f"p{number}", order_datetime=at(moment))
        for number, moment in enumerate(EDGES)
    ]
    rows = history(lines, AS_OF)
    for number, (moment, counts) in enumerate(EDGES.items()):
        row = rows[f"p{number}"]
        found = [row[f"{window}_order_frequency"] for window in ("l3m", "l12m", "ly12m")]
        assert found == list(counts), moment


def test_a_leap_day_looks_back_to_the_last_of_february() -> None:
    lines = [
        Line(order_id="in", order_datetime=at("2023-03-01T00:00")),
        Line(order_id="out", order_datetime=at("2023-02-28T23:59")),
    ]
    assert history(lines, date(2024, 2, 29))["p"]["l12m_order_frequency"] == 1


def test_orders_after_the_day_do_not_count() -> None:
    lines = [
        Line(order_id="o1", order_datetime=at("2025-03-01")),
        Line(order_id="o2", order_datetime=at("2025-04-01T00:00")),
    ]
    row = history(lines, AS_OF)["p"]
    assert (row["lifetime_order_frequency"], row["latest_order_id"]) == (1, "o1")


def test_who_only_returned_has_no_history() -> None:
    lone = Line(order_id="o", order_datetime=at("2025-01-01"), item_revenue="-5", is_return=True)
    assert history([lone], AS_OF) == {}


def test_unknown_flags_mean_a_purchase() -> None:
    lines = [
        Line(order_id="o", order_datetime=at("2025-01-01"), is_return=None, item_revenue="2"),
        Line(order_id="o", order_datetime=at("2025-01-01"), is_return=False, item_revenue="3"),
    ]
    assert history(lines, AS_OF)["p"]["lifetime_order_revenue"] == 5


def test_a_cancellation_is_dated_by_its_own_line() -> None:
    lines = [
        Line(order_id="o", order_datetime=at("2023-01-01"), item_revenue="9"),
        Line(order_id="o", order_datetime=at("2025-03-30"), item_revenue="-9", item_quantity=-1,
             is_cancellation=True),
    ]  # fmt: skip
    row = history(lines, AS_OF)["p"]
    assert row["l30d_order_canceled_frequency"] == 1
    assert row["l30d_order_canceled_revenue"] == -9
    assert row["l30d_total_canceled_items"] == -1
    assert row["l30d_order_frequency"] == 0
    assert row["first_order_datetime"] == at("2023-01-01")


def test_an_empty_window_has_zeros_and_no_averages() -> None:
    row = history([Line(order_id="o", order_datetime=at("2020-01-01"), store_id="s")], AS_OF)["p"]
    assert row["l12m_order_revenue"] == 0
    assert row["l12m_stores"] == 0
    assert row["l12m_average_order_value"] is None
    assert row["l12m_preferred_store_id"] is None
    assert row["l30d_largest_order_value"] is None
    assert row["lifetime_preferred_store_id"] == "s"


def test_no_units_have_no_price() -> None:
    line = Line(order_id="o", order_datetime=at("2025-01-01"), item_quantity=0)
    assert history([line], AS_OF)["p"]["lifetime_average_item_price"] is None


TIES = {
    "higher revenue": [("2025-01-01", "5", "A"), ("2025-01-02", "9", "B*")],
    "later order": [("2025-01-01", "5", "A"), ("2025-01-02", "5", "B*")],
    "alphabet": [("2025-01-01", "5", "B"), ("2025-01-01", "5", "A*")],
    "most orders": [
        ("2025-01-01", "5", "A*"), ("2025-01-02", "9", "B"), ("2025-01-01", "1", "A*"),
    ],
}  # fmt: skip
"""Why a brand is preferred -> orders; the star marks the preferred one."""


def test_ties_of_the_preferred_brand() -> None:
    lines = [
        Line(
            order_id=f"{reason} {number}",
            customer_id=reason,
            order_datetime=at(day),
            item_revenue=money,
            purchase_brand=brand.removesuffix("*"),
        )
        for reason, orders in TIES.items()
        for number, (day, money, brand) in enumerate(orders)
    ]
    rows = history(lines, AS_OF)
    for reason, orders in TIES.items():
        (preferred,) = {brand[0] for _, _, brand in orders if brand.endswith("*")}
        assert rows[reason]["lifetime_preferred_purchase_brand"] == preferred, reason


def test_unknown_values_do_not_compete() -> None:
    lines = [
        Line(order_id="o1", order_datetime=at("2025-01-01"), purchase_channel="web"),
        Line(order_id="o2", order_datetime=at("2025-01-02")),
        Line(order_id="o3", order_datetime=at("2025-01-03")),
    ]
    row = history(lines, AS_OF)["p"]
    assert row["lifetime_preferred_purchase_channel"] == "web"
    assert row["lifetime_purchase_channels"] == 1
    assert row["multi_purchase_channel"] is False


def test_an_order_takes_its_brand_from_its_largest_line() -> None:
    moment = at("2025-01-01")
    lines = [
        Line(order_id="o", order_datetime=moment, item_revenue="1", purchase_brand="small"),
        Line(order_id="o", order_datetime=moment, item_revenue="7", purchase_brand="large"),
        Line(order_id="o", order_datetime=moment, item_revenue="-9", purchase_brand="gone",
             is_return=True),
        Line(order_id="o", order_datetime=moment, item_revenue="7", purchase_brand="later"),
    ]  # fmt: skip
    assert orders_of(lines)["o"]["purchase_brand"] == "large"


def test_orders_at_one_instant_are_told_apart_by_their_ids() -> None:
    lines = [Line(order_id=name, order_datetime=at("2025-01-01")) for name in ("b", "c", "a")]
    row = history(lines, AS_OF)["p"]
    places = (row["first_order_id"], row["second_order_id"], row["latest_order_id"])
    assert places == ("a", "b", "c")


REPEATS = {
    (400, 316): (True, True),
    (400, 315): (False, True),
    (400, 34): (False, False),
    (84,): (None, None),
    (85,): (False, None),
    (365,): (False, None),
    (366,): (False, False),
}
"""Days before as_of of the orders -> came back within 84 days, within 365 days."""


def test_repeat_flags_are_unknown_while_their_time_runs() -> None:
    lines = [
        Line(
            order_id=f"{ages} {age}",
            customer_id=str(ages),
            order_datetime=at((AS_OF - timedelta(days=age)).isoformat()),
        )
        for ages in REPEATS
        for age in ages
    ]
    rows = history(lines, AS_OF)
    for ages, flags in REPEATS.items():
        row = rows[str(ages)]
        found = (row["early_repeat_purchaser"], row["first_order_is_retained"])
        assert found == flags, ages


def test_the_second_order_has_a_flag_of_its_own() -> None:
    days = {"one": [0], "open": [0, 1], "kept": [0, 1, 366], "lost": [0, 1, 367]}
    start = AS_OF - timedelta(days=367)
    lines = [
        Line(
            order_id=f"{name} {day}",
            customer_id=name,
            order_datetime=at((start + timedelta(days=day)).isoformat()),
        )
        for name, those in days.items()
        for day in those
    ]
    rows = history(lines, AS_OF)
    found = {name: rows[name]["second_order_is_retained"] for name in days}
    assert found == {"one": None, "open": False, "kept": True, "lost": False}


def test_one_order_is_first_and_latest() -> None:
    row = history([Line(order_id="o", order_datetime=at("2025-01-01"))], AS_OF)["p"]
    assert (row["one_and_done"], row["latest_order_id"], row["second_order_id"]) == (
        True,
        "o",
        None,
    )
    assert (row["first_to_latest_order_days"], row["first_to_second_order_days"]) == (0, None)


def test_orders_without_a_person_are_nobodys() -> None:
    lines = [Line(order_id="o", order_datetime=at("2025-01-01"), customer_id=None)]
    assert history(lines, AS_OF) == {}
    assert orders_of(lines)["o"]["order_revenue"] == Decimal(1)
