"""Dates by the letter of segments.md §3.4 to §3.6, as comparisons of days and of seconds."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, datetime, timedelta

from dsl import ast
from dsl.ast import DateOperator, PeriodWord, TimeUnit
from dsl.dates import AsOf

Moment = date | datetime
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_FURTHEST = 100  # years that any expression looks ahead
_OPERATORS: dict[DateOperator, Callable[[Moment, Moment], bool]] = {
    DateOperator.ON: lambda a, b: a == b,
    DateOperator.NOT_ON: lambda a, b: a != b,
    DateOperator.AFTER: lambda a, b: a > b,
    DateOperator.BEFORE: lambda a, b: a < b,
    DateOperator.ON_OR_AFTER: lambda a, b: a >= b,
    DateOperator.ON_OR_BEFORE: lambda a, b: a <= b,
}


def in_window(moment: Moment | None, window: ast.Window, as_of: AsOf) -> bool:
    """Whether a value lies in a window; a missing one never does."""
    if moment is None:
        return False
    match window:
        case ast.DateBound(operator=operator, value=value):
            return _holds(moment, operator, _value(value, as_of))
        case ast.DateRange(low=low, high=high, is_negated=is_negated):
            inside = _holds(moment, DateOperator.ON_OR_AFTER, _value(low, as_of)) and _holds(
                moment, DateOperator.ON_OR_BEFORE, _value(high, as_of)
            )
            return inside is not is_negated
        case ast.RollingWindow():
            return _rolling(moment, window, as_of)
        case ast.CalendarWindow(period=period, unit=unit):
            first, last = _period(as_of.day, unit, _STEPS[period])
            return first <= _day(moment) <= last


def move(day: date, amount: int, unit: TimeUnit) -> date:
    """Add calendar units; a day that the month lacks becomes its last."""
    if unit in (TimeUnit.DAY, TimeUnit.WEEK):
        return day + timedelta(days=amount * (7 if unit is TimeUnit.WEEK else 1))
    months = {TimeUnit.MONTH: 1, TimeUnit.QUARTER: 3, TimeUnit.YEAR: 12}[unit] * amount
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def occurs(day: date, year: int) -> date:
    """When the date comes back in that year; 29 February on 28 February in common years."""
    is_missing = (day.month, day.day) == (2, 29) and not calendar.isleap(year)
    return date(year, 2, 28) if is_missing else day.replace(year=year)


def full_years(day: date, today: date) -> int:
    """The age of someone born on the day."""
    return today.year - day.year - (occurs(day, today.year) > today)


def anniversary_in(moment: Moment | None, window: ast.Window, as_of: AsOf) -> bool:
    """Whether the date itself or one of its recurrences lies in the window."""
    if moment is None:
        return False
    day = _day(moment)
    years = range(day.year, as_of.day.year + _FURTHEST)
    return any(in_window(occurs(day, year), window, as_of) for year in years)


_STEPS = {PeriodWord.THIS: 0, PeriodWord.NEXT: 1, PeriodWord.PREVIOUS: -1, PeriodWord.LAST: -1}


def _rolling(moment: Moment, window: ast.RollingWindow, as_of: AsOf) -> bool:
    amount, today = window.amount, as_of.day
    if window.unit is TimeUnit.HOUR:
        first, last = _hours(window, as_of)
        if isinstance(moment, datetime):
            return first <= _second(moment) <= last
        return _day(first) <= moment <= _day(last)
    if window.period is PeriodWord.NEXT:
        return today <= _day(moment) < move(today, amount, window.unit)
    return move(today, -amount, window.unit) < _day(moment) <= today


def _hours(window: ast.RollingWindow, as_of: AsOf) -> tuple[datetime, datetime]:
    """The first and the last second of so many hours."""
    hours, now = timedelta(hours=window.amount), as_of.now
    if window.period is PeriodWord.NEXT:
        return now, now + hours - _SECOND
    return now - hours + _SECOND, now


def _holds(moment: Moment, operator: DateOperator, bound: Moment) -> bool:
    """Against a day the value counts as its day, against an instant as its second."""
    test = _OPERATORS[operator]
    if isinstance(bound, datetime) and isinstance(moment, datetime):
        return test(_second(moment), bound)
    return test(_day(moment), _day(bound))


def _value(value: ast.DateValue, as_of: AsOf) -> Moment:
    match value:
        case ast.DateLiteral(value=day):
            return day
        case ast.DateTimeLiteral(value=instant):
            return instant
        case ast.Ago(amount=amount, unit=unit):
            return _offset(as_of, as_of.day, -amount, unit)
        case ast.PeriodEdge(is_start=is_start, period=period, unit=unit):
            return _period(as_of.day, unit, _STEPS[period])[0 if is_start else 1]
        case ast.Anchor(word=word, offsets=offsets):
            days = {"yesterday": -1, "tomorrow": 1}.get(word.value, 0)
            if word is ast.DayWord.NOW and not offsets:
                return as_of.now
            moment: Moment = as_of.day + timedelta(days=days)
            for offset in offsets:
                moment = _offset(as_of, moment, offset.amount, offset.unit)
            return moment


def _offset(as_of: AsOf, moment: Moment, amount: int, unit: TimeUnit) -> Moment:
    if unit is TimeUnit.HOUR:
        start = moment if isinstance(moment, datetime) else as_of.now
        return start + timedelta(hours=amount)
    return move(moment, amount, unit)


def _period(day: date, unit: TimeUnit, steps: int) -> tuple[date, date]:
    """First and last day of a calendar period near the day."""
    first = {
        TimeUnit.DAY: day,
        TimeUnit.WEEK: day - timedelta(days=day.weekday()),
        TimeUnit.MONTH: day.replace(day=1),
        TimeUnit.QUARTER: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        TimeUnit.YEAR: day.replace(month=1, day=1),
    }[unit]
    return move(first, steps, unit), move(first, steps + 1, unit) - _DAY


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _second(moment: Moment) -> datetime:
    if isinstance(moment, datetime):
        return moment.replace(microsecond=0)
    return datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - site wall clock
