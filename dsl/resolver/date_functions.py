"""What is taken of a date: age, days since, parts, anniversaries (segments.md §3.6).

Whatever a range of dates can say becomes spans, so that engines need no date arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple, TypeAlias, assert_never

from dsl.anniversaries import latest_birthdate, year_days
from dsl.ast import Compare, CompareBetween, Comparison, DateFunction, InList, NullTest, TextMatch
from dsl.dates import DateSpan, date_window
from dsl.resolved import (
    DatePart,
    DatePartOf,
    InSpans,
    InYearDays,
    NumberBetween,
    NumberCompare,
    NumberIn,
    NumberOperand,
    RowCondition,
)
from dsl.resolver.context import Context, Found, column_ref
from dsl.resolver.null_tests import null_test
from dsl.resolver.number_tests import number_predicate
from dsl.resolver.operators import RowPredicate, report_operator
from dsl.resolver.windows import resolve_window

__all__ = ["resolve_date_function"]

_PARTS = {
    DateFunction.DAY: DatePart.DAY,
    DateFunction.WEEKDAY: DatePart.WEEKDAY,
    DateFunction.MONTH: DatePart.MONTH,
}
_NumberTest: TypeAlias = NumberCompare | NumberBetween | NumberIn


class _Range(NamedTuple):
    """Whole numbers from `low` to `high`, both included; None is open."""

    low: int | None
    high: int | None


def resolve_date_function(
    context: Context, found: Found, function: DateFunction, predicate: RowPredicate
) -> RowCondition | None:
    """Return the test of something taken of a date."""
    if not found.column.type.is_time:
        message = f"“{function.value}” needs a date, and {found.title} is none"
        context.findings.error("E301", message, found.name)
        return None
    if function is DateFunction.ANNIVERSARY:
        return _anniversary(context, found, predicate)
    taken = replace(found, function=function)
    match predicate:
        case NullTest():
            return null_test(context, taken, predicate)
        case Compare() | CompareBetween() | InList():
            return _number(context, taken, function, predicate)
        case TextMatch() as wrong:
            report_operator(context, taken, wrong.operator.value, wrong)
        case wrong:
            report_operator(context, taken, context.spelling(wrong, "a date test"), wrong)
    return None


def _anniversary(context: Context, found: Found, predicate: RowPredicate) -> RowCondition | None:
    window = date_window(predicate)
    if window is None:
        message = "an anniversary is tested by a window, as in “in next 7 days” or “on today”"
        context.findings.error("E301", message, predicate)
        return None
    spans = resolve_window(context, window, whole_days=True)
    if spans is None:
        return None
    days = year_days(spans[0]) if len(spans) == 1 else None
    if days is None:
        message = "an anniversary needs a window with two ends, as in “in next 7 days”"
        context.findings.error("E301", message, predicate)
        return None
    column = column_ref(found.table, found.column)
    return InYearDays(column=column, ranges=days.ranges, before=days.before)


def _number(
    context: Context,
    found: Found,
    function: DateFunction,
    predicate: Compare | CompareBetween | InList,
) -> RowCondition | None:
    column = column_ref(found.table, found.column)
    part = _PARTS.get(function)
    operand: NumberOperand = column if part is None else DatePartOf(part=part, column=column)
    test = number_predicate(context, found, operand, predicate)
    if test is None or part is not None:
        return test
    to_span = _SPANS[function]
    spans = (to_span(context.as_of.day, whole) for whole in _whole_numbers(test))
    return InSpans(operand=column, spans=tuple(span for span in spans if span is not None))


# --- numbers as ranges of whole numbers -----------------------------------------------------------


def _whole_numbers(test: _NumberTest) -> tuple[_Range, ...]:
    match test:
        case NumberCompare(operator=operator, value=value):
            return _compared(operator, value)
        case NumberBetween(low=low, high=high, is_negated=is_negated):
            bottom, top = _ceiling(low), _floor(high)
            if is_negated:
                return _Range(None, bottom - 1), _Range(top + 1, None)
            return _ranges(bottom, top)
        case NumberIn(values=values, is_negated=is_negated):
            whole = sorted({int(value) for value in values if value == int(value)})
            if is_negated:
                return _between(whole)
            return tuple(_Range(value, value) for value in whole)
        case _:
            assert_never(test)


def _compared(operator: Comparison, value: Decimal) -> tuple[_Range, ...]:
    bottom, top = _ceiling(value), _floor(value)
    match operator:
        case Comparison.EQUAL:
            return _ranges(bottom, top)
        case Comparison.NOT_EQUAL:
            return _between([bottom] if bottom == top else [])
        case Comparison.LESS:
            return (_Range(None, bottom - 1),)
        case Comparison.LESS_OR_EQUAL:
            return (_Range(None, top),)
        case Comparison.GREATER:
            return (_Range(top + 1, None),)
        case Comparison.GREATER_OR_EQUAL:
            return (_Range(bottom, None),)
        case _:
            assert_never(operator)


def _ranges(low: int, high: int) -> tuple[_Range, ...]:
    """One range, or none when no whole number lies inside."""
    return (_Range(low, high),) if low <= high else ()


def _between(holes: list[int]) -> tuple[_Range, ...]:
    """Every whole number but these, which are sorted."""
    lows = [None, *(hole + 1 for hole in holes)]
    highs = [*(hole - 1 for hole in holes), None]
    pairs = zip(lows, highs, strict=True)
    return tuple(_Range(a, b) for a, b in pairs if a is None or b is None or a <= b)


def _ceiling(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))


def _floor(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_FLOOR))


# --- ranges as spans of dates ---------------------------------------------------------------------
# Bounds are counted in days of the calendar, so that they may leave the years 1 to 9999 on the way.


def _days_since(today: date, days: _Range) -> DateSpan | None:
    now = today.toordinal()
    start = None if days.high is None else now - days.high
    return _span(start, None if days.low is None else now - days.low + 1)


def _days_until(today: date, days: _Range) -> DateSpan | None:
    now = today.toordinal()
    start = None if days.low is None else now + days.low
    return _span(start, None if days.high is None else now + days.high + 1)


def _age(today: date, years: _Range) -> DateSpan | None:
    start = None if years.high is None else _too_young(years.high + 1, today)
    return _span(start, None if years.low is None else _too_young(years.low, today))


def _too_young(years: int, today: date) -> int:
    """The first birthdate of those who are younger."""
    year = today.year - years
    if date.min.year < year < date.max.year:
        return latest_birthdate(years, today).toordinal() + 1
    return _new_year(year)


def _year(_today: date, years: _Range) -> DateSpan | None:
    start = None if years.low is None else _new_year(years.low)
    return _span(start, None if years.high is None else _new_year(years.high + 1))


def _new_year(year: int) -> int:
    if year < date.min.year:
        return date.min.toordinal()
    return date(year, 1, 1).toordinal() if year <= date.max.year else date.max.toordinal() + 1


def _span(start: int | None, end: int | None) -> DateSpan | None:
    """The span of days from `start` until before `end`; None when no date can lie in it."""
    first, last = date.min.toordinal(), date.max.toordinal()
    if (start is not None and start > last) or (end is not None and end <= first):
        return None
    return DateSpan(
        None if start is None or start <= first else _midnight(start),
        None if end is None or end > last else _midnight(end),
    )


def _midnight(day: int) -> datetime:
    return datetime.combine(date.fromordinal(day), time.min)


_SPANS: dict[DateFunction, Callable[[date, _Range], DateSpan | None]] = {
    DateFunction.AGE: _age,
    DateFunction.YEAR: _year,
    DateFunction.DAYS_SINCE: _days_since,
    DateFunction.DAYS_UNTIL: _days_until,
}
