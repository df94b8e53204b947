"""Rows of purchases: which count as bought, in which window, and what came back of them."""

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
from dsl.compiler.orders import OrderFilter, PurchaseFilter
from dsl.compiler.row_tests import Predicate, complement, in_spans, row_condition
from dsl.compiler.sets import Rows, Sets, id_of, known_rows
from dsl.resolved import ColumnRef, CountBounds, Lines, Orders, Returns

__all__ = [
    "count_within",
    "flagged_goods",
    "in_window",
    "matching_ids",
    "purchases",
    "same_goods",
    "whole",
]


def matching_ids(sets: Sets, asked: PurchaseFilter) -> Select[Any]:
    """Return the customers of the rows that match at any time, once per row."""
    ids = select(id_of(asked.rows.table)).where(*purchases(asked.rows))
    if asked.where is not None:
        ids = ids.where(row_condition(asked.where))
    if isinstance(asked, OrderFilter) or asked.returns is None:
        return ids
    return _kept(sets, asked.rows, asked.returns, ids)


def purchases(rows: Lines | Orders) -> list[Predicate]:
    """Return what makes a row a purchase: no true flag; an unknown one is none (§4.1)."""
    if isinstance(rows, Orders):
        return [*known_rows(rows.table), rows.line_count.element > whole(0)]
    kept = (complement(flag.element, is_known=False) for flag in rows.flags)
    return [*known_rows(rows.table), *kept]


def in_window(asked: PurchaseFilter) -> list[Predicate]:
    """Return the window as conditions on the row's own time."""
    time = asked.rows.order_time
    return [] if asked.spans is None else [in_spans(time.element, time.type, asked.spans)]


def count_within(count: ColumnElement[int], bounds: CountBounds) -> Predicate:
    """Return the bounds of a count."""
    low = [] if bounds.low is None else [count >= whole(bounds.low)]
    high = [] if bounds.high is None else [count <= whole(bounds.high)]
    return and_(true(), *low, *high)


def whole(number: int) -> ColumnElement[int]:
    """Return a whole number as a parameter."""
    return literal(number, Integer())


# --- returns --------------------------------------------------------------------------------------


def flagged_goods(
    sets: Sets, lines: Lines, product_id: ColumnRef, value: ColumnRef, name: str
) -> CTE:
    """Return the absolute sum of a column over returns and cancellations, per order and product."""

    def build() -> Rows:
        goods = [lines.table.id, lines.order_id.element, product_id.element]
        names = (ID_COLUMN, "order_id", "product_id")
        labelled = [column.label(label) for column, label in zip(goods, names, strict=True)]
        total = func.sum(func.abs(value.element)).label("total")
        flagged = or_(false(), *(flag.element == true() for flag in lines.flags))
        return select(*labelled, total).where(*known_rows(lines.table), flagged).group_by(*goods)

    return sets.shared(("flagged goods", lines, product_id, value), name, build)


def same_goods(goods: CTE, *key: ColumnElement[Any]) -> Predicate:
    """Return the condition that joins goods with a customer's id, order and product."""
    names = (ID_COLUMN, "order_id", "product_id")
    return and_(*(goods.c[name] == column for name, column in zip(names, key, strict=True)))


def _kept(sets: Sets, lines: Lines, returns: Returns, ids: Select[Any]) -> Select[Any]:
    """Drop lines of which as many units came back as were bought (readings.md 19)."""
    returned = flagged_goods(sets, lines, returns.product_id, returns.quantity, "returned_units")
    bought, product = returns.quantity.element, returns.product_id.element
    same = same_goods(returned, lines.table.id, lines.order_id.element, product)
    came_back = and_(bought > whole(0), returned.c.total >= bought)
    joined = ids.join_from(lines.table.selectable, returned, same, isouter=True)
    return joined.where(complement(came_back, is_known=False))
