"""The boolean layer: conditions on customers, joined by and, or, not, exclude."""

from __future__ import annotations

from collections.abc import Sequence

from dsl import ast
from dsl.ast import Expression, InRank, Test
from dsl.catalog import UNIVERSE_TABLE, Grain
from dsl.lints import snapshot
from dsl.resolved import (
    AllOf,
    AnyOf,
    AnyRow,
    ColumnsCompare,
    Condition,
    CustomerTest,
    Everyone,
    Not,
    ResolvedSegment,
    TableRef,
)
from dsl.resolver.column_tests import Tested, resolve_test
from dsl.resolver.constructs import construct_in_words
from dsl.resolver.context import Context
from dsl.resolver.joints import lint_all_of, lint_any_of, lint_bare_test
from dsl.resolver.members import resolve_member
from dsl.resolver.order_habits import resolve_most_frequent_order, resolve_total_value
from dsl.resolver.purchases import (
    resolve_first_purchase,
    resolve_has_not_purchased,
    resolve_has_purchased,
    resolve_only_purchased,
    resolve_repeat_purchase,
)
from dsl.resolver.ranks import resolve_in_rank, resolve_ranked_by, resolve_rfm
from dsl.resolver.rows import resolve_row_aggregate, resolve_row_count, resolve_row_quantified
from dsl.tree_json import definition_hash

__all__ = ["resolve_tree"]


def resolve_tree(context: Context, tree: ast.Segment) -> ResolvedSegment | None:
    """Resolve a whole text: everyone in `include` and in none of `excludes`."""
    universe = _universe(context, tree)
    included = _condition(context, tree.include)
    excluded = _each(context.denied(), tree.excludes)
    _warn_of_snapshots(context)
    if universe is None or included is None or excluded is None:
        return None
    left_out = tuple(Not(operand=condition) for condition in excluded)
    return ResolvedSegment(
        condition=AllOf(operands=(included, *left_out)) if left_out else included,
        universe=universe,
        as_of=context.as_of,
        definition_hash=definition_hash(tree),
        references=tuple(context.uses.references.values()),
        snapshot_columns=tuple(context.uses.snapshots),
        reads_clock=context.uses.reads_clock,
    )


def _universe(context: Context, tree: ast.Segment) -> TableRef | None:
    table = context.catalog.table(UNIVERSE_TABLE)
    ref = None if table is None else context.table_ref(table)
    if ref is None:
        message = f"there are no customers yet: no table “{UNIVERSE_TABLE}”"
        context.findings.error("E201", message, tree)
    return ref


def _warn_of_snapshots(context: Context) -> None:
    built_on, asked_on = context.catalog.build_as_of, context.as_of.day
    for column, span in context.uses.snapshots.items():
        context.findings.add(snapshot(column, built_on, asked_on, span))


def _condition(context: Context, node: Expression) -> Condition | None:
    match node:
        case ast.AllOf(operands=operands):
            parts = _each(context, operands)
            if parts is None:
                return None
            lint_all_of(context, operands, parts)
            return AllOf(operands=parts)
        case ast.AnyOf(operands=operands):
            parts = _each(context.among_alternatives(operands), operands)
            if parts is None:
                return None
            lint_any_of(context, operands, parts)
            return AnyOf(operands=parts)
        case ast.Not(operand=operand):
            part = _condition(context.denied(), operand)
            return None if part is None else Not(operand=part)
        case ast.Everyone():
            return Everyone()
        case ast.Member():
            return resolve_member(context, node, resolve_tree)
        case ast.Test():
            return _test(context, node)
        case ast.RowQuantified():
            return resolve_row_quantified(context, node)
        case ast.RowCount():
            return resolve_row_count(context, node)
        case ast.RowAggregate():
            return resolve_row_aggregate(context, node)
        case ast.RankedBy():
            return resolve_ranked_by(context, node, _condition)
        case ast.HasPurchased():
            return resolve_has_purchased(context, node)
        case ast.HasNotPurchased():
            return resolve_has_not_purchased(context, node)
        case ast.OnlyPurchased():
            return resolve_only_purchased(context, node)
        case ast.FirstPurchase() | ast.FirstPurchaseOf():
            return resolve_first_purchase(context, node)
        case ast.RepeatPurchase():
            return resolve_repeat_purchase(context, node)
        case ast.RfmBound():
            return resolve_rfm(context, node)
        case ast.MostFrequentOrder():
            return resolve_most_frequent_order(context, node)
        case ast.TotalValue():
            return resolve_total_value(context, node)
        case ast.SqlCondition():
            _report_not_yet(context, node)
            return None


def _report_not_yet(context: Context, node: Expression) -> None:
    message = f"AmpIQ understands {construct_in_words(node)} but cannot run it yet"
    context.findings.error("E901", message, node)


def _each(context: Context, nodes: Sequence[Expression]) -> tuple[Condition, ...] | None:
    """All operands, each reported on; None when one of them failed."""
    parts = [_condition(context, node) for node in nodes]
    known = tuple(part for part in parts if part is not None)
    return known if len(known) == len(parts) else None


def _test(context: Context, test: Test) -> Condition | None:
    if isinstance(test.predicate, InRank):
        return resolve_in_rank(context, test.operand, test.predicate, _condition)
    tested = resolve_test(context, test, test.predicate)
    if tested is None:
        return None
    if tested.found.table.grain is Grain.MANY:
        lint_bare_test(context, test, test.predicate, tested.found.table)
        return _any_row(context, tested)
    return _customer_test(context, tested)


def _any_row(context: Context, tested: Tested) -> Condition | None:
    """A bare test of a table with many rows per customer asks for one row that passes (§2.4)."""
    table = context.table_ref(tested.found.table)
    return None if table is None else AnyRow(table=table, where=tested.condition)


def _customer_test(context: Context, tested: Tested) -> Condition | None:
    tables = [tested.found.table]
    if isinstance(tested.condition, ColumnsCompare):
        other = context.catalog.table(tested.condition.right.table)
        tables += [other] if other is not None and other is not tables[0] else []
    refs = [context.table_ref(table) for table in tables]
    known = tuple(ref for ref in refs if ref is not None)
    return CustomerTest(test=tested.condition, tables=known) if len(known) == len(refs) else None
