"""Parse tree to syntax tree, and nothing else: no name is looked up and no date computed.

Each method bears the name of the alternative in `grammar.lark` that it turns into a node.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from lark import Token, Transformer, Tree, v_args
from lark.tree import Meta

from dsl import ast
from dsl.catalog import ListKind, list_prefix
from dsl.diagnostics import Span
from dsl.literals import number_of, unquoted

__all__ = ["to_syntax_tree"]

_Part: TypeAlias = ast.Times | ast.Window | ast.Expression | Token

_COMPARISONS = {
    "EQUAL": ast.Comparison.EQUAL,
    "NOT_EQUAL": ast.Comparison.NOT_EQUAL,
    "LESS": ast.Comparison.LESS,
    "LESS_OR_EQUAL": ast.Comparison.LESS_OR_EQUAL,
    "GREATER": ast.Comparison.GREATER,
    "GREATER_OR_EQUAL": ast.Comparison.GREATER_OR_EQUAL,
}
# Synonyms of the canonical words; every other word is canonical already.
_SYNONYMS = {
    "has": "contains",
    "like": "contains",
    "does not have": "does not contain",
    "not like": "does not contain",
    "is known": "is not null",
    "is unknown": "is null",
    "is not known": "is null",
    "is not unknown": "is not null",
    "not after": "on or before",
    "not before": "on or after",
    "not on or after": "before",
    "not on or before": "after",
    "average of": "avg of",
    "past": "last",
    "current": "this",
}


def to_syntax_tree(tree: Tree[Token]) -> ast.Segment:
    """Return the syntax tree of a parse tree of the whole grammar."""
    return _ToSyntaxTree().transform(tree)


@dataclass(frozen=True, slots=True)
class _Clauses:
    """What may follow the words of a purchase behaviour."""

    times: ast.Times | None = None
    window: ast.Window | None = None
    where: ast.Expression | None = None
    net_of_returns: bool = False


def _clauses(parts: tuple[_Part, ...]) -> _Clauses:
    times: ast.Times | None = None
    window: ast.Window | None = None
    where: ast.Expression | None = None
    net_of_returns = False
    for part in parts:
        if isinstance(part, Token):
            net_of_returns = True
        elif isinstance(part, ast.Times):
            times = part
        elif isinstance(
            part, ast.DateBound | ast.DateRange | ast.RollingWindow | ast.CalendarWindow
        ):
            window = part
        else:
            where = part
    return _Clauses(times, window, where, net_of_returns)


def _span(meta: Meta) -> Span:
    return Span(meta.start_pos, meta.end_pos)


def _words(token: str) -> str:
    """The canonical words of a keyword: one blank between them, lower case, no synonyms."""
    words = re.sub(r"\s+", " ", token).lower().removeprefix("the ")
    return _SYNONYMS.get(words, words)


def _without_verb(token: str) -> str:
    """`was after`, `is not like`: the verb is there to be read aloud."""
    return _words(re.sub(r"^(is|was)\s+", "", token, flags=re.IGNORECASE))


def _unit(token: Token) -> ast.TimeUnit:
    return ast.TimeUnit(_words(token).removesuffix("s"))


@v_args(inline=True, meta=True)
class _ToSyntaxTree(Transformer[Token, ast.Segment]):
    # --- statement and boolean layer ---

    def start(self, meta: Meta, include: ast.Expression, *excludes: ast.Expression) -> ast.Segment:
        return ast.Segment(include=include, excludes=excludes, span=_span(meta))

    def all_of(self, meta: Meta, *operands: ast.Expression) -> ast.AllOf:
        return ast.AllOf(operands=operands, span=_span(meta))

    def any_of(self, meta: Meta, *operands: ast.Expression) -> ast.AnyOf:
        return ast.AnyOf(operands=operands, span=_span(meta))

    def complement(self, meta: Meta, operand: ast.Expression) -> ast.Not:
        return ast.Not(operand=operand, span=_span(meta))

    # --- conditions ---

    def everyone(self, meta: Meta) -> ast.Everyone:
        return ast.Everyone(span=_span(meta))

    def hole(self, meta: Meta, _: Token) -> ast.Everyone:
        return ast.Everyone(span=_span(meta))

    def member(
        self, meta: Meta, member_of: Token, kind: Token, name: ast.StringLiteral
    ) -> ast.Member:
        return ast.Member(
            kind=ListKind(kind.lower()),
            name=name,
            is_negated="not" in _words(member_of).split(),
            span=_span(meta),
        )

    def test(self, meta: Meta, operand: ast.Operand, predicate: ast.Predicate) -> ast.Test:
        return ast.Test(operand=operand, predicate=predicate, span=_span(meta))

    def row_quantified(
        self, meta: Meta, quantifier: Token, table: ast.Name, where: ast.Expression
    ) -> ast.RowQuantified:
        kind = ast.Quantifier(_words(quantifier))
        return ast.RowQuantified(quantifier=kind, table=table, where=where, span=_span(meta))

    def row_count(
        self,
        meta: Meta,
        rows: tuple[ast.Name, ast.Expression | None],
        operator: ast.Comparison,
        value: ast.Value,
    ) -> ast.RowCount:
        table, where = rows
        return ast.RowCount(
            table=table, where=where, operator=operator, value=value, span=_span(meta)
        )

    def row_aggregate(
        self,
        meta: Meta,
        function: Token,
        rows: tuple[ast.ColumnName, ast.Expression | None],
        operator: ast.Comparison,
        value: ast.Value,
    ) -> ast.RowAggregate:
        column, where = rows
        return ast.RowAggregate(
            function=ast.RowAggregateFunction(_words(function)),
            column=column,
            where=where,
            operator=operator,
            value=value,
            span=_span(meta),
        )

    def rows(
        self, _: Meta, table: ast.Name, where: ast.Expression | None = None
    ) -> tuple[ast.Name, ast.Expression | None]:
        return table, where

    def column_rows(
        self, _: Meta, column: ast.ColumnName, where: ast.Expression | None = None
    ) -> tuple[ast.ColumnName, ast.Expression | None]:
        return column, where

    def ranked_by(
        self,
        meta: Meta,
        direction: Token,
        size: ast.RankSize,
        column: ast.ColumnName,
        among: ast.Expression | None = None,
    ) -> ast.RankedBy:
        return ast.RankedBy(
            direction=ast.RankDirection(direction.lower()),
            size=size,
            column=column,
            among=among,
            span=_span(meta),
        )

    def has_purchased(self, meta: Meta, *parts: _Part) -> ast.HasPurchased:
        clauses = _clauses(parts)
        return ast.HasPurchased(
            times=clauses.times,
            window=clauses.window,
            where=clauses.where,
            net_of_returns=clauses.net_of_returns,
            span=_span(meta),
        )

    def has_not_purchased(self, meta: Meta, *parts: _Part) -> ast.HasNotPurchased:
        clauses = _clauses(parts)
        return ast.HasNotPurchased(window=clauses.window, where=clauses.where, span=_span(meta))

    def only_purchased(
        self, meta: Meta, window: ast.Window, where: ast.Expression | None = None
    ) -> ast.OnlyPurchased:
        return ast.OnlyPurchased(window=window, where=where, span=_span(meta))

    def first_purchase(self, meta: Meta, *parts: _Part) -> ast.FirstPurchase:
        clauses = _clauses(parts)
        return ast.FirstPurchase(window=clauses.window, where=clauses.where, span=_span(meta))

    def first_purchase_of(
        self, meta: Meta, where: ast.Expression, window: ast.Window | None = None
    ) -> ast.FirstPurchaseOf:
        return ast.FirstPurchaseOf(where=where, window=window, span=_span(meta))

    def repeat_purchase(self, meta: Meta, *parts: _Part) -> ast.RepeatPurchase:
        clauses = _clauses(parts)
        return ast.RepeatPurchase(window=clauses.window, where=clauses.where, span=_span(meta))

    def most_frequent_order(self, meta: Meta, *parts: _Part) -> ast.MostFrequentOrder:
        clauses = _clauses(parts)
        return ast.MostFrequentOrder(
            times=clauses.times, window=clauses.window, where=clauses.where, span=_span(meta)
        )

    def total_value(
        self, meta: Meta, amount: ast.Compare | ast.CompareBetween, *parts: _Part
    ) -> ast.TotalValue:
        clauses = _clauses(parts)
        return ast.TotalValue(
            amount=amount,
            window=clauses.window,
            where=clauses.where,
            net_of_returns=clauses.net_of_returns,
            span=_span(meta),
        )

    def rfm_bound(self, meta: Meta, bound: Token, score: Token) -> ast.RfmBound:
        recency, frequency, monetary = map(int, score.split("-"))
        return ast.RfmBound(
            is_floor=_words(bound).endswith("least"),
            recency=recency,
            frequency=frequency,
            monetary=monetary,
            span=_span(meta),
        )

    def sql_condition(self, meta: Meta, sql: ast.StringLiteral) -> ast.SqlCondition:
        return ast.SqlCondition(sql=sql, span=_span(meta))

    def where(self, _: Meta, expression: ast.Expression) -> ast.Expression:
        return expression

    def among(self, _: Meta, expression: ast.Expression) -> ast.Expression:
        return expression

    # --- how often, how many ---

    def times_bound(self, meta: Meta, frequency: str, number: Token) -> ast.Times:
        count = int(number_of(number))
        low, high = {
            "AT_LEAST": (count, None),
            "GREATER_OR_EQUAL": (count, None),
            "GREATER": (count + 1, None),
            "AT_MOST": (None, count),
            "LESS_OR_EQUAL": (None, count),
            "LESS": (None, count - 1),
        }.get(frequency, (count, count))
        return ast.Times(low=low, high=high, span=_span(meta))

    def times_between(self, meta: Meta, low: Token, high: Token) -> ast.Times:
        return ast.Times(low=int(number_of(low)), high=int(number_of(high)), span=_span(meta))

    def times_bare(self, meta: Meta, number: Token) -> ast.Times:
        count = int(number_of(number))
        return ast.Times(low=count, high=count, is_bare=True, span=_span(meta))

    def frequency(self, _: Meta, token: Token) -> str:
        return token.type

    def size(self, meta: Meta, token: Token) -> ast.RankSize:
        is_percent = token.type == "PERCENT"
        return ast.RankSize(amount=number_of(token), is_percent=is_percent, span=_span(meta))

    # --- predicates ---

    def operand(self, meta: Meta, column: ast.ColumnName) -> ast.Operand:
        return ast.Operand(column=column, span=_span(meta))

    def date_operand(self, meta: Meta, function: Token, column: ast.ColumnName) -> ast.Operand:
        kind = ast.DateFunction(_words(function))
        return ast.Operand(column=column, function=kind, span=_span(meta))

    def null_test(self, meta: Meta, kind: Token) -> ast.NullTest:
        return ast.NullTest(kind=ast.NullTestKind(_words(kind)), span=_span(meta))

    def comparison(self, _: Meta, token: Token) -> ast.Comparison:
        return _COMPARISONS[token.type]

    def compare(self, meta: Meta, operator: ast.Comparison, value: ast.Value) -> ast.Compare:
        return ast.Compare(operator=operator, value=value, span=_span(meta))

    def between(self, meta: Meta, low: ast.Value, high: ast.Value) -> ast.CompareBetween:
        return ast.CompareBetween(low=low, high=high, span=_span(meta))

    def not_between(self, meta: Meta, low: ast.Value, high: ast.Value) -> ast.CompareBetween:
        return ast.CompareBetween(low=low, high=high, is_negated=True, span=_span(meta))

    def text_match(self, meta: Meta, operator: Token, value: ast.StringLiteral) -> ast.TextMatch:
        kind = ast.TextOperator(_without_verb(operator))
        return ast.TextMatch(operator=kind, values=(value,), span=_span(meta))

    def text_match_list(
        self, meta: Meta, operator: Token, match: Token, *values: ast.StringLiteral
    ) -> ast.TextMatch:
        return ast.TextMatch(
            operator=ast.TextOperator(_without_verb(operator)),
            values=values,
            match=ast.Match(_words(match)),
            span=_span(meta),
        )

    def in_list(self, meta: Meta, *values: ast.Value) -> ast.InList:
        return ast.InList(values=values, span=_span(meta))

    def not_in_list(self, meta: Meta, *values: ast.Value) -> ast.InList:
        return ast.InList(values=values, is_negated=True, span=_span(meta))

    def in_rank(
        self,
        meta: Meta,
        direction: Token,
        size: ast.RankSize,
        among: ast.Expression | None = None,
    ) -> ast.InRank:
        kind = ast.RankDirection(direction.lower())
        return ast.InRank(direction=kind, size=size, among=among, span=_span(meta))

    def in_window(self, meta: Meta, window: ast.Window) -> ast.InWindow:
        return ast.InWindow(window=window, span=_span(meta))

    # --- dates ---

    def date_range(self, meta: Meta, low: ast.DateValue, high: ast.DateValue) -> ast.DateRange:
        return ast.DateRange(low=low, high=high, span=_span(meta))

    def not_date_range(self, meta: Meta, low: ast.DateValue, high: ast.DateValue) -> ast.DateRange:
        return ast.DateRange(low=low, high=high, is_negated=True, span=_span(meta))

    def date_bound(self, meta: Meta, operator: Token, value: ast.DateValue) -> ast.DateBound:
        kind = ast.DateOperator(_without_verb(operator))
        return ast.DateBound(operator=kind, value=value, span=_span(meta))

    def rolling_window(
        self, meta: Meta, period: Token, amount: Token, unit: Token
    ) -> ast.RollingWindow:
        return ast.RollingWindow(
            period=ast.PeriodWord(_words(period)),
            amount=int(number_of(amount)),
            unit=_unit(unit),
            span=_span(meta),
        )

    def calendar_window(self, meta: Meta, period: Token, unit: Token) -> ast.CalendarWindow:
        word = ast.PeriodWord(_words(period))
        return ast.CalendarWindow(period=word, unit=_unit(unit), span=_span(meta))

    def datetime(self, meta: Meta, token: Token) -> ast.DateTimeLiteral:
        instant = datetime.fromisoformat(re.sub(r"T| +", "T", token, flags=re.IGNORECASE))
        return ast.DateTimeLiteral(value=instant, span=_span(meta))

    def date(self, meta: Meta, token: Token) -> ast.DateLiteral:
        return ast.DateLiteral(value=date.fromisoformat(token), span=_span(meta))

    def anchor(self, meta: Meta, word: Token, *offsets: ast.Offset) -> ast.Anchor:
        return ast.Anchor(word=ast.DayWord(word.lower()), offsets=offsets, span=_span(meta))

    def offset(self, meta: Meta, sign: Token, amount: Token, unit: Token) -> ast.Offset:
        number = int(number_of(amount))
        signed = -number if sign == "-" else number
        return ast.Offset(amount=signed, unit=_unit(unit), span=_span(meta))

    def ago(self, meta: Meta, amount: Token, unit: Token) -> ast.Ago:
        return ast.Ago(amount=int(number_of(amount)), unit=_unit(unit), span=_span(meta))

    def period_edge(self, meta: Meta, edge: Token, period: Token, unit: Token) -> ast.PeriodEdge:
        return ast.PeriodEdge(
            is_start=_words(edge).startswith("start"),
            period=ast.PeriodWord(_words(period)),
            unit=_unit(unit),
            span=_span(meta),
        )

    # --- values and names ---

    def column_value(self, meta: Meta, column: ast.ColumnName) -> ast.ColumnValue:
        return ast.ColumnValue(factor=None, column=column, span=_span(meta))

    def scaled_column(
        self, meta: Meta, factor: ast.NumberLiteral, column: ast.ColumnName
    ) -> ast.ColumnValue:
        return ast.ColumnValue(factor=factor.value, column=column, span=_span(meta))

    def number(self, meta: Meta, token: Token) -> ast.NumberLiteral:
        return ast.NumberLiteral(value=number_of(token), span=_span(meta))

    def money(self, meta: Meta, token: Token) -> ast.MoneyLiteral:
        symbol = token.lstrip("-")[0]
        amount: Decimal = number_of(token)
        return ast.MoneyLiteral(symbol=symbol, amount=amount, span=_span(meta))

    def percent(self, meta: Meta, token: Token) -> ast.PercentLiteral:
        return ast.PercentLiteral(percent=number_of(token), span=_span(meta))

    def boolean(self, meta: Meta, token: Token) -> ast.BooleanLiteral:
        return ast.BooleanLiteral(value=token.lower() == "true", span=_span(meta))

    def string(self, meta: Meta, token: Token) -> ast.StringLiteral:
        return ast.StringLiteral(value=unquoted(token), span=_span(meta))

    def attribute(self, meta: Meta, *names: ast.Name) -> ast.ColumnName:
        *table, column = names
        return ast.ColumnName(table=table[0] if table else None, column=column, span=_span(meta))

    def name(self, meta: Meta, token: Token) -> ast.Name:
        prefix = list_prefix(token)
        inner = token[len(prefix) :]
        is_quoted = inner.startswith("`")
        return ast.Name(text=prefix + inner.strip("`"), is_quoted=is_quoted, span=_span(meta))
