"""`where (…)`: tests of the rows of one table, joined by and, or, not."""

from __future__ import annotations

from dsl.ast import AllOf, AnyOf, Expression, InRank, Not, Test
from dsl.catalog import Table
from dsl.resolved import RowAllOf, RowAnyOf, RowCondition, RowNot
from dsl.resolver.column_tests import resolve_test
from dsl.resolver.constructs import construct_in_words
from dsl.resolver.context import Context
from dsl.resolver.joints import lint_rows_all_of

__all__ = ["resolve_where"]


def resolve_where(context: Context, table: Table, where: Expression) -> RowCondition | None:
    """Return the condition on the table's rows."""
    return _rows(context.inside(table), table, where)


def _rows(context: Context, table: Table, node: Expression) -> RowCondition | None:
    match node:
        case AllOf(operands=operands):
            parts = _each(context, table, operands)
            if parts is None:
                return None
            lint_rows_all_of(context, operands, parts)
            return RowAllOf(operands=parts)
        case AnyOf(operands=operands):
            parts = _each(context.among_alternatives(operands), table, operands)
            return None if parts is None else RowAnyOf(operands=parts)
        case Not(operand=operand):
            part = _rows(context.denied(), table, operand)
            return None if part is None else RowNot(operand=part)
        case Test(predicate=predicate) if not isinstance(predicate, InRank):
            tested = resolve_test(context, node, predicate)
            return None if tested is None else tested.condition
        case _:
            message = (
                f"{construct_in_words(node)} cannot stand inside where (…), "
                f"which tests rows of {table.name}"
            )
            context.findings.error("E311", message, node)
            return None


def _each(
    context: Context, table: Table, operands: tuple[Expression, ...]
) -> tuple[RowCondition, ...] | None:
    """All operands, each reported on; None when one of them failed."""
    parts = [_rows(context, table, operand) for operand in operands]
    known = tuple(part for part in parts if part is not None)
    return known if len(known) == len(parts) else None
