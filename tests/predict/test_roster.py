"""Who is read: chunks that leave nobody out, and samples that depend on the customer alone."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa

from ampiq_gql.predict.framing import Stack
from ampiq_gql.predict.roster import Draws, Roster, bound_for, everybody
from ampiq_gql.predict.tables import orders_of
from ampiq_gql.warehouse import Session, Warehouse
from tests.predict.builders import Order, at, customer_id, publish_build


def orders_by(numbers: range, *, when: str = "2026-06-10") -> list[Order]:
    return [Order(customer=number, at=at(when)) for number in numbers]


def listed(session: Session, roster: Roster) -> list[UUID]:
    """Return the customers whose orders the chunks read, chunk after chunk."""
    found: list[UUID] = []
    for members in roster.chunks:
        person = orders_of(members).c.amperity_id
        rows = session.rows(sa.select(person).distinct())
        assert len(rows) == members.customers
        found += [row[0] for row in rows]
    return found


def sample(warehouse: Warehouse, bought: list[Order], *, below: str | None) -> set[UUID]:
    publish_build(warehouse, bought, as_of=date(2026, 12, 31))
    with warehouse.read() as session:
        return set(listed(session, Draws(session, seed=1, chunk_customers=30).roster(below)))


@pytest.mark.parametrize("chunk_customers", [1, 7, 20, 21])
def test_chunks_hold_everybody_once(warehouse: Warehouse, chunk_customers: int) -> None:
    publish_build(warehouse, orders_by(range(20)) * 2, as_of=date(2026, 12, 31))
    with warehouse.read() as session:
        roster = everybody(session, chunk_customers=chunk_customers)
        assert Counter(listed(session, roster)) == Counter(map(customer_id, range(20)))
    assert roster.customers == 20
    assert len(roster.chunks) == -(-20 // chunk_customers)


def test_a_shop_without_orders_has_a_chunk_of_nobody(warehouse: Warehouse) -> None:
    publish_build(warehouse, [], as_of=date(2026, 12, 31))
    with warehouse.read() as session:
        roster = everybody(session)
        assert (roster.customers, listed(session, roster)) == (0, [])


def test_a_sample_stays_when_orders_and_customers_come_and_rows_are_turned_round(
    warehouse: Warehouse,
) -> None:
    some = orders_by(range(100))
    more = [*orders_by(range(100, 300)), *orders_by(range(50), when="2026-08-01"), *some[::-1]]
    before = sample(warehouse, some, below="800")
    assert 30 < len(before) < 70
    assert sample(warehouse, more, below="800") & set(map(customer_id, range(100))) == before


def test_a_larger_share_holds_the_smaller_one(warehouse: Warehouse) -> None:
    everyone = orders_by(range(200))
    shares = [sample(warehouse, everyone, below=below) for below in ("400", "c00", None)]
    assert shares[0] < shares[1] < shares[2]
    assert len(shares[2]) == 200


def test_another_seed_draws_others(warehouse: Warehouse) -> None:
    publish_build(warehouse, orders_by(range(100)), as_of=date(2026, 12, 31))
    with warehouse.read() as session:
        one, two = (
            set(listed(session, Draws(session, seed=seed).roster("800"))) for seed in (1, 2)
        )
    assert one != two


def test_rows_are_counted_for_each_cutoff_in_whose_window_a_customer_ordered(
    warehouse: Warehouse,
) -> None:
    instants = ("2026-05-31 23:59:59", "2026-06-01", "2026-06-30 23:59:59", "2026-07-01")
    bought = [Order(customer=number, at=at(when)) for number, when in enumerate(instants)]
    publish_build(warehouse, [*bought, *bought], as_of=date(2026, 12, 31))
    stack = Stack(cutoffs=(at("2026-07-01"), at("2026-06-20")), window_days=30)
    with warehouse.read() as session:
        counted = Draws(session, seed=1).rows_by_draw(stack)
    assert sorted(counted.values()) == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("most", "bound"),
    [(10, None), (9, "c"), (7, "c"), (6, "b"), (3, "b"), (1, "b"), (0, "b")],
)
def test_the_bound_lets_in_as_many_rows_as_fit_and_always_somebody(
    most: int, bound: str | None
) -> None:
    assert bound_for({"c": 3, "a": 3, "b": 4}, most) == bound
