"""Purchase behaviours as sets of ids, read from orders or their lines (segments.md §4.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, not_, select

from dsl.catalog import ID_COLUMN
from dsl.compiler.dialects import BinaryOrder
from dsl.compiler.lines import count_within, in_window, matching_ids, purchases, whole
from dsl.compiler.one_pass import PurchasedWithin, Within
from dsl.compiler.orders import OrderFilter, PurchaseFilter, by_order
from dsl.compiler.row_tests import Predicate, in_spans
from dsl.compiler.sets import Rows, Sets, id_of
from dsl.resolved import (
    CountBounds,
    FirstPurchase,
    Lines,
    Orders,
    Purchased,
    RepeatPurchase,
)

__all__ = ["first_purchase", "purchased", "purchased_within", "repeat_purchase"]

_TWO_OR_MORE = CountBounds(low=2, high=None)


def purchased(sets: Sets, leaf: Purchased) -> Select[Any]:
    """Return who bought, as often as asked."""
    asked = by_order(leaf.filter)
    ids = matching_ids(sets, asked).where(*in_window(asked))
    if leaf.times is None:
        return ids.distinct()
    return ids.group_by(asked.rows.table.id).having(_orders_within(asked, leaf.times))


def purchased_within(sets: Sets, leaf: PurchasedWithin) -> Select[Any]:
    """Return who bought as often as asked, and as often as asked within parts of that."""
    asked, times = by_order(leaf.purchased.filter), leaf.purchased.times
    counts = [] if times is None else [_orders_within(asked, times)]
    ids = matching_ids(sets, asked).where(*in_window(asked)).group_by(asked.rows.table.id)
    return ids.having(*counts, *(_part_within(asked, part) for part in leaf.further))


def _part_within(asked: PurchaseFilter, part: Within) -> Predicate:
    """Return the test of the rows that lie in the part's window; no row at all never passes."""
    spans, time = part.purchased.filter.spans, asked.rows.order_time
    count = func.count()
    if spans is not None:
        count = func.count(case((in_spans(time.element, time.type, spans), whole(1))))
    bounds = part.purchased.times or CountBounds(low=1, high=None)
    found = count_within(count, replace(bounds, low=max(1, bounds.low or 1)))
    return not_(found) if part.is_negated else found


def _orders_within(asked: PurchaseFilter, bounds: CountBounds) -> Predicate:
    """Return the bounds of the count of distinct orders."""
    if isinstance(asked, OrderFilter):
        return count_within(func.count(), bounds)
    order_id: ColumnElement[Any] = asked.rows.order_id.element
    if bounds == _TWO_OR_MORE:
        # Two ids differ: what is asked most, at two thirds of the cost of counting them.
        return func.min(order_id) != func.max(order_id)
    return count_within(func.count(order_id.distinct()), bounds)


def first_purchase(sets: Sets, leaf: FirstPurchase) -> Select[Any]:
    """Return whose first order lies in the window and, when asked, has a line that matches.

    The time of the first order is the earliest of all lines; which order it is matters only when
    its lines are asked about.
    """
    asked = by_order(leaf.filter)
    if asked.where is not None and not leaf.among_matching:
        sequence = _sequence(sets, asked.rows)
        first = [sequence.c.place == whole(1), *_ordered_in_window(sequence, asked)]
        return _ids_in_sequence(sets, asked, sequence).where(*first).distinct()
    ids, time = matching_ids(sets, asked).group_by(asked.rows.table.id), asked.rows.order_time
    if asked.spans is None:
        return ids
    return ids.having(in_spans(func.min(time.element), time.type, asked.spans))


def repeat_purchase(sets: Sets, leaf: RepeatPurchase) -> Select[Any]:
    """Return who has such a line in an order that is not the first."""
    asked = by_order(leaf.filter)
    sequence = _sequence(sets, asked.rows)
    later = sequence.c.place > whole(1)
    if isinstance(asked, OrderFilter) and asked.where is None:
        ids = select(sequence.c[ID_COLUMN]).where(*_ordered_in_window(sequence, asked), later)
        return ids.distinct()
    return _ids_in_sequence(sets, asked, sequence).where(*in_window(asked), later).distinct()


def _sequence(sets: Sets, rows: Lines | Orders) -> CTE:
    """All orders of each customer, numbered by time; equal times by order id."""
    source = rows.orders or rows if isinstance(rows, Lines) else rows

    def build() -> Rows:
        orders = _orders(source).subquery("orders")
        order = (orders.c.ordered_at.nulls_last(), BinaryOrder(orders.c.order_id))
        place = func.row_number().over(partition_by=orders.c[ID_COLUMN], order_by=order)
        return select(*orders.c, place.label("place"))

    return sets.shared(("sequence", source), "orders_in_sequence", build)


def _orders(rows: Lines | Orders) -> Rows:
    """Each order with its customer and its time, which is that of its earliest line."""
    order_id, time = rows.order_id.element, rows.order_time.element
    orders = select(id_of(rows.table), order_id.label("order_id")).where(*purchases(rows))
    if isinstance(rows, Orders):
        return orders.add_columns(time.label("ordered_at"))
    earliest = func.min(time).label("ordered_at")
    return orders.add_columns(earliest).group_by(rows.table.id, order_id)


def _ordered_in_window(sequence: CTE, asked: PurchaseFilter) -> list[Predicate]:
    """Return the window as conditions on the time of the order."""
    ordered_at, type_ = sequence.c.ordered_at, asked.rows.order_time.type
    return [] if asked.spans is None else [in_spans(ordered_at, type_, asked.spans)]


def _ids_in_sequence(sets: Sets, asked: PurchaseFilter, sequence: CTE) -> Select[Any]:
    """The customers of the matching rows, each joined with the place of its order."""
    rows = asked.rows
    same_order = and_(
        sequence.c[ID_COLUMN] == rows.table.id,
        sequence.c.order_id == rows.order_id.element,
    )
    return matching_ids(sets, asked).join_from(rows.table.selectable, sequence, same_order)
