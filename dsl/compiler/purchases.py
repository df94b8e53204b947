"""Purchase behaviours as sets of ids, read from the order lines (segments.md §4.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Select, and_, func, select

from dsl.catalog import ID_COLUMN
from dsl.compiler.dialects import BinaryOrder
from dsl.compiler.lines import count_within, in_window, matching_ids, purchases, whole
from dsl.compiler.row_tests import in_spans
from dsl.compiler.sets import Rows, Sets, id_of
from dsl.resolved import FirstPurchase, LineFilter, Lines, Purchased, RepeatPurchase

__all__ = ["first_purchase", "purchased", "repeat_purchase"]


def purchased(sets: Sets, leaf: Purchased) -> Select[Any]:
    """Return who bought, as often as asked."""
    lines = leaf.filter.lines
    ids = matching_ids(sets, leaf.filter).where(*in_window(leaf.filter))
    if leaf.times is None:
        return ids.distinct()
    orders = func.count(lines.order_id.element.distinct())
    return ids.group_by(lines.table.id).having(count_within(orders, leaf.times))


def first_purchase(sets: Sets, leaf: FirstPurchase) -> Select[Any]:
    """Return whose first order lies in the window and, when asked, has a line that matches.

    The time of the first order is the earliest of all lines; which order it is matters only when
    its lines are asked about.
    """
    asked, time = leaf.filter, leaf.filter.lines.order_time
    if asked.where is not None and not leaf.among_matching:
        sequence = _sequence(sets, asked.lines)
        first = sequence.c.place == whole(1)
        spans = asked.spans
        window = [] if spans is None else [in_spans(sequence.c.ordered_at, time.type, spans)]
        return _ids_in_sequence(sets, asked, sequence).where(first, *window).distinct()
    ids = matching_ids(sets, asked).group_by(asked.lines.table.id)
    if asked.spans is None:
        return ids
    return ids.having(in_spans(func.min(time.element), time.type, asked.spans))


def repeat_purchase(sets: Sets, leaf: RepeatPurchase) -> Select[Any]:
    """Return who has such a line in an order that is not the first."""
    sequence = _sequence(sets, leaf.filter.lines)
    ids = _ids_in_sequence(sets, leaf.filter, sequence)
    return ids.where(*in_window(leaf.filter), sequence.c.place > whole(1)).distinct()


def _sequence(sets: Sets, lines: Lines) -> CTE:
    """All orders of each customer, numbered by time; equal times by order id."""

    def build() -> Rows:
        order_id = lines.order_id.element.label("order_id")
        ordered_at = func.min(lines.order_time.element).label("ordered_at")
        orders = (
            select(id_of(lines.table), order_id, ordered_at)
            .where(*purchases(lines))
            .group_by(lines.table.id, lines.order_id.element)
            .subquery("orders")
        )
        order = (orders.c.ordered_at.nulls_last(), BinaryOrder(orders.c.order_id))
        place = func.row_number().over(partition_by=orders.c[ID_COLUMN], order_by=order)
        return select(*orders.c, place.label("place"))

    return sets.shared(("sequence", lines), "orders_in_sequence", build)


def _ids_in_sequence(sets: Sets, asked: LineFilter, sequence: CTE) -> Select[Any]:
    """The customers of the matching lines, each joined with the place of its order."""
    lines = asked.lines
    same_order = and_(
        sequence.c[ID_COLUMN] == lines.table.id,
        sequence.c.order_id == lines.order_id.element,
    )
    return matching_ids(sets, asked).join_from(lines.table.selectable, sequence, same_order)
