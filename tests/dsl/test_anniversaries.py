"""Recurring dates, above all those of 29 February."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dsl.anniversaries import (
    age,
    latest_birthdate,
    latest_recurrence,
    next_recurrence,
    recurs_in,
    year_days,
)
from dsl.dates import DateSpan

DAYS = st.dates(date(1990, 1, 1), date(2032, 12, 31))
LEAP_DAY = date(2000, 2, 29)
at = datetime.fromisoformat


def span(start: date, days: int) -> DateSpan:
    first = datetime.combine(start, time.min)
    return DateSpan(first, first + timedelta(days=days))


@pytest.mark.parametrize(
    ("day", "today", "latest", "coming"),
    [
        ("1990-05-17", "2026-05-17", "2026-05-17", "2026-05-17"),
        ("1990-05-17", "2026-05-16", "2025-05-17", "2026-05-17"),
        ("1990-05-17", "2026-05-18", "2026-05-17", "2027-05-17"),
        ("2000-02-29", "2026-02-28", "2026-02-28", "2026-02-28"),
        ("2000-02-29", "2026-03-01", "2026-02-28", "2027-02-28"),
        ("2000-02-29", "2027-03-01", "2027-02-28", "2028-02-29"),
        ("2000-02-29", "2028-02-28", "2027-02-28", "2028-02-29"),
        ("2026-06-01", "2026-05-01", None, "2026-06-01"),
        ("2026-06-01", "2026-06-01", "2026-06-01", "2026-06-01"),
    ],
)
def test_recurrences_around_a_day(day: str, today: str, latest: str | None, coming: str) -> None:
    assert latest_recurrence(date.fromisoformat(day), date.fromisoformat(today)) == (
        latest and date.fromisoformat(latest)
    )
    assert next_recurrence(date.fromisoformat(day), date.fromisoformat(today)) == (
        date.fromisoformat(coming)
    )


def test_the_last_year_of_the_calendar_has_no_next_recurrence() -> None:
    assert next_recurrence(date(2000, 1, 1), date(9999, 12, 31)) is None


def test_open_windows_say_nothing_about_anniversaries() -> None:
    assert year_days(DateSpan(at("2026-01-01T00:00"), None)) is None
    assert recurs_in(LEAP_DAY, DateSpan(None, at("2026-01-01T00:00")))


@pytest.mark.parametrize(
    ("start", "days", "ranges"),
    [
        (date(2026, 5, 1), 0, ()),
        (date(2026, 5, 1), 7, ((501, 507),)),
        (date(2026, 12, 30), 7, ((1230, 1231), (101, 105))),
        (date(2026, 2, 27), 2, ((227, 229),)),
        (date(2028, 2, 27), 2, ((227, 228),)),
        (date(2028, 2, 29), 1, ((229, 229),)),
        (date(2026, 3, 1), 1, ((301, 301),)),
        (date(2026, 5, 1), 365, ((101, 1231),)),
        (date(2024, 2, 29), 365, ((229, 1231), (101, 227))),
        (date(2024, 2, 29), 366, ((101, 1231),)),
    ],
)
def test_windows_hold_days_of_the_year(
    start: date, days: int, ranges: tuple[tuple[int, int], ...]
) -> None:
    found = year_days(span(start, days))
    assert found is not None
    assert found.ranges == ranges


@given(DAYS, DAYS, st.integers(0, 800))
@example(LEAP_DAY, date(2023, 3, 1), 365)
@example(LEAP_DAY, date(2027, 2, 28), 1)
@example(date(1999, 2, 28), date(2024, 2, 29), 365)
def test_days_of_the_year_agree_with_recurrences(day: date, start: date, length: int) -> None:
    window = span(start, length)
    days = year_days(window)
    assert days is not None
    number = day.month * 100 + day.day
    by_number = day < days.before and any(low <= number <= high for low, high in days.ranges)
    assert by_number is recurs_in(day, window)


@given(DAYS, DAYS, st.integers(0, 30))
@example(LEAP_DAY, date(2023, 2, 28), 23)
@example(date(1999, 3, 1), date(2024, 2, 29), 25)
def test_an_age_is_reached_at_the_latest_birthdate(day: date, today: date, years: int) -> None:
    assert (age(day, today) >= years) is (day <= latest_birthdate(years, today))


@given(DAYS, DAYS)
def test_the_latest_recurrence_counts_the_age(day: date, today: date) -> None:
    latest = latest_recurrence(day, today)
    assert age(day, today) == (-1 if latest is None else latest.year - day.year) or latest is None
