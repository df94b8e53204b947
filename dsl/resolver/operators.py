"""Which operators a type takes, in words (E301)."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias, assert_never

from dsl.ast import (
    CalendarWindow,
    Compare,
    CompareBetween,
    Comparison,
    DateBound,
    DateOperator,
    DateRange,
    InList,
    InWindow,
    Node,
    NullTest,
    NullTestKind,
    RollingWindow,
    TextMatch,
    TextOperator,
    Window,
)
from dsl.catalog import DataType
from dsl.diagnostics import Fix
from dsl.resolver.context import Context, Operand
from dsl.resolver.findings import type_in_words

__all__ = ["RowPredicate", "is_negative", "positive", "report_operator"]

# What can be asked of one row; a rank needs all of them.
RowPredicate: TypeAlias = NullTest | Compare | CompareBetween | TextMatch | InList | InWindow

_TEXT = "is, is not, contains, starts with, ends with, matches case, in (…), is empty, is null"
_NUMBER = "=, !=, <, <=, >, >=, between … and …, in (…), in top …%, is null"
_TIME = "on, after, before, on or after, between … and …, in last …, in this …, is null"
_OPERATORS = {
    DataType.STRING: _TEXT,
    DataType.BOOLEAN: "is true, is false, is null, is not null",
    DataType.DATE: _TIME,
    DataType.DATETIME: _TIME,
    DataType.INTEGER: _NUMBER,
    DataType.DECIMAL: _NUMBER,
    DataType.FLOAT: _NUMBER,
}
_POSITIVE_TEXT = {
    TextOperator.NOT_CONTAINS: TextOperator.CONTAINS,
    TextOperator.NOT_STARTS_WITH: TextOperator.STARTS_WITH,
    TextOperator.NOT_ENDS_WITH: TextOperator.ENDS_WITH,
}
_POSITIVE_TRUTHS = {
    NullTestKind.NOT_TRUE: NullTestKind.TRUE,
    NullTestKind.NOT_FALSE: NullTestKind.FALSE,
}


def report_operator(
    context: Context, operand: Operand, spelling: str, at: Node, *fixes: Fix
) -> None:
    """Report an operator that the column's type lacks, with those that it takes."""
    type_ = operand.type
    message = (
        f"{operand.title} holds {type_in_words(type_)}, which “{spelling}” cannot test; "
        f"it takes {_OPERATORS[type_]}"
    )
    context.findings.error("E301", message, at, *fixes)


def is_negative(predicate: RowPredicate) -> bool:
    """Tell whether it asks for a known value that differs, and so leaves unknown ones out."""
    match predicate:
        case NullTest(kind=kind):
            return kind in _POSITIVE_TRUTHS
        case Compare(operator=operator):
            return operator is Comparison.NOT_EQUAL
        case CompareBetween(is_negated=is_negated) | InList(is_negated=is_negated):
            return is_negated
        case TextMatch(operator=operator):
            return operator in _POSITIVE_TEXT
        case InWindow(window=window):
            return _is_negative_window(window)
        case _:
            assert_never(predicate)


def positive(predicate: RowPredicate) -> RowPredicate:
    """Return what a negative predicate denies."""
    match predicate:
        case NullTest(kind=kind):
            return replace(predicate, kind=_POSITIVE_TRUTHS.get(kind, kind))
        case Compare():
            return replace(predicate, operator=Comparison.EQUAL)
        case CompareBetween() | InList():
            return replace(predicate, is_negated=False)
        case TextMatch(operator=operator):
            return replace(predicate, operator=_POSITIVE_TEXT.get(operator, operator))
        case InWindow(window=DateBound() as window):
            return replace(predicate, window=replace(window, operator=DateOperator.ON))
        case InWindow(window=DateRange() as window):
            return replace(predicate, window=replace(window, is_negated=False))
        case InWindow():
            return predicate
        case _:
            assert_never(predicate)


def _is_negative_window(window: Window) -> bool:
    match window:
        case DateBound(operator=operator):
            return operator is DateOperator.NOT_ON
        case DateRange(is_negated=is_negated):
            return is_negated
        case RollingWindow() | CalendarWindow():
            return False
        case _:
            assert_never(window)
