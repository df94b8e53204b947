"""Tests of one row, two-valued: a missing value matches only what asks for missing values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from dsl import ast
from dsl.ast import Comparison, DateFunction, Match, NullTestKind, TextOperator
from dsl.catalog import DataType
from dsl.dates import AsOf
from tests.oracle.calendar import Moment, anniversary_in, full_years, in_window

Row = dict[str, Any]
_DATES = (ast.DateLiteral, ast.DateTimeLiteral, ast.Anchor, ast.Ago, ast.PeriodEdge)
_COMPARISONS: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQUAL: lambda a, b: a == b,
    Comparison.NOT_EQUAL: lambda a, b: a != b,
    Comparison.LESS: lambda a, b: a < b,
    Comparison.LESS_OR_EQUAL: lambda a, b: a <= b,
    Comparison.GREATER: lambda a, b: a > b,
    Comparison.GREATER_OR_EQUAL: lambda a, b: a >= b,
}
_DATE_OPERATORS = {
    Comparison.EQUAL: ast.DateOperator.ON,
    Comparison.NOT_EQUAL: ast.DateOperator.NOT_ON,
    Comparison.LESS: ast.DateOperator.BEFORE,
    Comparison.LESS_OR_EQUAL: ast.DateOperator.ON_OR_BEFORE,
    Comparison.GREATER: ast.DateOperator.AFTER,
    Comparison.GREATER_OR_EQUAL: ast.DateOperator.ON_OR_AFTER,
}


def fold(text: str) -> str:
    """Lower case letter by letter, as databases do; letters that grow stay as they are."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def compare(left: Any, operator: Comparison, right: Any) -> bool:
    """Compare two known values; texts whatever their case."""
    if left is None or right is None:
        return False
    if isinstance(left, str):
        left, right = fold(left), fold(right)
    return _COMPARISONS[operator](left, right)


def passes(
    value: Any,
    type_: DataType,
    predicate: ast.Predicate,
    other: Callable[[ast.ColumnName], Any],
    as_of: AsOf,
) -> bool:
    """Whether a column's value passes; `other` gives the values of other columns."""
    match predicate:
        case ast.NullTest(kind=kind):
            return _null_test(value, kind)
        case ast.Compare(operator=operator, value=bound) if isinstance(bound, _DATES):
            window = ast.DateBound(
                operator=_DATE_OPERATORS[operator], value=bound, span=predicate.span
            )
            return in_window(value, window, as_of)
        case ast.Compare(operator=operator, value=ast.ColumnValue(factor=factor, column=column)):
            right = other(column)
            if factor is not None and right is not None:
                right = factor * right
            return compare(value, operator, right)
        case ast.Compare(operator=operator, value=bound):
            return compare(value, operator, constant(bound, type_))
        case ast.CompareBetween(low=low, high=high, is_negated=is_negated):
            if isinstance(low, _DATES) and isinstance(high, _DATES):
                range_ = ast.DateRange(
                    low=low, high=high, is_negated=is_negated, span=predicate.span
                )
                return in_window(value, range_, as_of)
            bounds = constant(low, type_), constant(high, type_)
            return value is not None and (bounds[0] <= value <= bounds[1]) is not is_negated
        case ast.TextMatch():
            return value is not None and _text_match(value, predicate)
        case ast.InList(values=values, is_negated=is_negated):
            equal = ast.Comparison.EQUAL
            found = any(
                passes(
                    value,
                    type_,
                    ast.Compare(operator=equal, value=each, span=each.span),
                    other,
                    as_of,
                )
                for each in values
            )
            return value is not None and found is not is_negated
        case ast.InWindow(window=window):
            return in_window(value, window, as_of)
        case ast.InRank():
            raise AssertionError("a rank is no test of a row")


def taken(function: DateFunction, moment: Moment | None, as_of: AsOf) -> int | None:
    """What a date function takes of a date."""
    if moment is None:
        return None
    day = moment.date() if isinstance(moment, datetime) else moment
    match function:
        case DateFunction.AGE:
            return full_years(day, as_of.day)
        case DateFunction.DAY:
            return day.day
        case DateFunction.WEEKDAY:
            return day.isoweekday()
        case DateFunction.MONTH:
            return day.month
        case DateFunction.YEAR:
            return day.year
        case DateFunction.DAYS_SINCE:
            return (as_of.day - day).days
        case DateFunction.DAYS_UNTIL:
            return (day - as_of.day).days
        case DateFunction.ANNIVERSARY:
            raise AssertionError("an anniversary is no number")


def anniversary(moment: Moment | None, predicate: ast.Predicate, as_of: AsOf) -> bool:
    """Whether the date comes back in the window of the predicate."""
    match predicate:
        case ast.InWindow(window=window):
            return anniversary_in(moment, window, as_of)
        case ast.CompareBetween(low=low, high=high) if isinstance(low, _DATES) and isinstance(
            high, _DATES
        ):
            window = ast.DateRange(low=low, high=high, span=predicate.span)
            return anniversary_in(moment, window, as_of)
        case _:
            raise AssertionError("an anniversary needs a window")


def constant(value: ast.Value, type_: DataType) -> Any:
    """The Python value of a literal; floats are compared with floats."""
    match value:
        case ast.StringLiteral(value=text):
            return text
        case ast.NumberLiteral(value=number):
            return _number(number, type_)
        case ast.MoneyLiteral(amount=amount):
            return _number(amount, type_)
        case ast.PercentLiteral(percent=percent):
            return _number(percent / 100, type_)
        case ast.BooleanLiteral(value=truth):
            return truth
        case _:
            raise AssertionError(f"{value} is no constant")


def _number(number: Decimal, type_: DataType) -> Decimal | float:
    return float(number) if type_ is DataType.FLOAT else number


def _null_test(value: Any, kind: NullTestKind) -> bool:
    return {
        NullTestKind.NULL: value is None,
        NullTestKind.NOT_NULL: value is not None,
        NullTestKind.EMPTY: value is None or value == "",
        NullTestKind.NOT_EMPTY: value is not None and value != "",
        NullTestKind.TRUE: value is True,
        NullTestKind.NOT_TRUE: value is False,
        NullTestKind.FALSE: value is False,
        NullTestKind.NOT_FALSE: value is True,
    }[kind]


def _text_match(value: str, predicate: ast.TextMatch) -> bool:
    texts = [literal.value for literal in predicate.values]
    if predicate.operator is TextOperator.MATCHES_CASE:
        return value == texts[0]
    place = predicate.operator.value
    folded = fold(value)

    def found(text: str) -> bool:
        if "contain" in place:
            return fold(text) in folded
        if "start" in place:
            return folded.startswith(fold(text))
        return folded.endswith(fold(text))

    hits = [found(text) for text in texts]
    matched = all(hits) if predicate.match is Match.ALL else any(hits)
    return matched is not place.startswith("does not")
