"""Random syntax trees and random texts: everything that an expression can say.

`segments()` gives whole trees, `conditions(rows=True)` what may stand inside `where`.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from dsl import ast
from dsl.catalog import ListKind
from dsl.diagnostics import Span

__all__ = ["conditions", "date_values", "segments", "texts", "values", "windows"]

AT = Span(0, 0)
_TAKEN = frozenset(
    {
        "and", "or", "not", "include", "exclude", "where", "is", "in", "between", "everyone",
        "everybody", "file", "today", "now", "yesterday", "tomorrow", "true", "false",
    }
)  # fmt: skip
_WORDS_OF_THE_LANGUAGE = st.sampled_from(
    [
        "last", "first", "list", "has", "count", "top", "month", "day", "member", "sum", "any",
        "times", "segment", "purchased", "sql", "on",
    ]
)  # fmt: skip


def _span() -> st.SearchStrategy[Span]:
    return st.just(AT)


def bare_names() -> st.SearchStrategy[str]:
    letters = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
    return (letters | _WORDS_OF_THE_LANGUAGE).filter(lambda name: name not in _TAKEN)


def names() -> st.SearchStrategy[ast.Name]:
    bare = st.builds(ast.Name, text=bare_names(), span=_span())
    labels = st.text(min_size=1, max_size=12).filter(lambda text: not set("`\n") & set(text))
    quoted = st.builds(ast.Name, text=labels, is_quoted=st.just(True), span=_span())
    return bare | quoted


@st.composite
def table_names(draw: st.DrawFn) -> ast.Name:
    """Names of tables, those of uploaded files among them."""
    name = draw(names())
    return replace(name, text=f"file.{name.text}") if draw(st.booleans()) else name


def columns() -> st.SearchStrategy[ast.ColumnName]:
    return st.builds(ast.ColumnName, table=st.none() | table_names(), column=names(), span=_span())


# --- values ---------------------------------------------------------------------------------------

numbers = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=4)
counts = st.integers(0, 10**6)
units = st.sampled_from(ast.TimeUnit)
periods = st.sampled_from([ast.PeriodWord.THIS, ast.PeriodWord.PREVIOUS, ast.PeriodWord.NEXT])


def strings() -> st.SearchStrategy[ast.StringLiteral]:
    awkward = st.sampled_from(['"', "'", '"""', "\\", "\\n", "a\nb", 'a\n"', "", "“x”", "%_"])
    return st.builds(ast.StringLiteral, value=st.text(max_size=12) | awkward, span=_span())


def date_values() -> st.SearchStrategy[ast.DateValue]:
    offsets = st.builds(ast.Offset, amount=st.integers(-9999, 9999), unit=units, span=_span())
    instants = st.datetimes().map(lambda instant: instant.replace(microsecond=0))
    return st.one_of(
        st.builds(ast.DateLiteral, value=st.dates(), span=_span()),
        st.builds(ast.DateTimeLiteral, value=instants, span=_span()),
        st.builds(
            ast.Anchor,
            word=st.sampled_from(ast.DayWord),
            offsets=st.lists(offsets, max_size=3).map(tuple),
            span=_span(),
        ),
        st.builds(ast.Ago, amount=counts, unit=units, span=_span()),
        st.builds(ast.PeriodEdge, is_start=st.booleans(), period=periods, unit=units, span=_span()),
    )


def values() -> st.SearchStrategy[ast.Value]:
    symbols = st.sampled_from("$€£¥")
    return st.one_of(
        strings(),
        st.builds(ast.NumberLiteral, value=numbers, span=_span()),
        st.builds(ast.MoneyLiteral, symbol=symbols, amount=numbers, span=_span()),
        st.builds(ast.PercentLiteral, percent=numbers, span=_span()),
        st.builds(ast.BooleanLiteral, value=st.booleans(), span=_span()),
        st.builds(ast.ColumnValue, factor=st.none() | numbers, column=columns(), span=_span()),
        date_values(),
    )


# --- windows and predicates -----------------------------------------------------------------------


def _date_tests() -> st.SearchStrategy[ast.Window]:
    return st.one_of(
        st.builds(
            ast.DateBound,
            operator=st.sampled_from(ast.DateOperator),
            value=date_values(),
            span=_span(),
        ),
        st.builds(
            ast.RollingWindow,
            period=st.sampled_from([ast.PeriodWord.LAST, ast.PeriodWord.NEXT]),
            amount=counts,
            unit=units,
            span=_span(),
        ),
        st.builds(ast.CalendarWindow, period=periods, unit=units, span=_span()),
    )


def windows() -> st.SearchStrategy[ast.Window]:
    ranges = st.builds(
        ast.DateRange,
        low=date_values(),
        high=date_values(),
        is_negated=st.booleans(),
        span=_span(),
    )
    return _date_tests() | ranges


def _compares() -> st.SearchStrategy[ast.Compare]:
    return st.builds(
        ast.Compare, operator=st.sampled_from(ast.Comparison), value=values(), span=_span()
    )


def _betweens() -> st.SearchStrategy[ast.CompareBetween]:
    return st.builds(
        ast.CompareBetween,
        low=values(),
        high=values(),
        is_negated=st.booleans(),
        span=_span(),
    )


def _text_matches() -> st.SearchStrategy[ast.TextMatch]:
    operators = st.sampled_from(ast.TextOperator)
    one = st.builds(ast.TextMatch, operator=operators, values=st.tuples(strings()), span=_span())
    several = st.builds(
        ast.TextMatch,
        operator=operators,
        values=st.lists(strings(), min_size=1, max_size=3).map(tuple),
        match=st.sampled_from(ast.Match),
        span=_span(),
    )
    return one | several


def _sizes() -> st.SearchStrategy[ast.RankSize]:
    shares = st.decimals(min_value=0, max_value=100, places=2)
    share = st.builds(ast.RankSize, amount=shares, is_percent=st.just(True), span=_span())
    return share | st.builds(
        ast.RankSize, amount=counts.map(Decimal), is_percent=st.just(False), span=_span()
    )


def _predicates() -> st.SearchStrategy[ast.Predicate]:
    return st.one_of(
        st.builds(ast.NullTest, kind=st.sampled_from(ast.NullTestKind), span=_span()),
        _compares(),
        _betweens(),
        _text_matches(),
        st.builds(
            ast.InList,
            values=st.lists(values(), min_size=1, max_size=4).map(tuple),
            is_negated=st.booleans(),
            span=_span(),
        ),
        st.builds(ast.InWindow, window=_date_tests(), span=_span()),
    )


# --- conditions -----------------------------------------------------------------------------------


def _tests() -> st.SearchStrategy[ast.Test]:
    operands = st.builds(
        ast.Operand,
        column=columns(),
        function=st.none() | st.sampled_from(ast.DateFunction),
        span=_span(),
    )
    return st.builds(ast.Test, operand=operands, predicate=_predicates(), span=_span())


def _times() -> st.SearchStrategy[ast.Times]:
    bare = counts.map(lambda count: ast.Times(low=count, high=count, is_bare=True, span=AT))
    one_sided = st.one_of(
        st.builds(ast.Times, low=counts, high=st.none(), span=_span()),
        st.builds(ast.Times, low=st.none(), high=st.integers(-1, 99), span=_span()),
    )
    return bare | one_sided | st.builds(ast.Times, low=counts, high=counts, span=_span())


def _chains(inner: st.SearchStrategy[ast.Expression]) -> st.SearchStrategy[ast.Expression]:
    operands = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        st.builds(ast.AllOf, operands=operands, span=_span()),
        st.builds(ast.AnyOf, operands=operands, span=_span()),
        st.builds(ast.Not, operand=inner, span=_span()),
    )


def _row_conditions(
    rows: st.SearchStrategy[ast.Expression],
) -> st.SearchStrategy[ast.Expression]:
    where = st.none() | rows
    comparison = st.sampled_from(ast.Comparison)
    return st.one_of(
        st.builds(
            ast.RowQuantified,
            quantifier=st.sampled_from(ast.Quantifier),
            table=table_names(),
            where=rows,
            span=_span(),
        ),
        st.builds(
            ast.RowCount,
            table=table_names(),
            where=where,
            operator=comparison,
            value=values(),
            span=_span(),
        ),
        st.builds(
            ast.RowAggregate,
            function=st.sampled_from(ast.RowAggregateFunction),
            column=columns(),
            where=where,
            operator=comparison,
            value=values(),
            span=_span(),
        ),
    )


def _behaviours(rows: st.SearchStrategy[ast.Expression]) -> st.SearchStrategy[ast.Expression]:
    clauses = {"window": st.none() | windows(), "where": st.none() | rows, "span": _span()}
    return st.one_of(
        st.builds(
            ast.HasPurchased,
            times=st.none() | _times(),
            net_of_returns=st.booleans(),
            **clauses,
        ),
        st.builds(ast.HasNotPurchased, **clauses),
        st.builds(ast.OnlyPurchased, **{**clauses, "window": windows()}),
        st.builds(ast.FirstPurchase, **clauses),
        st.builds(ast.FirstPurchaseOf, **{**clauses, "where": rows}),
        st.builds(ast.RepeatPurchase, **clauses),
        st.builds(ast.MostFrequentOrder, times=st.none() | _times(), **clauses),
        st.builds(
            ast.TotalValue,
            amount=_compares() | _betweens(),
            net_of_returns=st.booleans(),
            **clauses,
        ),
    )


def _plain_conditions() -> st.SearchStrategy[ast.Expression]:
    scores = st.integers(1, 10)
    return st.one_of(
        st.builds(ast.Everyone, span=_span()),
        st.builds(
            ast.Member,
            kind=st.sampled_from(ListKind),
            name=strings(),
            is_negated=st.booleans(),
            span=_span(),
        ),
        st.builds(
            ast.RfmBound,
            is_floor=st.booleans(),
            recency=scores,
            frequency=scores,
            monetary=scores,
            span=_span(),
        ),
        st.builds(ast.SqlCondition, sql=strings(), span=_span()),
    )


def _ranks(inner: st.SearchStrategy[ast.Expression]) -> st.SearchStrategy[ast.Expression]:
    direction = st.sampled_from(ast.RankDirection)
    among = st.none() | inner
    in_rank = st.builds(ast.InRank, direction=direction, size=_sizes(), among=among, span=_span())
    operands = st.builds(ast.Operand, column=columns(), span=_span())
    return st.one_of(
        st.builds(ast.Test, operand=operands, predicate=in_rank, span=_span()),
        st.builds(
            ast.RankedBy,
            direction=direction,
            size=_sizes(),
            column=columns(),
            among=among,
            span=_span(),
        ),
    )


def conditions(*, rows: bool = False) -> st.SearchStrategy[ast.Expression]:
    """Conditions on customers; with `rows`, only what may be asked of a row."""
    row_tests: st.SearchStrategy[ast.Expression] = st.recursive(_tests(), _chains, max_leaves=3)
    if rows:
        return row_tests
    leaves = st.one_of(
        _tests(), _plain_conditions(), _row_conditions(row_tests), _behaviours(row_tests)
    )
    return st.recursive(leaves, lambda inner: _chains(inner) | _ranks(inner), max_leaves=4)


def segments() -> st.SearchStrategy[ast.Segment]:
    """Whole expressions."""
    excludes = st.lists(conditions(), max_size=2).map(tuple)
    return st.builds(ast.Segment, include=conditions(), excludes=excludes, span=_span())


# --- texts ----------------------------------------------------------------------------------------


def texts(examples: list[str]) -> st.SearchStrategy[str]:
    """Any text, words of the language in any order, and examples with a piece changed."""
    words = sorted({word for example in examples for word in example.split()})
    pieces = ["(", ")", '"', "'", "`", ",", "/*", "-- ", "\n", "“", "!", "&&", "$", "%", "\0", "é"]
    salad = st.lists(st.sampled_from([*words, *pieces]), max_size=25).map(" ".join)
    changed = st.builds(
        lambda text, at, length, piece: text[:at] + piece + text[at + length :],
        st.sampled_from(examples),
        st.integers(0, 120),
        st.integers(0, 6),
        st.sampled_from(["", *pieces, " and ", " or ", " exclude ", "1,000", "==", "11/1/26"]),
    )
    return st.text(max_size=40) | salad | changed
