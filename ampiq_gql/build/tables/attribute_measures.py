"""Per person: the base measures of each window and the first, second and latest order.

One pass over the orders of each person, sorted once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from ampiq_gql.build.expressions import MONEY, Value, total
from ampiq_gql.build.windows import LIFETIME, Window, end_of
from ampiq_gql.build.writing import TableSelect

__all__ = ["POSITION_FACTS", "purchase_measures", "qualifying_orders"]

FACTS = ("purchase_brand", "purchase_channel", "store_id")

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


def qualifying_orders(orders: sa.Table, windows: Sequence[Window]) -> TableSelect:
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


def purchase_measures(orders: sa.Table, windows: Sequence[Window]) -> TableSelect:
    """Select one row per purchaser."""
    values = [*_positions(orders)]
    for window in windows:
        values += _window_measures(orders, window)
    select = sa.select(
        orders.c.amperity_id, *(value.label(name) for name, value in values)
    ).group_by(orders.c.amperity_id)
    return TableSelect(name="purchase_measures", select=select)


def _positions(orders: sa.Table) -> Iterator[tuple[str, Value]]:
    places = {
        "first": orders.c.position == 1,
        "second": orders.c.position == 2,
        "latest": orders.c.position == orders.c.order_count,
    }
    for prefix, is_there in places.items():
        for name, label in POSITION_FACTS.items():
            if name in orders.c:
                yield f"{prefix}_{label}", sa.func.max(orders.columns[name]).filter(is_there)
    yield (
        "third_order_datetime",
        sa.func.max(orders.c.order_datetime).filter(orders.c.position == 3),
    )


def _window_measures(orders: sa.Table, window: Window) -> Iterator[tuple[str, Value]]:
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
