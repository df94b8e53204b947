"""`is null`, and what stands beside it: tests that take no value."""

from __future__ import annotations

from dsl.ast import NullTest, NullTestKind
from dsl.catalog import DataType
from dsl.diagnostics import Fix
from dsl.resolved import IsBoolean, IsMissing, RowCondition, RowNot
from dsl.resolver.context import Context, Found, column_ref
from dsl.resolver.operators import report_operator

__all__ = ["null_test"]

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
