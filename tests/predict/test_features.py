from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from ampiq_gql.predict.features import Customers, Examples, read_customers, read_examples
from ampiq_gql.predict.roster import everybody
from ampiq_gql.warehouse import Warehouse
from tests.predict.builders import Order, Simulation, at, places_of, publish_build

CUTOFF = at("2026-07-01")
ANNE, BERT = 1, 2


def order(customer: int, when: str, revenue: float = 10.0, **more: object) -> Order:
    return Order(customer=customer, at=at(when), revenue=revenue, **more)  # type: ignore[arg-type]


def read(
    warehouse: Warehouse, bought: list[Order], *, cutoff: datetime = CUTOFF, window_days: int = 400
) -> Customers:
    publish_build(warehouse, bought, as_of=date(2026, 12, 31))
    with warehouse.read() as session:
        return read_customers(session, cutoff=cutoff, window_days=window_days, horizon_days=90)


def labelled(warehouse: Warehouse, bought: list[Order]) -> Examples:
    publish_build(warehouse, bought, as_of=date(2026, 12, 31))
    with warehouse.read() as session:
        return read_examples(
            session, cutoff=CUTOFF, window_days=400, horizon_days=90, roster=everybody(session)
        )


def feature(customers: Customers, name: str, customer: int = ANNE) -> float:
    (row,) = places_of(customers, customer)
    return float(customers.features[row, customers.names.index(name)])


ANNES = [
    order(ANNE, "2026-01-10 09:00", 40.0, store="north", product="pear"),
    order(ANNE, "2026-06-01 08:00", 10.0, store="north"),
    order(ANNE, "2026-06-21 10:00", 20.0, store="south", units=3, discount=5.0),
    order(ANNE, "2026-06-21 19:00", 30.0, store="south"),
]


ANNE_IN_NUMBERS = {
    "orders_30d": 3,
    "orders_180d": 4,
    "orders_all": 4,
    "days_30d": 2,
    "days_all": 3,
    "spend_30d": 60,
    "spend_all": 100,
    "units_30d": 5,
    "stores_30d": 2,
    "stores_all": 2,
    "products_30d": 1,
    "products_all": 2,
    "brands_all": 0,
    "discount_share_30d": 5 / 65,
    "return_share_30d": 0,
    "recency_days": 9,
    "age_days": 171,
    "span_days": 162,
    "mean_gap_days": 81,
    "gap_deviation_days": 61,
    "recency_per_mean_gap": 9 / 81,
    "last_gap_per_mean_gap": 20 / 81,
    "value_mean": 25,
    "value_max": 40,
    "value_first": 40,
    "value_last": 30,
    "value_deviation": math.sqrt(125),
}


def test_a_history_in_numbers(warehouse: Warehouse) -> None:
    anne = read(warehouse, ANNES)
    found = {name: feature(anne, name) for name in ANNE_IN_NUMBERS}
    assert found == pytest.approx(ANNE_IN_NUMBERS)


def test_windows_are_half_open_days_before_the_cutoff(warehouse: Warehouse) -> None:
    instants = {
        "2026-06-01 00:00:00": 1,
        "2026-05-31 23:59:59": 0,
        "2026-06-30 23:59:59": 1,
        "2026-07-01 00:00:00": 0,
    }
    visits = [order(customer, when) for customer, when in enumerate(instants)]
    first = [order(customer, "2026-01-10") for customer in range(len(instants))]
    customers = read(warehouse, first + visits)
    found = [feature(customers, "orders_30d", number) for number in range(len(instants))]
    assert found == list(instants.values())


def test_an_order_of_the_day_that_just_ended_is_no_day_old(warehouse: Warehouse) -> None:
    customers = read(warehouse, [order(ANNE, "2026-06-30 00:00:00")])
    assert feature(customers, "recency_days") == 0
    assert np.isnan(feature(customers, "mean_gap_days")), "one order has no gap"


def test_customers_from_before_the_window_are_scored_but_do_not_train(
    warehouse: Warehouse,
) -> None:
    bought = [order(ANNE, "2025-01-10"), order(BERT, "2026-06-10"), order(BERT, "2024-06-10")]
    customers = read(warehouse, bought, window_days=100)
    places = places_of(customers, ANNE, BERT)
    assert customers.is_recent[places].tolist() == [False, True]
    assert customers.days_since_last_order[places].tolist() == [536, 20]
    assert customers.lifetime_orders[places].tolist() == [1, 2]
    assert feature(customers, "orders_all", BERT) == 1, "lifetime counts would grow with time"
    assert feature(customers, "value_first", BERT) == 10.0


def test_returns_count_from_the_day_they_arrive(warehouse: Warehouse) -> None:
    returned = order(ANNE, "2026-06-10", 50.0, returned_at=at("2026-07-05"), returned=20.0)
    before = read(warehouse, [returned])
    assert (feature(before, "spend_30d"), feature(before, "return_share_30d")) == (50, 0)
    with warehouse.read() as session:
        after = read_customers(session, cutoff=at("2026-07-06"), window_days=400, horizon_days=90)
    assert feature(after, "spend_30d") == 30
    assert feature(after, "return_share_30d") == pytest.approx(0.4)


def test_a_cancelled_order_is_none_once_it_is_cancelled(warehouse: Warehouse) -> None:
    bought = [
        order(ANNE, "2026-05-01"),
        order(ANNE, "2026-06-10", canceled_at=at("2026-06-12")),
        order(ANNE, "2026-06-29", canceled_at=at("2026-07-02")),
    ]
    assert feature(read(warehouse, bought), "orders_all") == 2


def test_season_of_last_year_is_told_when_the_window_reaches_it(warehouse: Warehouse) -> None:
    bought = [order(ANNE, "2025-07-01", 7.0), order(ANNE, "2025-09-29"), order(ANNE, "2026-06-10")]
    customers = read(warehouse, bought)
    assert feature(customers, "season_orders") == 1
    assert feature(customers, "season_spend") == 7
    assert "season_orders" not in read(warehouse, bought, window_days=300).names


def test_labels_are_the_orders_of_the_horizon_and_nothing_else(warehouse: Warehouse) -> None:
    examples = labelled(
        warehouse,
        [
            order(ANNE, "2026-06-10"),
            order(ANNE, "2026-07-01 00:00:00", 5.0),
            order(ANNE, "2026-09-28 23:59:59", 6.0),
            order(ANNE, "2026-09-29 00:00:00", 100.0),
            order(BERT, "2026-06-11"),
            order(3, "2026-07-02"),
        ],
    )
    assert len(examples.customers) == 2, "who comes later is neither in features nor in labels"
    anne, bert = places_of(examples.customers, ANNE, BERT)
    assert (examples.labels.orders[anne], examples.labels.spend[anne]) == (2, 11)
    assert examples.labels.returned[[anne, bert]].tolist() == [True, False]


def test_nothing_dated_after_the_cutoff_reaches_a_feature(warehouse: Warehouse) -> None:
    past = [
        order
        for order in Simulation(customers=120, days=540).orders(date(2025, 1, 1))
        if order.at < CUTOFF
    ]
    spoilt = [
        Order(
            customer=o.customer,
            at=o.at,
            revenue=o.revenue,
            returned_at=CUTOFF,
            returned=o.revenue,
            canceled_at=CUTOFF + timedelta(hours=5),
        )
        for o in past
    ]
    later = [Order(customer=n % 200, at=CUTOFF + timedelta(hours=n)) for n in range(400)]
    honest = read(warehouse, past)
    tempted = read(warehouse, spoilt + later)
    assert honest.names == tempted.names
    assert honest.ids.tolist() == tempted.ids.tolist()
    assert honest.features.tobytes() == tempted.features.tobytes()
