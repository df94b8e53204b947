"""What stands side by side: conditions that contradict, or that people misread together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from dsl import wording
from dsl.ast import (
    Expression,
    InRank,
    Name,
    Quantifier,
    RankedBy,
    RowQuantified,
    Segment,
    Test,
)
from dsl.catalog import Table
from dsl.contradictions import (
    differ_from_each_other,
    exclude_each_other,
    leave_nothing_out,
    subject,
)
from dsl.diagnostics import Fix, Span
from dsl.formatter import format_segment
from dsl.literals import quoted
from dsl.resolved import (
    AnyRow,
    ColumnRef,
    Condition,
    CustomerTest,
    Not,
    NumberOperand,
    RowCondition,
    RowNot,
    TextEquals,
    columns_of,
)
from dsl.resolver.context import Context
from dsl.resolver.operators import RowPredicate, is_negative, positive

__all__ = ["lint_all_of", "lint_any_of", "lint_bare_test", "lint_rows_all_of"]

_COMPARED = 20  # tests of one column in one chain; more are made by programs


def lint_all_of(
    context: Context, nodes: Sequence[Expression], conditions: Sequence[Condition]
) -> None:
    """Warn of operands of an `and` that say less, or more, than they seem to."""
    tests = [_test_of_one_row(condition) for condition in conditions]
    _warn_of_contradictions(context, nodes, tests)
    _warn_of_different_rows(context, nodes, conditions)
    _warn_of_whole_ranks(context, nodes)


def lint_rows_all_of(
    context: Context, nodes: Sequence[Expression], conditions: Sequence[RowCondition]
) -> None:
    """Warn of tests of one row that nothing can meet."""
    _warn_of_contradictions(context, nodes, conditions)


def lint_any_of(
    context: Context, nodes: Sequence[Expression], conditions: Sequence[Condition]
) -> None:
    """Warn of operands of an `or` that everything meets."""
    tests = [_test_of_one_row(condition) for condition in conditions]
    for left, right, column in _pairs(tests, differ_from_each_other):
        message = f"every known “{column.name}” differs from one of these; did you mean “and”?"
        context.findings.warn("W207", message, nodes[left].span.cover(nodes[right].span))
    for left, right, column in _pairs(tests, leave_nothing_out):
        message = f"“{column.name}” is always one or the other, so everybody matches"
        context.findings.warn("W207", message, nodes[left].span.cover(nodes[right].span))


def lint_bare_test(context: Context, test: Test, predicate: RowPredicate, table: Table) -> None:
    """W202: among many rows some nearly always differ; mostly none is to be so."""
    if not is_negative(predicate):
        return
    denied = replace(test, predicate=positive(predicate))
    name = Name(text=table.name, span=test.span)
    none = RowQuantified(quantifier=Quantifier.NO, table=name, where=denied, span=test.span)
    text = format_segment(Segment(include=none, span=test.span))
    message = f"this asks for some row of {table.name} that differs; for none write “no row in”"
    context.findings.warn("W202", message, test, Fix("ask for none", test.span, text))


def _test_of_one_row(condition: Condition) -> RowCondition | None:
    """Tests of a table with many rows may be met by different rows, and so never contradict."""
    match condition:
        case CustomerTest(test=test):
            return test
        case Not(operand=CustomerTest(test=test)):
            return RowNot(operand=test)
        case _:
            return None


def _pairs(
    tests: Sequence[RowCondition | None], is_found: Callable[[RowCondition, RowCondition], bool]
) -> Iterator[tuple[int, int, ColumnRef]]:
    """The places of two tests of the same thing for which the claim holds, and their column."""
    places: dict[NumberOperand, list[tuple[int, RowCondition]]] = {}
    for place, test in enumerate(tests):
        if test is not None and (asked := subject(test)) is not None:
            places.setdefault(asked, []).append((place, test))
    for same in places.values():
        for (left, one), (right, other) in combinations(same[:_COMPARED], 2):
            if is_found(one, other):
                yield left, right, next(columns_of(one))


def _warn_of_contradictions(
    context: Context, nodes: Sequence[Expression], tests: Sequence[RowCondition | None]
) -> None:
    for left, right, column in _pairs(tests, exclude_each_other):
        both = nodes[left].span.cover(nodes[right].span)
        message = f"no “{column.name}” can be both, so nobody matches"
        is_run = right == left + 1
        fixes = _either(both, nodes[left], tests[left], tests[right]) if is_run else ()
        context.findings.warn("W207", message, both, *fixes)


def _either(
    span: Span, node: Expression, left: RowCondition | None, right: RowCondition | None
) -> tuple[Fix, ...]:
    """`state is "WA" and state is "OR"`: people say "and" and mean either."""
    match node, left, right:
        case (
            Test(operand=operand),
            TextEquals(is_negated=False, values=mine),
            TextEquals(is_negated=False, values=others),
        ):
            values = ", ".join(map(quoted, (*mine, *others)))
            either = f"{wording.operand(operand)} in ({values})"
            return (Fix("ask for either", span, either),)
        case _:
            return ()


def _warn_of_different_rows(
    context: Context, nodes: Sequence[Expression], conditions: Sequence[Condition]
) -> None:
    """W201: two bare tests of a table with many rows ask for a row each."""
    bare: dict[str, list[int]] = {}
    for index, (node, condition) in enumerate(zip(nodes, conditions, strict=True)):
        if isinstance(node, Test) and isinstance(condition, AnyRow):
            bare.setdefault(condition.table.name, []).append(index)
    for table, places in bare.items():
        if len(places) > 1:
            _report_different_rows(context, table, nodes, places)


def _report_different_rows(
    context: Context, table: str, nodes: Sequence[Expression], places: Sequence[int]
) -> None:
    span = nodes[places[0]].span.cover(nodes[places[-1]].span)
    message = (
        f"these may be met by different rows of {table}; for one and the same row write "
        "“any row in”"
    )
    fixes: tuple[Fix, ...] = ()
    is_run = places[-1] - places[0] == len(places) - 1
    if is_run and (source := context.findings.source(span)):
        fixes = (Fix("ask for one row", span, f"any row in {table} where ({source})"),)
    context.findings.warn("W201", message, span, *fixes)


def _warn_of_whole_ranks(context: Context, nodes: Sequence[Expression]) -> None:
    """W206: a rank is taken of everyone, whatever stands beside it."""
    for node in nodes:
        if not _is_rank_of_everyone(node):
            continue
        beside = [context.findings.source(each) for each in nodes if each is not node]
        message = (
            "this is the top or bottom of all customers, not of those who meet the conditions "
            "beside it; for these write “among (…)”"
        )
        end = Span(node.span.end, node.span.end)
        fix = Fix("rank among them", end, f" among ({' and '.join(beside)})")
        context.findings.warn("W206", message, node, *([fix] if all(beside) else []))


def _is_rank_of_everyone(node: Expression) -> bool:
    match node:
        case Test(predicate=InRank(among=among)) | RankedBy(among=among):
            return among is None
        case _:
            return False
