"""`is null`, what stands beside it, and the word null in the place of a value."""

from __future__ import annotations

from dataclasses import replace

from dsl import wording
from dsl.ast import ColumnValue, InList, NullTest, NullTestKind, Segment, Test, Value
from dsl.catalog import DataType
from dsl.diagnostics import Fix
from dsl.formatter import format_segment
from dsl.resolved import IsBoolean, IsMissing, RowCondition, RowNot
from dsl.resolver.context import Context, Found, column_ref
from dsl.resolver.operators import report_operator

__all__ = ["is_null", "null_test", "report_null_item"]

# `is not true` asks for a known value that differs, like every negative operator (§2.2).
_BOOLEANS = {
    NullTestKind.TRUE: True,
    NullTestKind.NOT_TRUE: False,
    NullTestKind.FALSE: False,
    NullTestKind.NOT_FALSE: True,
}


def null_test(context: Context, found: Found, predicate: NullTest) -> RowCondition | None:
    """Return the test, for every type; report those that the type lacks."""
    column = column_ref(found.table, found.column)
    match predicate.kind:
        case NullTestKind.NULL:
            return IsMissing(column=column)
        case NullTestKind.NOT_NULL:
            return RowNot(operand=IsMissing(column=column))
        case NullTestKind.EMPTY | NullTestKind.NOT_EMPTY:
            spelling = predicate.kind.value.replace("empty", "null")
            fix = Fix(f"write {spelling}", predicate.span, spelling)
            report_operator(context, found, predicate.kind.value, predicate, fix)
        case _ if found.type is DataType.BOOLEAN:
            return IsBoolean(column=column, value=_BOOLEANS[predicate.kind])
        case _:
            report_operator(context, found, predicate.kind.value, predicate)
    return None


def is_null(value: Value) -> bool:
    """Tell whether a value is the bare word, as in SQL, where no value is ever equal to it."""
    if not isinstance(value, ColumnValue) or value.factor is not None:
        return False
    name = value.column
    is_bare = name.table is None and not name.column.is_quoted
    return is_bare and name.column.text.lower() == "null"


def report_null_item(context: Context, test: Test, listed: InList) -> bool:
    """Report null as an item of a list (E201); tell whether there was one.

    `in (null)` asks for missing values, `not in` leaves them out anyway.
    """
    nulls = [value for value in listed.values if is_null(value)]
    if not nulls:
        return False
    others = tuple(value for value in listed.values if value not in nulls)
    words = "is not null" if listed.is_negated else "is null"
    message = f"a missing value is no item of a list; it is asked for by “{words}”"
    if listed.is_negated and others:
        message = "“not in” leaves out missing values anyway; null is no item of a list"
    mended = _without_null(test, listed, others, words)
    context.findings.error("E201", message, nulls[0], Fix(f"write {mended}", test.span, mended))
    return True


def _without_null(test: Test, listed: InList, others: tuple[Value, ...], words: str) -> str:
    missing = f"{wording.operand(test.operand)} {words}"
    if not others:
        return missing
    rest = replace(test, predicate=replace(listed, values=others))
    known = format_segment(Segment(include=rest, span=test.span))
    return known if listed.is_negated else f"({known} or {missing})"
