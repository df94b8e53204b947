"""Values, dates, windows and tests in their canonical words: the leaves of the formatter.

Equality reads `is` against texts and dates and `=` against everything else; every other operator
has the one spelling of its enum in `dsl.ast`.
"""

from __future__ import annotations

from typing import assert_never

from dsl import ast
from dsl.catalog import list_prefix
from dsl.literals import number_text, quoted

__all__ = ["column", "comparison", "name", "operand", "size", "times", "value", "window"]

_SPOKEN = (
    ast.StringLiteral,
    ast.DateLiteral,
    ast.DateTimeLiteral,
    ast.Anchor,
    ast.Ago,
    ast.PeriodEdge,
)


def name(node: ast.Name) -> str:
    """A name, in back-quotes when it was."""
    if not node.is_quoted:
        return node.text
    prefix = list_prefix(node.text)
    return f"{prefix}`{node.text.removeprefix(prefix)}`"


def column(node: ast.ColumnName) -> str:
    """`table.column` or `column`."""
    return name(node.column) if node.table is None else f"{name(node.table)}.{name(node.column)}"


def operand(node: ast.Operand) -> str:
    """A column, after what is taken of it."""
    return (
        column(node.column) if node.function is None else f"{node.function} {column(node.column)}"
    )


def comparison(operator: ast.Comparison, compared: ast.Value) -> str:
    """`>= 5`, `is "Chicago"`, `= 5`."""
    spoken = {ast.Comparison.EQUAL: "is", ast.Comparison.NOT_EQUAL: "is not"}
    word = spoken.get(operator) if isinstance(compared, _SPOKEN) else None
    return f"{word or operator.value} {value(compared)}"


def size(node: ast.RankSize) -> str:
    """`10%` or `500`."""
    return f"{number_text(node.amount)}{'%' if node.is_percent else ''}"


def times(node: ast.Times) -> str:
    """`at least 3 times`, `exactly 1 time`."""
    low, high = node.low, node.high
    if node.is_bare:
        return _many(low or 0, "time")
    if high is not None and high < 0:  # only `less than 0 times` says this
        return f"less than {_many(high + 1, 'time')}"
    if low is None or high is None:
        return (
            f"at least {_many(low, 'time')}"
            if low is not None
            else f"at most {_many(high or 0, 'time')}"
        )
    return (
        f"exactly {_many(low, 'time')}"
        if low == high
        else f"between {low} and {_many(high, 'time')}"
    )


def value(node: ast.Value) -> str:
    """Any value as it is written."""
    match node:
        case ast.StringLiteral(value=text):
            return quoted(text)
        case ast.NumberLiteral(value=number):
            return number_text(number)
        case ast.MoneyLiteral(symbol=symbol, amount=amount):
            return f"{symbol}{number_text(amount)}"
        case ast.PercentLiteral(percent=percent):
            return f"{number_text(percent)}%"
        case ast.BooleanLiteral(value=truth):
            return "true" if truth else "false"
        case ast.ColumnValue(factor=factor, column=other):
            return column(other) if factor is None else f"{number_text(factor)} * {column(other)}"
        case _:
            return _date(node)


def window(node: ast.Window) -> str:
    """`in last 30 days`, `after today - 1 year`."""
    match node:
        case ast.DateBound(operator=operator, value=day):
            return f"{operator} {_date(day)}"
        case ast.DateRange(low=low, high=high, is_negated=is_negated):
            return f"{'not ' if is_negated else ''}between {_date(low)} and {_date(high)}"
        case ast.RollingWindow(period=period, amount=amount, unit=unit):
            return f"in {period} {_many(amount, unit)}"
        case ast.CalendarWindow(period=period, unit=unit):
            return f"in {period} {unit}"
        case _:
            assert_never(node)


def _date(node: ast.DateValue) -> str:
    match node:
        case ast.DateLiteral(value=day):
            return day.isoformat()
        case ast.DateTimeLiteral(value=instant):
            return instant.isoformat(timespec="seconds" if instant.second else "minutes")
        case ast.Anchor(word=word, offsets=offsets):
            return " ".join([word, *map(_offset, offsets)])
        case ast.Ago(amount=amount, unit=unit):
            return f"{_many(amount, unit)} ago"
        case ast.PeriodEdge(is_start=is_start, period=period, unit=unit):
            return f"{'start' if is_start else 'end'} of {period} {unit}"
        case _:
            assert_never(node)


def _offset(node: ast.Offset) -> str:
    return f"{'-' if node.amount < 0 else '+'} {_many(abs(node.amount), node.unit)}"


def _many(amount: int, unit: str) -> str:
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"
