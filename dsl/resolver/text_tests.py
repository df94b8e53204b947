"""Tests of text columns (segments.md §3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dsl.ast import (
    ColumnValue,
    Compare,
    CompareBetween,
    Comparison,
    InList,
    InWindow,
    Match,
    NullTest,
    NullTestKind,
    TextMatch,
    TextOperator,
    Value,
)
from dsl.lints import unseen_value
from dsl.resolved import (
    ColumnRef,
    IsEmpty,
    RowCondition,
    RowNot,
    TextEquals,
    TextExactly,
    TextMatches,
    TextPlace,
)
from dsl.resolver.columns import columns_compare
from dsl.resolver.context import Context, Found, column_ref
from dsl.resolver.null_tests import null_test
from dsl.resolver.operators import RowPredicate, report_operator
from dsl.resolver.values import text_value

__all__ = ["resolve_text_test"]

_PLACES = {
    TextOperator.CONTAINS: (TextPlace.ANYWHERE, False),
    TextOperator.NOT_CONTAINS: (TextPlace.ANYWHERE, True),
    TextOperator.STARTS_WITH: (TextPlace.START, False),
    TextOperator.NOT_STARTS_WITH: (TextPlace.START, True),
    TextOperator.ENDS_WITH: (TextPlace.END, False),
    TextOperator.NOT_ENDS_WITH: (TextPlace.END, True),
}


def resolve_text_test(
    context: Context, found: Found, predicate: RowPredicate
) -> RowCondition | None:
    """Return the test of a text column."""
    column = column_ref(found.table, found.column)
    match predicate:
        case NullTest():
            return _emptiness(column, predicate.kind) or null_test(context, found, predicate)
        case Compare():
            return _compare(context, found, column, predicate)
        case TextMatch():
            return _text_match(column, predicate)
        case InList(values=values, is_negated=is_negated):
            texts = _known_texts(context, found, values)
            return _text_equals(column, texts, is_negated=is_negated)
        case CompareBetween():
            report_operator(context, found, "between", predicate)
        case InWindow():
            report_operator(context, found, context.spelling(predicate, "a date test"), predicate)
        case _:
            assert_never(predicate)
    return None


def _emptiness(column: ColumnRef, kind: NullTestKind) -> RowCondition | None:
    match kind:
        case NullTestKind.EMPTY:
            return IsEmpty(column=column)
        case NullTestKind.NOT_EMPTY:
            return RowNot(operand=IsEmpty(column=column))
        case _:
            return None


def _compare(
    context: Context, found: Found, column: ColumnRef, predicate: Compare
) -> RowCondition | None:
    if predicate.operator not in (Comparison.EQUAL, Comparison.NOT_EQUAL):
        report_operator(context, found, predicate.operator.value, predicate)
        return None
    if isinstance(predicate.value, ColumnValue):
        return columns_compare(context, found, predicate, predicate.value)
    is_negated = predicate.operator is Comparison.NOT_EQUAL
    texts = _known_texts(context, found, (predicate.value,))
    return _text_equals(column, texts, is_negated=is_negated)


def _text_equals(
    column: ColumnRef, texts: tuple[str, ...] | None, *, is_negated: bool
) -> TextEquals | None:
    if texts is None:
        return None
    return TextEquals(column=column, values=texts, is_negated=is_negated)


def _known_texts(context: Context, found: Found, values: Sequence[Value]) -> tuple[str, ...] | None:
    """The texts of a list, each reported when it does not fit or is never seen."""
    texts = [(value, text_value(context, found, value)) for value in values]
    for value, text in texts:
        if context.findings.are_enough:
            break  # a list may have ten thousand values
        if text is not None and (unseen := unseen_value(found.column, text, value.span)):
            context.findings.add(unseen)
    known = tuple(text for _, text in texts if text is not None)
    return known if len(known) == len(values) else None


def _text_match(column: ColumnRef, predicate: TextMatch) -> RowCondition:
    values = tuple(literal.value for literal in predicate.values)
    if predicate.operator is TextOperator.MATCHES_CASE:
        return TextExactly(column=column, value=values[0])
    place, is_negated = _PLACES[predicate.operator]
    return TextMatches(
        column=column,
        place=place,
        values=values,
        match=predicate.match or Match.ANY,
        is_negated=is_negated,
    )
