"""Windows: half open, clamped to the month's last day, nothing counted twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.build.windows import months_before, windows


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2025, 3, 31), 1, date(2025, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2024, 2, 29), 24, date(2022, 2, 28)),
        (date(2025, 5, 31), 3, date(2025, 2, 28)),
        (date(2025, 1, 15), 1, date(2024, 12, 15)),
    ],
)
def test_months_are_clamped(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_two_years_hold_every_day_once(as_of: date) -> None:
    by_name = {window.prefix: window for window in windows(as_of)}
    assert by_name["ly12m"].through == by_name["l12m"].after
    assert by_name["l12m"].through == as_of


def test_the_last_thirty_days_end_with_today() -> None:
    window = next(window for window in windows(date(2025, 6, 30)) if window.prefix == "l30d")
    assert (window.after, window.through) == (date(2025, 5, 31), date(2025, 6, 30))
    assert window.through - timedelta(days=30) == window.after
