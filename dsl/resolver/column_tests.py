"""One test of a column: the operand is found, then its type decides what the predicate means."""

from __future__ import annotations

from typing import NamedTuple, assert_never

from dsl import wording
from dsl.ast import InList, Test
from dsl.catalog import DataType
from dsl.lints import drops_missing_values
from dsl.resolved import RowCondition
from dsl.resolver.boolean_tests import resolve_boolean_test
from dsl.resolver.context import Context, Found, column_key
from dsl.resolver.date_functions import resolve_date_function
from dsl.resolver.date_tests import resolve_date_test
from dsl.resolver.names import find_column
from dsl.resolver.null_tests import report_null_item
from dsl.resolver.number_tests import resolve_number_test
from dsl.resolver.operators import RowPredicate, is_negative
from dsl.resolver.text_tests import resolve_text_test

__all__ = ["Tested", "resolve_test"]


class Tested(NamedTuple):
    """A test, and the column that it asks first."""

    found: Found
    condition: RowCondition


def resolve_test(context: Context, test: Test, predicate: RowPredicate) -> Tested | None:
    """Return the test of a row; `predicate` is the test's own."""
    found = find_column(context, test.operand.column)
    if found is None:
        return None
    if isinstance(predicate, InList) and report_null_item(context, test, predicate):
        return None
    condition = _by_type(context, found, test, predicate)
    if condition is None:
        return None
    if is_negative(predicate) and column_key(test.operand.column) not in context.kept_missing:
        lint = drops_missing_values(
            found.column,
            wording.column(test.operand.column),
            test.span,
            context.findings.source(test),
            holders="customers" if context.row_table is None else "rows",
            is_denied=context.is_denied,
        )
        if lint is not None:
            context.findings.add(lint)
    return Tested(found, condition)


def _by_type(
    context: Context, found: Found, test: Test, predicate: RowPredicate
) -> RowCondition | None:
    if test.operand.function is not None:
        return resolve_date_function(context, found, test.operand.function, predicate)
    match found.column.type:
        case DataType.STRING:
            return resolve_text_test(context, found, predicate)
        case DataType.BOOLEAN:
            return resolve_boolean_test(context, found, predicate)
        case DataType.INTEGER | DataType.DECIMAL | DataType.FLOAT:
            return resolve_number_test(context, found, predicate)
        case DataType.DATE | DataType.DATETIME:
            return resolve_date_test(context, found, predicate)
        case type_:
            assert_never(type_)
