"""Ranks: `in top 10% among (…)`, `top 5000 by …`; and `rfm at least 9-8-10`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from dsl.ast import (
    ColumnName,
    Comparison,
    Expression,
    InRank,
    Name,
    Node,
    Operand,
    RankedBy,
    RankSize,
    RfmBound,
)
from dsl.catalog import Grain
from dsl.resolved import AllOf, Condition, CustomerTest, Everyone, NumberCompare, Ranked
from dsl.resolver.context import Context, Found, column_ref
from dsl.resolver.names import find_column
from dsl.resolver.operators import report_operator

__all__ = ["resolve_in_rank", "resolve_ranked_by", "resolve_rfm"]

ResolveCondition = Callable[[Context, Expression], Condition | None]
_RFM = ("l12m_recency", "l12m_frequency", "l12m_monetary")


def resolve_in_rank(
    context: Context, operand: Operand, rank: InRank, resolve: ResolveCondition
) -> Condition | None:
    """Return the customers at one end of the order by a column; `resolve` resolves the scope."""
    found = find_column(context, operand.column)
    scope = _scope(context, rank.among, resolve)
    if found is not None and operand.function is not None:
        message = f"“{operand.function.value}” cannot be ranked; rank the column itself"
        context.findings.error("E301", message, operand)
        return None
    return _ranked(context, found, rank, scope)


def resolve_ranked_by(
    context: Context, node: RankedBy, resolve: ResolveCondition
) -> Condition | None:
    """Return the customers at one end of the order by a column; `resolve` resolves the scope."""
    found = find_column(context, node.column)
    scope = _scope(context, node.among, resolve)
    return _ranked(context, found, node, scope)


def resolve_rfm(context: Context, node: RfmBound) -> Condition | None:
    """Return the customers all of whose three scores are at the bound or beyond."""
    operator = Comparison.GREATER_OR_EQUAL if node.is_floor else Comparison.LESS_OR_EQUAL
    scores = (node.recency, node.frequency, node.monetary)
    tests = [
        _score(context, node, name, operator, score)
        for name, score in zip(_RFM, scores, strict=True)
    ]
    known = tuple(test for test in tests if test is not None)
    return AllOf(operands=known) if len(known) == len(tests) else None


def _score(
    context: Context, node: Node, name: str, operator: Comparison, score: int
) -> CustomerTest | None:
    written = ColumnName(table=None, column=Name(text=name, span=node.span), span=node.span)
    found = find_column(context, written)
    table = None if found is None else context.table_ref(found.table)
    if found is None or table is None:
        return None
    column = column_ref(found.table, found.column)
    test = NumberCompare(operand=column, operator=operator, value=Decimal(score))
    return CustomerTest(test=test, tables=(table,))


def _scope(
    context: Context, among: Expression | None, resolve: ResolveCondition
) -> Condition | None:
    return Everyone() if among is None else resolve(context.afresh(), among)


def _ranked(
    context: Context, found: Found | None, asked: InRank | RankedBy, scope: Condition | None
) -> Condition | None:
    size = asked.size
    if not _is_size(context, size) or found is None or not _is_rankable(context, found, asked):
        return None
    table = context.table_ref(found.table)
    if table is None or scope is None:
        return None
    return Ranked(
        direction=asked.direction,
        amount=size.amount,
        is_percent=size.is_percent,
        column=column_ref(found.table, found.column),
        table=table,
        scope=scope,
    )


def _is_rankable(context: Context, found: Found, at: Node) -> bool:
    if not (found.type.is_number or found.type.is_time):
        report_operator(context, found, "top or bottom", at)
        return False
    if found.table.grain is Grain.MANY:
        message = (
            f"“{found.table.name}” has many rows per customer, so {found.title} has no one value "
            "to rank by"
        )
        context.findings.error("E307", message, found.name)
        return False
    return True


def _is_size(context: Context, size: RankSize) -> bool:
    if size.is_percent and not 0 < size.amount <= 100:
        message = "a share lies above 0% and is 100% at most"
    elif not size.is_percent and (size.amount != int(size.amount) or size.amount < 1):
        message = "a number of customers is a whole number from 1"
    else:
        return True
    context.findings.error("E307", message, size)
    return False
