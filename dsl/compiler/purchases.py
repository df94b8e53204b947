"""Purchase behaviours as sets of ids, read from the order lines (segments.md §4)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from dsl.catalog import ID_COLUMN
from dsl.compiler.dialects import BinaryOrder
from dsl.compiler.row_tests import Predicate, complement, in_spans, row_condition
from dsl.compiler.sets import Rows, Sets, id_of, known_rows
from dsl.resolved import (
    CountBounds,
    FirstPurchase,
    LineFilter,
    Lines,
    Purchased,
    RepeatPurchase,
    Returns,
)

__all__ = ["first_purchase", "purchased", "repeat_purchase"]


def purchased(sets: Sets, leaf: Purchased) -> Select[Any]:
    """Return who bought, as often as asked."""
    lines = leaf.filter.lines
    ids = _ids(sets, leaf.filter).where(*_in_window(leaf.filter))
    if leaf.times is None:
        return ids.distinct()
    orders = func.count(lines.order_id.element.distinct())
    return ids.group_by(lines.table.id).having(_within(orders, leaf.times))


def first_purchase(sets: Sets, leaf: FirstPurchase) -> Select[Any]:
    """Return whose first order lies in the window and, when asked, has a line that matches.

    The time of the first order is the earliest of all lines; which order it is matters only when
    its lines are asked about.
    """
    asked, time = leaf.filter, leaf.filter.lines.order_time
    if asked.where is not None and not leaf.among_matching:
        sequence = _sequence(sets, asked.lines)
        first = sequence.c.place == _whole(1)
        spans = asked.spans
        window = [] if spans is None else [in_spans(sequence.c.ordered_at, time.type, spans)]
        return _ids_in_sequence(sets, asked, sequence).where(first, *window).distinct()
    ids = _ids(sets, asked).group_by(asked.lines.table.id)
    if asked.spans is None:
        return ids
    return ids.having(in_spans(func.min(time.element), time.type, asked.spans))


def repeat_purchase(sets: Sets, leaf: RepeatPurchase) -> Select[Any]:
    """Return who has such a line in an order that is not the first."""
    sequence = _sequence(sets, leaf.filter.lines)
    ids = _ids_in_sequence(sets, leaf.filter, sequence)
    return ids.where(*_in_window(leaf.filter), sequence.c.place > _whole(1)).distinct()


# --- lines ----------------------------------------------------------------------------------------


def _ids(sets: Sets, asked: LineFilter) -> Select[Any]:
    """The customers of the lines that match at any time, once per line."""
    ids = select(id_of(asked.lines.table)).where(*_purchases(asked.lines))
    if asked.where is not None:
        ids = ids.where(row_condition(asked.where))
    return ids if asked.returns is None else _kept(sets, asked.lines, asked.returns, ids)


def _purchases(lines: Lines) -> list[Predicate]:
    """Rows that are neither returns nor cancellations; unknown flags are neither (§4.1)."""
    kept = (complement(flag.element, is_known=False) for flag in lines.flags)
    return [*known_rows(lines.table), *kept]


def _in_window(asked: LineFilter) -> list[Predicate]:
    time = asked.lines.order_time
    return [] if asked.spans is None else [in_spans(time.element, time.type, asked.spans)]


def _within(count: ColumnElement[int], bounds: CountBounds) -> Predicate:
    low = [] if bounds.low is None else [count >= _whole(bounds.low)]
    high = [] if bounds.high is None else [count <= _whole(bounds.high)]
    return and_(*low, *high)


def _whole(number: int) -> ColumnElement[int]:
    return literal(number, Integer())


# --- the sequence of orders -----------------------------------------------------------------------


def _sequence(sets: Sets, lines: Lines) -> CTE:
    """All orders of each customer, numbered by time; equal times by order id."""

    def build() -> Select[Any]:
        order_id = lines.order_id.element.label("order_id")
        ordered_at = func.min(lines.order_time.element).label("ordered_at")
        orders = (
            select(id_of(lines.table), order_id, ordered_at)
            .where(*_purchases(lines))
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
    return _ids(sets, asked).join_from(lines.table.selectable, sequence, same_order)


# --- returns --------------------------------------------------------------------------------------


def _kept(sets: Sets, lines: Lines, returns: Returns, ids: Select[Any]) -> Select[Any]:
    """Drop lines of which as many units came back as were bought (readings.md 19)."""
    returned = _returned(sets, lines, returns)
    bought = returns.quantity.element
    same_goods = and_(
        returned.c[ID_COLUMN] == lines.table.id,
        returned.c.order_id == lines.order_id.element,
        returned.c.product_id == returns.product_id.element,
    )
    came_back = and_(bought > _whole(0), returned.c.units >= bought)
    joined = ids.join_from(lines.table.selectable, returned, same_goods, isouter=True)
    return joined.where(complement(came_back, is_known=False))


def _returned(sets: Sets, lines: Lines, returns: Returns) -> CTE:
    """Units returned or cancelled, per customer, order and product."""

    def build() -> Rows:
        goods = [lines.table.id, lines.order_id.element, returns.product_id.element]
        names = (ID_COLUMN, "order_id", "product_id")
        labelled = [column.label(name) for column, name in zip(goods, names, strict=True)]
        units = func.sum(func.abs(returns.quantity.element)).label("units")
        flagged = or_(false(), *(flag.element == true() for flag in lines.flags))
        return select(*labelled, units).where(*known_rows(lines.table), flagged).group_by(*goods)

    return sets.shared(("returned", lines, returns), "returned_units", build)
