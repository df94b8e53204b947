"""Two columns compared with each other: `l12m_order_revenue < 0.5 * ly12m_order_revenue`."""

from __future__ import annotations

from dsl.ast import ColumnValue, Compare, Comparison
from dsl.catalog import Grain
from dsl.diagnostics import Fix
from dsl.resolved import ColumnsCompare
from dsl.resolver.context import Context, Found, column_ref
from dsl.resolver.findings import type_in_words
from dsl.resolver.names import find_column, look_up
from dsl.resolver.null_tests import is_null
from dsl.resolver.operators import report_operator
from dsl.resolver.values import fits_digits, report_bare_word

__all__ = ["columns_compare"]

_EQUALITY = (Comparison.EQUAL, Comparison.NOT_EQUAL)
# DECIMAL(18, 4) holds 14 digits before the point; 9 + 14 before it and 10 + 4 after it make 37.
_FACTOR_DIGITS = (9, 10)


def columns_compare(
    context: Context, left: Found, compare: Compare, value: ColumnValue
) -> ColumnsCompare | None:
    """Return the comparison when both columns are of one kind and of one row."""
    if not isinstance(look_up(context, value.column), Found):
        if is_null(value):
            _report_null(context, compare, value)
        else:
            report_bare_word(context, left, value)
        return None
    right = find_column(context, value.column)
    if right is None or not _fits(context, left, compare, right, value):
        return None
    return ColumnsCompare(
        left=column_ref(left.table, left.column),
        operator=compare.operator,
        factor=value.factor,
        right=column_ref(right.table, right.column),
    )


def _fits(
    context: Context, left: Found, compare: Compare, right: Found, value: ColumnValue
) -> bool:
    type_ = left.column.type
    if not _same_kind(left, right) or (value.factor is not None and not type_.is_number):
        message = (
            f"{left.title} holds {type_in_words(type_)} and {right.title} "
            f"{type_in_words(right.column.type)}; they cannot be compared"
        )
        context.findings.error("E302", message, value)
        return False
    if not (type_.is_number or type_.is_time) and compare.operator not in _EQUALITY:
        report_operator(context, left, compare.operator.value, compare)
        return False
    if not _is_factor(context, value):
        return False
    return context.row_table is not None or _is_one_row(context, left, right, value)


def _report_null(context: Context, compare: Compare, value: ColumnValue) -> None:
    if compare.operator not in _EQUALITY:
        context.findings.error("E201", "null is no value that can be compared", value)
        return
    words = "is null" if compare.operator is Comparison.EQUAL else "is not null"
    before = context.findings.text[: compare.span.start]
    replacement = words if before[-1:].isspace() else f" {words}"
    fix = Fix(f"write {words}", compare.span, replacement)
    context.findings.error("E201", f"a missing value is asked for by “{words}”", compare, fix)


def _is_factor(context: Context, value: ColumnValue) -> bool:
    """Refuse factors whose product with an amount would need more digits than engines have."""
    if value.factor is None or fits_digits(value.factor, *_FACTOR_DIGITS):
        return True
    before, after = _FACTOR_DIGITS
    message = f"a factor has at most {before} digits before the point and {after} after it"
    context.findings.error("E302", message, value)
    return False


def _same_kind(left: Found, right: Found) -> bool:
    if left.column.type.is_number:
        return right.column.type.is_number
    return left.column.type is right.column.type


def _is_one_row(context: Context, left: Found, right: Found, value: ColumnValue) -> bool:
    """Only tables of one row per customer have *the* row that both columns stand in."""
    many = [found.table for found in (left, right) if found.table.grain is Grain.MANY]
    for table in many[:1]:
        message = (
            f"“{table.name}” has many rows per customer; "
            f"compare columns of one row with “any row in {table.name} where (…)”"
        )
        context.findings.error("E302", message, value)
    return not many
