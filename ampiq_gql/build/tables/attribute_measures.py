"""Per person: the base measures of each window and the first, second and latest order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from ampiq_gql.build.expressions import MONEY, Value, total
from ampiq_gql.build.windows import LIFETIME, Window, end_of
from ampiq_gql.build.writing import TableSelect

__all__ = ["POSITION_FACTS", "purchase_measures", "qualifying_orders"]

POSITION_FACTS = {
    "order_datetime": "order_datetime",
    "order_id": "order_id",
    "order_revenue": "order_revenue",
    "order_quantity": "order_total_items",
    "purchase_brand": "order_purchase_brand",
    "purchase_channel": "order_purchase_channel",
    "store_id": "order_store_id",
    "net_order_revenue": "net_order_revenue",
    "order_cost": "order_cost",
}
"""Columns of an order -> their names behind `first_`, `second_` and `latest_`."""


def qualifying_orders(orders: sa.FromClause, windows: Sequence[Window]) -> TableSelect:
    """Select the orders that count (2.3), each with its place in its person's history."""
    person = orders.c.amperity_id
    position = sa.func.row_number(type_=sa.BigInteger).over(
        partition_by=person, order_by=[orders.c.order_datetime, orders.c.order_id]
    )
    names = [name for name in POSITION_FACTS if name in orders.c]
    select = sa.select(
        person,
        *(orders.columns[name] for name in names),
        position.label("position"),
        sa.func.count().over(partition_by=person).label("order_count"),
    ).where(
        person.is_not(None),
        orders.c.purchase_line_count > 0,
        orders.c.order_datetime < end_of(windows[0].through),
    )
    return TableSelect(name="qualifying_orders", select=select)


def purchase_measures(orders: sa.FromClause, windows: Sequence[Window]) -> TableSelect:
    """Select one row per purchaser.

    The orders of a place are joined: aggregating them among all others takes five times as long.
    """
    person = orders.c.amperity_id
    measures = [
        value.label(name) for window in windows for name, value in _measures(orders, window)
    ]
    measured = sa.select(person, *measures).group_by(person).subquery("measured")
    first, second, third = (_placed(orders, place) for place in (1, 2, 3))
    latest = _placed(orders, orders.c.order_count)
    joined: sa.FromClause = measured
    for placed in (first, second, third, latest):
        joined = joined.outerjoin(placed, placed.c.amperity_id == measured.c.amperity_id)
    places = {"first": first, "second": second, "latest": latest}
    facts = [
        placed.columns[name].label(f"{prefix}_{label}")
        for prefix, placed in places.items()
        for name, label in POSITION_FACTS.items()
        if name in placed.c
    ]
    select = sa.select(
        measured.c.amperity_id,
        *facts,
        third.c.order_datetime.label("third_order_datetime"),
        *(column for column in measured.c if column.name != "amperity_id"),
    ).select_from(joined)
    return TableSelect(name="purchase_measures", select=select)


def _placed(orders: sa.FromClause, place: int | Value) -> sa.Subquery:
    """Select the orders of one place in the histories: at most one per person."""
    return sa.select(orders).where(orders.c.position == place).subquery()


def _measures(orders: sa.FromClause, window: Window) -> Iterator[tuple[str, Value]]:
    """Orders before the end are all there is, so lifetime needs no filter."""
    prefix = window.prefix
    inside = [] if prefix == LIFETIME else [window.holds(orders.c.order_datetime)]
    count = sa.func.count(1)
    yield f"{prefix}_order_frequency", count.filter(*inside) if inside else count
    yield f"{prefix}_order_revenue", total(orders.c.order_revenue, *inside, kind=MONEY)
    units = total(orders.c.order_quantity, *inside, kind=sa.BigInteger())
    yield f"{prefix}_total_items", units
    yield f"{prefix}_net_order_revenue", total(orders.c.net_order_revenue, *inside, kind=MONEY)
    if "order_cost" in orders.c:
        yield f"{prefix}_order_cost", total(orders.c.order_cost, *inside, kind=MONEY)
    if prefix in (LIFETIME, "l30d"):
        yield f"{prefix}_largest_order_value", _largest(orders.c.order_revenue, inside)
    if prefix in (LIFETIME, "ly12m"):
        positive = [*inside, orders.c.net_order_revenue > 0]
        yield f"{prefix}_largest_net_order_value", _largest(orders.c.net_order_revenue, positive)


def _largest(amount: Value, inside: Sequence[sa.ColumnElement[bool]]) -> Value:
    return sa.func.max(amount).filter(*inside) if inside else sa.func.max(amount)
