"""Tests of columns that are true or false (segments.md §3.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from dsl.ast import (
    BooleanLiteral,
    ColumnValue,
    Compare,
    CompareBetween,
    Comparison,
    InList,
    InWindow,
    NullTest,
    NumberLiteral,
    TextMatch,
    Value,
)
from dsl.diagnostics import Fix
from dsl.resolved import IsBoolean, RowCondition
from dsl.resolver.columns import columns_compare
from dsl.resolver.context import Context, Found, column_ref
from dsl.resolver.null_tests import null_test
from dsl.resolver.operators import RowPredicate, report_operator
from dsl.resolver.values import report_mismatch

__all__ = ["resolve_boolean_test"]


def resolve_boolean_test(
    context: Context, found: Found, predicate: RowPredicate
) -> RowCondition | None:
    """Return the test of a boolean column."""
    match predicate:
        case NullTest():
            return null_test(context, found, predicate)
        case Compare():
            return _compare(context, found, predicate)
        case CompareBetween():
            report_operator(context, found, "between", predicate)
        case TextMatch():
            report_operator(context, found, predicate.operator.value, predicate)
        case InList():
            report_operator(context, found, "in (…)", predicate)
        case InWindow():
            report_operator(context, found, context.spelling(predicate, "a date test"), predicate)
        case _:
            assert_never(predicate)
    return None


def _compare(context: Context, found: Found, predicate: Compare) -> RowCondition | None:
    if predicate.operator not in (Comparison.EQUAL, Comparison.NOT_EQUAL):
        report_operator(context, found, predicate.operator.value, predicate)
        return None
    match predicate.value:
        case BooleanLiteral(value=value):
            is_equal = predicate.operator is Comparison.EQUAL
            column = column_ref(found.table, found.column)
            return IsBoolean(column=column, value=value if is_equal else not value)
        case ColumnValue() as value:
            return columns_compare(context, found, predicate, value)
        case value:
            report_mismatch(context, found, value, *_as_truth(value))
            return None


def _as_truth(value: Value) -> tuple[Fix, ...]:
    """0 and 1 are false and true in many a source."""
    truths = {Decimal(0): "false", Decimal(1): "true"}
    truth = truths.get(value.value) if isinstance(value, NumberLiteral) else None
    return () if truth is None else (Fix(f"write {truth}", value.span, truth),)
