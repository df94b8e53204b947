"""Dates that come back every year: recurrences, ages, and the days of a year that a window holds.

A date recurs on its month and day from its own year on; 29 February recurs on 28 February in
common years. Month and day are written as one number, `month * 100 + day`, so that a database can
test a recurrence with ordinary comparisons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dsl.ast import TimeUnit
from dsl.dates import DateSpan, shift

__all__ = [
    "YearDays",
    "age",
    "latest_birthdate",
    "latest_recurrence",
    "next_recurrence",
    "recurs_in",
    "year_days",
]

_LEAP_DAY = 229
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class YearDays:
    """Inclusive ranges of `month * 100 + day`; dates on or after `before` have not occurred yet.

    A date matches when its number lies in one of `ranges` and the date itself lies before `before`.
    """

    ranges: tuple[tuple[int, int], ...]
    before: date


def year_days(span: DateSpan) -> YearDays | None:
    """Return the days of the year that a window holds; None when the window has an open end.

    An open window holds some recurrence of every date, so it says nothing about anniversaries.
    """
    start, end = span.dates
    if start is None or end is None:
        return None
    if end <= start:
        return YearDays((), end)
    if _holds_a_year(start, end):
        return YearDays(((101, 1231),), end)
    last = end - _DAY
    if start.year == last.year:
        return YearDays(((_number(start), _last_number(last)),), end)
    return YearDays(((_number(start), 1231), (101, _last_number(last))), end)


def recurs_in(day: date, span: DateSpan) -> bool:
    """Tell whether the date, or one of its recurrences, lies in the days of a bounded window."""
    start, end = span.dates
    if start is None or end is None:
        return True
    occurrence = next_recurrence(day, start)
    return occurrence is not None and start <= occurrence < end


def next_recurrence(day: date, today: date) -> date | None:
    """Return the first occurrence on or after `today`, the date itself included."""
    if day >= today:
        return day
    this_year = _in_year(day, today.year)
    if this_year >= today:
        return this_year
    return _in_year(day, today.year + 1) if today.year < date.max.year else None


def latest_recurrence(day: date, today: date) -> date | None:
    """Return the last occurrence on or before `today`, the date itself included; None before it."""
    if day > today:
        return None
    this_year = _in_year(day, today.year)
    return this_year if this_year <= today else _in_year(day, today.year - 1)


def age(day: date, today: date) -> int:
    """Return the completed years at `today`; negative before the date."""
    years = today.year - day.year
    return years if _in_year(day, today.year) <= today else years - 1


def latest_birthdate(years: int, today: date) -> date:
    """Return the latest date of that age: `age(d, today) >= years` is `d <= latest_birthdate`.

    Raises OverflowError beyond the years 1 to 9999.
    """
    day = shift(today, -years, TimeUnit.YEAR)
    following = day + _DAY
    is_leap_day = _number(following) == _LEAP_DAY
    return following if is_leap_day and _in_year(following, today.year) <= today else day


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _holds_a_year(start: date, end: date) -> bool:
    """A year from 29 February ends with 28 February, so that no day of the year is missed."""
    if start.year == date.max.year:
        return False
    if _number(start) == _LEAP_DAY:
        return end > _in_year(start, start.year + 1)
    return end >= start.replace(year=start.year + 1)


def _number(day: date) -> int:
    return day.month * 100 + day.day


def _last_number(day: date) -> int:
    """The 28th of February stands for the 29th too when its year has none."""
    number = _number(day)
    return _LEAP_DAY if number == 228 and _number(day + _DAY) == 301 else number
