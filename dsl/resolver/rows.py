"""Conditions on a customer's rows of one table: any, no, every; counts and other measures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from dsl.ast import (
    Compare,
    Comparison,
    DateValue,
    Quantifier,
    RowAggregate,
    RowAggregateFunction,
    RowCount,
    RowQuantified,
)
from dsl.catalog import DataType, Table, Unit
from dsl.dates import date_window
from dsl.resolved import (
    AllOf,
    AnyRow,
    Condition,
    InSpans,
    Measure,
    Not,
    NumberCompare,
    RowCondition,
    RowNot,
    RowsMeasured,
    TableRef,
)
from dsl.resolver.context import Computed, Context, Found, column_ref
from dsl.resolver.names import find_column, find_table
from dsl.resolver.values import number_value, report_mismatch
from dsl.resolver.where import resolve_where
from dsl.resolver.windows import resolve_window

__all__ = ["resolve_row_aggregate", "resolve_row_count", "resolve_row_quantified"]

_NEEDS_NUMBERS = (RowAggregateFunction.SUM, RowAggregateFunction.AVERAGE)
_ZERO_WITHOUT_ROWS = (None, RowAggregateFunction.SUM, RowAggregateFunction.DISTINCT)
_OPPOSITES = {
    Comparison.EQUAL: Comparison.NOT_EQUAL,
    Comparison.NOT_EQUAL: Comparison.EQUAL,
    Comparison.LESS: Comparison.GREATER_OR_EQUAL,
    Comparison.LESS_OR_EQUAL: Comparison.GREATER,
    Comparison.GREATER: Comparison.LESS_OR_EQUAL,
    Comparison.GREATER_OR_EQUAL: Comparison.LESS,
}


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that a condition speaks of; no `where` means all of them."""

    table: TableRef
    where: RowCondition | None


def resolve_row_quantified(context: Context, node: RowQuantified) -> Condition | None:
    """Return the customers with any, no, or only rows that pass (§2.4)."""
    table = find_table(context, node.table)
    if table is None:
        return None
    ref, where = context.table_ref(table), resolve_where(context, table, node.where)
    if ref is None or where is None:
        return None
    match node.quantifier:
        case Quantifier.ANY:
            return AnyRow(table=ref, where=where)
        case Quantifier.NO:
            return Not(operand=AnyRow(table=ref, where=where))
        case Quantifier.EVERY:
            fails = AnyRow(table=ref, where=RowNot(operand=where))
            return AllOf(operands=(AnyRow(table=ref, where=where), Not(operand=fails)))
        case _:
            assert_never(node.quantifier)


def resolve_row_count(context: Context, node: RowCount) -> Condition | None:
    """Return the customers with that many matching rows; none counts as 0."""
    table = find_table(context, node.table)
    if table is None:
        return None
    rows = _rows(context, table, node)
    counted = Computed(title=f"“count of {table.name}”", type=DataType.INTEGER, unit=Unit.COUNT)
    number = number_value(context, counted, node.value)
    if rows is None or number is None:
        return None
    measure = Measure(function=None, column=None)
    return _measured(rows, NumberCompare(operand=measure, operator=node.operator, value=number))


def resolve_row_aggregate(context: Context, node: RowAggregate) -> Condition | None:
    """Return the customers whose sum, average, minimum, maximum or number of values passes."""
    found = find_column(context, node.column)
    if found is None:
        return None
    rows = _rows(context, found.table, node)
    measure = Measure(function=node.function, column=column_ref(found.table, found.column))
    if not _can_measure(context, found, node):
        return None
    if measure.type.is_time:
        return _measured_date(context, rows, found, measure, node)
    number = number_value(context, _computed(found, node, measure), node.value)
    if rows is None or number is None:
        return None
    return _measured(rows, NumberCompare(operand=measure, operator=node.operator, value=number))


def _rows(context: Context, table: Table, node: RowCount | RowAggregate) -> _Rows | None:
    ref = context.table_ref(table)
    where = None if node.where is None else resolve_where(context, table, node.where)
    if ref is None or (node.where is not None and where is None):
        return None
    return _Rows(ref, where)


def _computed(found: Found, node: RowAggregate, measure: Measure) -> Computed:
    is_count = node.function is RowAggregateFunction.DISTINCT
    title = f"“{node.function.value} {found.column.name}”"
    return Computed(
        title=title, type=measure.type, unit=Unit.COUNT if is_count else found.column.unit
    )


def _can_measure(context: Context, found: Found, node: RowAggregate) -> bool:
    type_ = found.column.type
    if node.function is RowAggregateFunction.DISTINCT or type_.is_number:
        return True
    if type_.is_time and node.function not in _NEEDS_NUMBERS:
        return True
    message = f"“{node.function.value}” needs numbers, and {found.title} holds none"
    context.findings.error("E301", message, node.column)
    return False


def _measured(rows: _Rows, test: NumberCompare) -> Condition:
    """Customers without rows have the measure 0, and so are told by who fails the opposite test."""
    leaf = RowsMeasured(table=rows.table, where=rows.where, test=test)
    measure = test.operand
    if not isinstance(measure, Measure) or measure.function not in _ZERO_WITHOUT_ROWS:
        return leaf
    if not _holds(Decimal(0), test):
        return leaf
    opposite = NumberCompare(operand=measure, operator=_OPPOSITES[test.operator], value=test.value)
    return Not(operand=RowsMeasured(table=rows.table, where=rows.where, test=opposite))


def _holds(number: Decimal, test: NumberCompare) -> bool:
    return {
        Comparison.EQUAL: number == test.value,
        Comparison.NOT_EQUAL: number != test.value,
        Comparison.LESS: number < test.value,
        Comparison.LESS_OR_EQUAL: number <= test.value,
        Comparison.GREATER: number > test.value,
        Comparison.GREATER_OR_EQUAL: number >= test.value,
    }[test.operator]


def _measured_date(
    context: Context, rows: _Rows | None, found: Found, measure: Measure, node: RowAggregate
) -> Condition | None:
    """`max of t.c >= 2026-01-01`: the earliest or latest date against a date."""
    if not isinstance(node.value, DateValue):
        report_mismatch(context, found, node.value)
        return None
    compare = Compare(operator=node.operator, value=node.value, span=node.value.span)
    window = date_window(compare)
    whole_days = measure.type is DataType.DATE
    if window is None:
        return None
    spans = resolve_window(context, window, whole_days=whole_days)
    if rows is None or spans is None:
        return None
    test = InSpans(operand=measure, spans=spans)
    return RowsMeasured(table=rows.table, where=rows.where, test=test)
