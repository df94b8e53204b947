"""Tests of numbers: columns, and parts of dates (segments.md §3.3)."""

from __future__ import annotations

from typing import assert_never

from dsl.ast import (
    ColumnValue,
    Compare,
    CompareBetween,
    Comparison,
    InList,
    InWindow,
    NullTest,
    TextMatch,
)
from dsl.catalog import DataType
from dsl.lints import float_equality, rfm_order
from dsl.resolved import (
    NumberBetween,
    NumberCompare,
    NumberIn,
    NumberOperand,
    RowCondition,
)
from dsl.resolver.columns import columns_compare
from dsl.resolver.context import Context, Found, Operand, column_ref
from dsl.resolver.null_tests import null_test
from dsl.resolver.operators import RowPredicate, report_operator
from dsl.resolver.values import number_value

__all__ = ["number_predicate", "resolve_number_test"]

_EQUALITY = (Comparison.EQUAL, Comparison.NOT_EQUAL)
_RFM_SCORE = "l12m_rfm_score"


def resolve_number_test(
    context: Context, found: Found, predicate: RowPredicate
) -> RowCondition | None:
    """Return the test of a number column."""
    match predicate:
        case NullTest():
            return null_test(context, found, predicate)
        case Compare(value=ColumnValue() as value):
            return columns_compare(context, found, predicate, value)
        case Compare() | CompareBetween() | InList():
            _lint(context, found, predicate)
            operand = column_ref(found.table, found.column)
            return number_predicate(context, found, operand, predicate)
        case TextMatch():
            report_operator(context, found, predicate.operator.value, predicate)
        case InWindow():
            report_operator(context, found, context.spelling(predicate, "a date test"), predicate)
        case _:
            assert_never(predicate)
    return None


def number_predicate(
    context: Context,
    compared: Operand,
    operand: NumberOperand,
    predicate: Compare | CompareBetween | InList,
) -> NumberCompare | NumberBetween | NumberIn | None:
    """Return the comparison of a column, or of something taken of it, with constants."""
    match predicate:
        case Compare(operator=operator, value=value):
            number = number_value(context, compared, value)
            if number is None:
                return None
            return NumberCompare(operand=operand, operator=operator, value=number)
        case CompareBetween():
            return _between(context, compared, operand, predicate)
        case InList(values=values, is_negated=is_negated):
            numbers = [number_value(context, compared, value) for value in values]
            known = tuple(number for number in numbers if number is not None)
            if len(known) < len(numbers):
                return None
            return NumberIn(operand=operand, values=known, is_negated=is_negated)
        case _:
            assert_never(predicate)


def _between(
    context: Context, compared: Operand, operand: NumberOperand, predicate: CompareBetween
) -> NumberBetween | None:
    low = number_value(context, compared, predicate.low)
    high = number_value(context, compared, predicate.high)
    if low is None or high is None:
        return None
    if low > high:
        context.report_reversed(predicate.low, predicate.high)
        return None
    return NumberBetween(operand=operand, low=low, high=high, is_negated=predicate.is_negated)


def _lint(context: Context, found: Found, predicate: Compare | CompareBetween | InList) -> None:
    is_equality = isinstance(predicate, Compare) and predicate.operator in _EQUALITY
    if found.column.type is DataType.FLOAT and is_equality:
        context.findings.add(float_equality(found.column, predicate.span))
    if found.column.name == _RFM_SCORE and not is_equality and not isinstance(predicate, InList):
        context.findings.add(rfm_order(found.column, predicate.span))
