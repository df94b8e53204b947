"""Purchase behaviours that weigh orders: most frequent order, total value of orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dsl.ast import AllOf, Expression, MostFrequentOrder, Node, TotalValue
from dsl.catalog import LINES_TABLE, DataType, Table, Unit
from dsl.lints import several_currencies
from dsl.resolved import (
    ColumnRef,
    Condition,
    LineFilter,
    NumberBetween,
    NumberCompare,
    RowAllOf,
    RowCondition,
    TextEquals,
    columns_of,
)
from dsl.resolved import MostFrequentOrder as MostFrequentOrderLeaf
from dsl.resolved import TotalValue as TotalValueLeaf
from dsl.resolver.context import Computed, Context, column_ref
from dsl.resolver.number_tests import number_predicate
from dsl.resolver.purchases import line_column, line_filter, resolve_times
from dsl.resolver.where import resolve_where

__all__ = ["resolve_most_frequent_order", "resolve_total_value"]

_ORDERS = Computed(title="“total value of orders”", type=DataType.DECIMAL, unit=Unit.MONEY)


def resolve_most_frequent_order(context: Context, node: MostFrequentOrder) -> Condition | None:
    """Return the customers whose most ordered goods are those; `where` says which columns count.

    Conditions on products and stores test the most ordered combination of these; all others
    choose the lines that are counted (readings.md 18).
    """
    lines = line_filter(context, node, node.window, None)
    table = context.catalog.table(LINES_TABLE)
    times = resolve_times(context, node.times, node)
    if table is None or lines is None or (node.times is not None and times is None):
        return None
    parts = [(part, resolve_where(context, table, part)) for part in _conjuncts(node.where)]
    tests = [condition for _, condition in parts if condition is not None]
    if len(tests) < len(parts) or not _can_group(context, node, parts):
        return None
    grouping = tuple(test for test in tests if _is_grouping(test))
    narrowing = tuple(test for test in tests if not _is_grouping(test))
    return MostFrequentOrderLeaf(
        filter=replace(lines, where=RowAllOf(operands=narrowing) if narrowing else None),
        groups=tuple(dict.fromkeys(column for test in grouping for column in columns_of(test))),
        test=RowAllOf(operands=grouping),
        times=times,
    )


def _conjuncts(where: Expression | None) -> Iterator[Expression]:
    """The conditions that all have to hold."""
    match where:
        case None:
            return
        case AllOf(operands=operands):
            for operand in operands:
                yield from _conjuncts(operand)
        case _:
            yield where


def _can_group(
    context: Context, node: Node, parts: list[tuple[Expression, RowCondition | None]]
) -> bool:
    mixed = [
        part
        for part, condition in parts
        if condition is not None and len(set(map(_groups, columns_of(condition)))) > 1
    ]
    for part in mixed:
        message = (
            "“or” and “not” cannot join a product or a store with anything else here: the one "
            "is asked of the most frequent order, the other of the orders that are counted"
        )
        context.findings.error("E312", message, part)
    groups = [each for _, each in parts if each is not None and _is_grouping(each)]
    if not groups and not mixed:
        message = (
            "say what is ordered most: “where” needs a condition on a product or a store, "
            'as in product_category is "…"'
        )
        context.findings.error("E312", message, node)
    return bool(groups) and not mixed


def _is_grouping(condition: RowCondition) -> bool:
    return all(map(_groups, columns_of(condition)))


def _groups(column: ColumnRef) -> bool:
    return column.name == "store_id" or column.name.startswith("product_")


# --- total value ----------------------------------------------------------------------------------


def resolve_total_value(context: Context, node: TotalValue) -> Condition | None:
    """Return the customers whose matching lines sum to an amount; who bought nothing has none."""
    lines = line_filter(context, node, node.window, node.where)
    table = context.catalog.table(LINES_TABLE)
    if table is None:
        return None
    revenue = line_column(context, table, "item_revenue", node)
    product_id = line_column(context, table, "product_id", node) if node.net_of_returns else None
    if revenue is None or (node.net_of_returns and product_id is None):
        return None
    test = number_predicate(context, _ORDERS, revenue, node.amount)
    if lines is None or not isinstance(test, NumberCompare | NumberBetween):
        return None
    return TotalValueLeaf(
        filter=_one_currency(context, node, table, lines),
        revenue=revenue,
        product_id=product_id,
        test=test,
    )


def _one_currency(context: Context, node: Node, table: Table, lines: LineFilter) -> LineFilter:
    """Amounts of several currencies do not add up: keep the site's unless the user chose."""
    column = table.column("currency")
    if column is None or len(column.known_values or ()) < 2:
        return lines
    currency = column_ref(table, column)
    asked = () if lines.where is None else (lines.where,)
    if any(currency in columns_of(condition) for condition in asked):
        return lines
    context.findings.add(several_currencies(context.catalog.currency, node.span))
    own = TextEquals(column=currency, values=(context.catalog.currency,), is_negated=False)
    return replace(lines, where=RowAllOf(operands=(*asked, own)))
