"""Tests of dates and datetimes (segments.md §3.4 to §3.6): every one becomes half-open spans."""

from __future__ import annotations

import re
from typing import assert_never

from dsl.ast import (
    ColumnValue,
    Compare,
    CompareBetween,
    DateBound,
    DateOperator,
    DateValue,
    InList,
    InWindow,
    NullTest,
    StringLiteral,
    TextMatch,
    Value,
    Window,
)
from dsl.catalog import DataType
from dsl.dates import DateSpan, date_window
from dsl.diagnostics import Fix
from dsl.resolved import InSpans, RowCondition
from dsl.resolver.columns import columns_compare
from dsl.resolver.context import Context, Found, column_ref
from dsl.resolver.null_tests import null_test
from dsl.resolver.operators import RowPredicate, report_operator
from dsl.resolver.values import report_mismatch
from dsl.resolver.windows import outside, resolve_window

__all__ = ["resolve_date_test"]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?")


def resolve_date_test(
    context: Context, found: Found, predicate: RowPredicate
) -> RowCondition | None:
    """Return the test of a date or datetime column."""
    window = date_window(predicate)
    if window is not None:
        return _in_window(context, found, window)
    match predicate:
        case NullTest():
            return null_test(context, found, predicate)
        case Compare(value=ColumnValue() as value):
            return columns_compare(context, found, predicate, value)
        case Compare(value=value):
            _expect_date(context, found, value)
        case CompareBetween(low=low, high=high):
            for end in (low, high):
                _expect_date(context, found, end)
        case InList():
            return _in_days(context, found, predicate)
        case TextMatch():
            report_operator(context, found, predicate.operator.value, predicate)
        case InWindow():
            raise AssertionError("a window is handled above")
        case _:
            assert_never(predicate)
    return None


def _in_window(context: Context, found: Found, window: Window) -> RowCondition | None:
    spans = _spans(context, found, window)
    if spans is None:
        return None
    return InSpans(operand=column_ref(found.table, found.column), spans=spans)


def _spans(context: Context, found: Found, window: Window) -> tuple[DateSpan, ...] | None:
    whole_days = found.column.type is DataType.DATE
    return resolve_window(context, window, whole_days=whole_days)


def _in_days(context: Context, found: Found, predicate: InList) -> RowCondition | None:
    """`in (2026-01-01, 2026-12-25)`: each day, or each instant, of the list."""
    days = [_expect_date(context, found, value) for value in predicate.values]
    spans: list[DateSpan] = []
    for value in days:
        if value is not None:
            on = DateBound(operator=DateOperator.ON, value=value, span=value.span)
            spans += _spans(context, found, on) or ()
    if len(spans) < len(days):
        return None
    listed = outside(spans) if predicate.is_negated else tuple(spans)
    return InSpans(operand=column_ref(found.table, found.column), spans=listed)


def _expect_date(context: Context, found: Found, value: Value) -> DateValue | None:
    if isinstance(value, DateValue):
        return value
    report_mismatch(context, found, value, *_without_quotes(value))
    return None


def _without_quotes(value: Value) -> tuple[Fix, ...]:
    """Dates are written bare."""
    if not isinstance(value, StringLiteral) or _DATE.fullmatch(value.value) is None:
        return ()
    return (Fix("write it without quotes", value.span, value.value),)
