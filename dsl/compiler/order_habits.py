"""What customers order most, and what their orders add up to (segments.md §4.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from dsl.catalog import ID_COLUMN, DataType
from dsl.compiler.lines import (
    count_within,
    flagged_goods,
    in_window,
    matching_ids,
    same_goods,
    whole,
)
from dsl.compiler.operands import exact_sum
from dsl.compiler.row_tests import number_condition, row_condition
from dsl.compiler.sets import Sets
from dsl.resolved import ColumnRef, MostFrequentOrder, TotalValue

__all__ = ["most_frequent_order", "total_value"]


def most_frequent_order(sets: Sets, leaf: MostFrequentOrder) -> Select[Any]:
    """Return whose most ordered combination, or one of several equal ones, passes.

    The test is on columns that are grouped by, so it can stand beside the count.
    """
    lines, groups = leaf.filter.rows, [column.element for column in leaf.groups]
    orders = func.count(lines.order_id.element.distinct()).label("orders")
    counted = (
        matching_ids(sets, leaf.filter)
        .add_columns(orders, row_condition(leaf.test).label("passes"))
        .where(*in_window(leaf.filter), *(group.is_not(None) for group in groups))
        .group_by(lines.table.id, *groups)
        .subquery("counted")
    )
    most_first = counted.c.orders.desc()
    place = func.rank().over(partition_by=counted.c[ID_COLUMN], order_by=most_first)
    ranked = select(*counted.c, place.label("place")).subquery("ranked")
    ids = select(ranked.c[ID_COLUMN]).where(ranked.c.place == whole(1), ranked.c.passes)
    if leaf.times is not None:
        ids = ids.where(count_within(ranked.c.orders, leaf.times))
    return ids.distinct()


def total_value(sets: Sets, leaf: TotalValue) -> Select[Any]:
    """Return whose matching lines sum to an amount that passes."""
    ids = matching_ids(sets, leaf.filter).where(*in_window(leaf.filter))
    if leaf.product_id is not None:
        return _net_value(sets, leaf, leaf.product_id, ids)
    value = _sum(leaf.revenue.element)
    return ids.group_by(leaf.filter.rows.table.id).having(number_condition(value, leaf.test))


def _net_value(
    sets: Sets, leaf: TotalValue, product_id: ColumnRef, ids: Select[Any]
) -> Select[Any]:
    """Revenue per order and product first, so that what came back is subtracted once."""
    lines = leaf.filter.rows
    goods = [lines.order_id.element.label("order_id"), product_id.element.label("product_id")]
    revenue = func.sum(leaf.revenue.element).label("revenue")
    bought = (
        ids.add_columns(*goods, revenue)
        .group_by(lines.table.id, lines.order_id.element, product_id.element)
        .subquery("bought_goods")
    )
    returned = flagged_goods(sets, lines, product_id, leaf.revenue, "returned_revenue")
    id_ = bought.c[ID_COLUMN]
    same = same_goods(returned, id_, bought.c.order_id, bought.c.product_id)
    net = _sum(_or_nothing(bought.c.revenue) - _or_nothing(returned.c.total))
    joined = select(id_).join_from(bought, returned, same, isouter=True).group_by(id_)
    return joined.having(number_condition(net, leaf.test))


def _sum(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    return _or_nothing(exact_sum(amount, DataType.DECIMAL))


def _or_nothing(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """An unknown amount adds nothing, and takes nothing away."""
    return func.coalesce(amount, whole(0))
