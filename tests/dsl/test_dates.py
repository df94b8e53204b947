"""Windows and date values on a fixed day: Thursday 12 January 2023, and the awkward days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dsl.ast import (
    Ago,
    Anchor,
    CalendarWindow,
    Compare,
    CompareBetween,
    Comparison,
    DateBound,
    DateLiteral,
    DateOperator,
    DateRange,
    DateTimeLiteral,
    DateValue,
    DayWord,
    InWindow,
    NullTest,
    NullTestKind,
    NumberLiteral,
    Offset,
    PeriodEdge,
    PeriodWord,
    RollingWindow,
    TimeUnit,
    Window,
)
from dsl.dates import (
    AsOf,
    DateProblem,
    DateSpan,
    date_window,
    is_reversed,
    reads_clock,
    resolve_value,
    shift,
    window_spans,
)
from dsl.diagnostics import Span
from tests.dsl.strategies import windows

AT = Span(0, 0)
at = datetime.fromisoformat
THURSDAY = AsOf.on(date(2023, 1, 12), at("2023-01-12T15:30:20.000999"))
MIDNIGHTS = st.dates(date(1900, 1, 1), date(2200, 1, 1))


def day(text: str) -> DateValue:
    if "T" in text:
        return DateTimeLiteral(value=datetime.fromisoformat(text), span=AT)
    return DateLiteral(value=date.fromisoformat(text), span=AT)


def anchor(word: DayWord, *offsets: tuple[int, TimeUnit]) -> Anchor:
    nodes = tuple(Offset(amount=amount, unit=unit, span=AT) for amount, unit in offsets)
    return Anchor(word=word, offsets=nodes, span=AT)


def ago(amount: int, unit: TimeUnit) -> Ago:
    return Ago(amount=amount, unit=unit, span=AT)


def edge(which: str, period: PeriodWord, unit: TimeUnit) -> PeriodEdge:
    return PeriodEdge(is_start=which == "start", period=period, unit=unit, span=AT)


def bound(operator: DateOperator, value: DateValue) -> DateBound:
    return DateBound(operator=operator, value=value, span=AT)


def between(low: DateValue, high: DateValue, *, is_negated: bool = False) -> DateRange:
    return DateRange(low=low, high=high, is_negated=is_negated, span=AT)


def last(amount: int, unit: TimeUnit) -> RollingWindow:
    return RollingWindow(period=PeriodWord.LAST, amount=amount, unit=unit, span=AT)


def following(amount: int, unit: TimeUnit) -> RollingWindow:
    return RollingWindow(period=PeriodWord.NEXT, amount=amount, unit=unit, span=AT)


def calendar(period: PeriodWord, unit: TimeUnit) -> CalendarWindow:
    return CalendarWindow(period=period, unit=unit, span=AT)


def spans(window: Window, as_of: AsOf = THURSDAY, **options: bool) -> list[str]:
    return [shown(span) for span in window_spans(window, as_of, **options)]


def shown(span: DateSpan) -> str:
    ends = [
        "" if end is None else end.isoformat(timespec="minutes").removesuffix("T00:00")
        for end in (span.start, span.end)
    ]
    return " .. ".join(ends).strip()


VALUES = [
    (anchor(DayWord.TODAY), "2023-01-12"),
    (anchor(DayWord.TOMORROW), "2023-01-13"),
    (anchor(DayWord.YESTERDAY), "2023-01-11"),
    (anchor(DayWord.NOW), "2023-01-12T15:30:20"),
    (anchor(DayWord.NOW, (-30, TimeUnit.DAY)), "2022-12-13"),
    (anchor(DayWord.NOW, (-3, TimeUnit.HOUR)), "2023-01-12T12:30:20"),
    (anchor(DayWord.NOW, (-1, TimeUnit.DAY), (1, TimeUnit.HOUR)), "2023-01-11T16:30:20"),
    (anchor(DayWord.TODAY, (-2, TimeUnit.HOUR)), "2023-01-11T22:00:00"),
    (anchor(DayWord.TODAY, (-3, TimeUnit.MONTH), (2, TimeUnit.DAY)), "2022-10-14"),
    (anchor(DayWord.TODAY, (-1080, TimeUnit.DAY)), "2020-01-28"),
    (ago(7, TimeUnit.DAY), "2023-01-05"),
    (ago(14, TimeUnit.DAY), "2022-12-29"),
    (ago(30, TimeUnit.DAY), "2022-12-13"),
    (ago(60, TimeUnit.DAY), "2022-11-13"),
    (ago(90, TimeUnit.DAY), "2022-10-14"),
    (ago(1, TimeUnit.MONTH), "2022-12-12"),
    (ago(1, TimeUnit.YEAR), "2022-01-12"),
    (ago(2, TimeUnit.WEEK), "2022-12-29"),
    (ago(1, TimeUnit.QUARTER), "2022-10-12"),
    (ago(5, TimeUnit.HOUR), "2023-01-12T10:30:20"),
    (edge("start", PeriodWord.THIS, TimeUnit.WEEK), "2023-01-09"),
    (edge("end", PeriodWord.THIS, TimeUnit.WEEK), "2023-01-15"),
    (edge("start", PeriodWord.THIS, TimeUnit.MONTH), "2023-01-01"),
    (edge("end", PeriodWord.PREVIOUS, TimeUnit.QUARTER), "2022-12-31"),
    (edge("start", PeriodWord.PREVIOUS, TimeUnit.QUARTER), "2022-10-01"),
    (edge("end", PeriodWord.NEXT, TimeUnit.YEAR), "2024-12-31"),
    (edge("start", PeriodWord.THIS, TimeUnit.HOUR), "2023-01-12T15:00:00"),
    (edge("end", PeriodWord.THIS, TimeUnit.DAY), "2023-01-12"),
]

WINDOWS = [
    (bound(DateOperator.ON, day("2024-11-01")), ["2024-11-01 .. 2024-11-02"]),
    (bound(DateOperator.NOT_ON, day("2024-11-01")), [".. 2024-11-01", "2024-11-02 .."]),
    (bound(DateOperator.AFTER, day("2026-01-01")), ["2026-01-02 .."]),
    (bound(DateOperator.BEFORE, day("2026-01-01")), [".. 2026-01-01"]),
    (bound(DateOperator.ON_OR_AFTER, day("2026-01-01")), ["2026-01-01 .."]),
    (bound(DateOperator.ON_OR_BEFORE, day("2026-01-01")), [".. 2026-01-02"]),
    (bound(DateOperator.BEFORE, anchor(DayWord.YESTERDAY)), [".. 2023-01-11"]),
    (bound(DateOperator.BEFORE, day("2026-01-01T15:30")), [".. 2026-01-01T15:30"]),
    (between(day("2024-11-01"), day("2024-12-31")), ["2024-11-01 .. 2025-01-01"]),
    (
        between(day("2024-11-01"), day("2024-12-31"), is_negated=True),
        [".. 2024-11-01", "2025-01-01 .."],
    ),
    (last(1, TimeUnit.DAY), ["2023-01-12 .. 2023-01-13"]),
    (last(30, TimeUnit.DAY), ["2022-12-14 .. 2023-01-13"]),
    (last(2, TimeUnit.WEEK), ["2022-12-30 .. 2023-01-13"]),
    (last(1, TimeUnit.MONTH), ["2022-12-13 .. 2023-01-13"]),
    (last(12, TimeUnit.MONTH), ["2022-01-13 .. 2023-01-13"]),
    (last(1, TimeUnit.YEAR), ["2022-01-13 .. 2023-01-13"]),
    (following(1, TimeUnit.DAY), ["2023-01-12 .. 2023-01-13"]),
    (following(7, TimeUnit.DAY), ["2023-01-12 .. 2023-01-19"]),
    (following(1, TimeUnit.QUARTER), ["2023-01-12 .. 2023-04-12"]),
    (calendar(PeriodWord.THIS, TimeUnit.DAY), ["2023-01-12 .. 2023-01-13"]),
    (calendar(PeriodWord.THIS, TimeUnit.WEEK), ["2023-01-09 .. 2023-01-16"]),
    (calendar(PeriodWord.PREVIOUS, TimeUnit.WEEK), ["2023-01-02 .. 2023-01-09"]),
    (calendar(PeriodWord.PREVIOUS, TimeUnit.MONTH), ["2022-12-01 .. 2023-01-01"]),
    (calendar(PeriodWord.NEXT, TimeUnit.MONTH), ["2023-02-01 .. 2023-03-01"]),
    (calendar(PeriodWord.THIS, TimeUnit.QUARTER), ["2023-01-01 .. 2023-04-01"]),
    (calendar(PeriodWord.PREVIOUS, TimeUnit.QUARTER), ["2022-10-01 .. 2023-01-01"]),
    (calendar(PeriodWord.PREVIOUS, TimeUnit.YEAR), ["2022-01-01 .. 2023-01-01"]),
    (calendar(PeriodWord.THIS, TimeUnit.HOUR), ["2023-01-12T15:00 .. 2023-01-12T16:00"]),
]


@pytest.mark.parametrize(("value", "expected"), VALUES)
def test_a_date_value_names_a_day_or_an_instant(value: DateValue, expected: str) -> None:
    assert resolve_value(value, THURSDAY).isoformat() == expected


@pytest.mark.parametrize(("window", "expected"), WINDOWS)
def test_a_window_is_half_open_spans(window: Window, expected: list[str]) -> None:
    assert spans(window) == expected


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        ("2023-03-31", -1, TimeUnit.MONTH, "2023-02-28"),
        ("2024-03-31", -1, TimeUnit.MONTH, "2024-02-29"),
        ("2024-02-29", -1, TimeUnit.YEAR, "2023-02-28"),
        ("2024-02-29", -4, TimeUnit.YEAR, "2020-02-29"),
        ("2023-01-31", 1, TimeUnit.MONTH, "2023-02-28"),
        ("2023-05-31", -1, TimeUnit.QUARTER, "2023-02-28"),
        ("2023-01-15", -1, TimeUnit.MONTH, "2022-12-15"),
        ("2022-12-15", 1, TimeUnit.MONTH, "2023-01-15"),
        ("2024-02-28", 1, TimeUnit.DAY, "2024-02-29"),
    ],
)
def test_months_clamp_to_their_last_day(
    start: str, amount: int, unit: TimeUnit, expected: str
) -> None:
    assert shift(date.fromisoformat(start), amount, unit) == date.fromisoformat(expected)


def test_offsets_apply_from_left_to_right() -> None:
    as_of = AsOf.on(date(2023, 3, 31))
    clamped_first = anchor(DayWord.TODAY, (-1, TimeUnit.MONTH), (1, TimeUnit.DAY))
    clamped_last = anchor(DayWord.TODAY, (1, TimeUnit.DAY), (-1, TimeUnit.MONTH))
    assert resolve_value(clamped_first, as_of) == date(2023, 3, 1)
    assert resolve_value(clamped_last, as_of) == date(2023, 3, 1)
    assert resolve_value(anchor(DayWord.TODAY, (-1, TimeUnit.MONTH)), as_of) == date(2023, 2, 28)


def test_the_last_hours_end_with_the_present_second() -> None:
    assert window_spans(last(2, TimeUnit.HOUR), THURSDAY) == (
        DateSpan(at("2023-01-12T13:30:21"), at("2023-01-12T15:30:21")),
    )


def test_24_hours_of_a_past_day_are_that_day() -> None:
    as_of = AsOf.on(date(2023, 1, 12), at("2023-02-01T09:00"))
    assert window_spans(last(24, TimeUnit.HOUR), as_of) == window_spans(
        last(1, TimeUnit.DAY), as_of
    )


def test_now_is_the_present_on_the_present_day_and_else_the_end_of_the_day() -> None:
    assert THURSDAY.now == at("2023-01-12T15:30:20")
    assert AsOf.on(date(2023, 1, 11), THURSDAY.now).now == at("2023-01-11T23:59:59")
    assert AsOf.on(date(2023, 1, 11)).now == at("2023-01-11T23:59:59")


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (bound(DateOperator.AFTER, anchor(DayWord.NOW)), ["2023-01-13 .."]),
        (bound(DateOperator.ON, day("2023-01-12T08:00")), ["2023-01-12 .. 2023-01-13"]),
        (last(20, TimeUnit.HOUR), ["2023-01-11 .. 2023-01-13"]),
    ],
)
def test_date_columns_see_whole_days(window: Window, expected: list[str]) -> None:
    assert spans(window, whole_days=True) == expected


@pytest.mark.parametrize(
    ("week_start", "expected"),
    [(1, "2023-01-09"), (4, "2023-01-12"), (5, "2023-01-06"), (7, "2023-01-08")],
)
def test_weeks_start_where_the_site_says(week_start: int, expected: str) -> None:
    window = calendar(PeriodWord.THIS, TimeUnit.WEEK)
    (span,) = window_spans(window, THURSDAY, week_start=week_start)
    assert span.dates[0] == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (day("2023-01-12"), day("2023-01-11"), True),
        (day("2023-01-12"), day("2023-01-12"), False),
        (anchor(DayWord.TODAY), ago(1, TimeUnit.MONTH), True),
        (day("2023-01-12T10:00"), day("2023-01-12"), False),
    ],
)
def test_reversed_ranges_are_seen(low: DateValue, high: DateValue, expected: bool) -> None:
    assert is_reversed(between(low, high), THURSDAY) is expected


@pytest.mark.parametrize(
    ("window", "message"),
    [
        (last(1, TimeUnit.FISCAL_MONTH), "“fiscal month” needs a fiscal calendar"),
        (calendar(PeriodWord.THIS, TimeUnit.FISCAL_YEAR), "“fiscal year” needs a fiscal calendar"),
        (last(5000, TimeUnit.YEAR), "outside the years 1 to 9999"),
        (following(10**12, TimeUnit.DAY), "outside the years 1 to 9999"),
        (following(10**12, TimeUnit.HOUR), "outside the years 1 to 9999"),
        (bound(DateOperator.ON, day("9999-12-31")), "outside the years 1 to 9999"),
    ],
)
def test_dates_that_cannot_be_computed_are_told(window: Window, message: str) -> None:
    with pytest.raises(DateProblem, match=message) as raised:
        window_spans(window, THURSDAY)
    assert raised.value.diagnostic.code == "E308"


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        (Comparison.EQUAL, DateOperator.ON),
        (Comparison.NOT_EQUAL, DateOperator.NOT_ON),
        (Comparison.LESS, DateOperator.BEFORE),
        (Comparison.LESS_OR_EQUAL, DateOperator.ON_OR_BEFORE),
        (Comparison.GREATER, DateOperator.AFTER),
        (Comparison.GREATER_OR_EQUAL, DateOperator.ON_OR_AFTER),
    ],
)
def test_comparisons_with_dates_are_windows(operator: Comparison, expected: DateOperator) -> None:
    compare = Compare(operator=operator, value=day("2026-01-01"), span=AT)
    assert date_window(compare) == bound(expected, day("2026-01-01"))


def test_only_tests_against_dates_are_windows() -> None:
    one = NumberLiteral(value=1, span=AT)
    today = anchor(DayWord.TODAY)
    window = bound(DateOperator.ON, today)
    dates = CompareBetween(low=today, high=today, span=AT)
    assert date_window(InWindow(window=window, span=AT)) == window
    assert date_window(dates) == between(today, today)
    assert date_window(CompareBetween(low=one, high=today, span=AT)) is None
    assert date_window(Compare(operator=Comparison.EQUAL, value=one, span=AT)) is None
    assert date_window(NullTest(kind=NullTestKind.NULL, span=AT)) is None


@given(MIDNIGHTS, MIDNIGHTS, st.sampled_from(DateOperator))
def test_a_bound_and_its_opposite_share_all_days(
    today: date, other: date, operator: DateOperator
) -> None:
    opposite = {
        DateOperator.ON: DateOperator.NOT_ON,
        DateOperator.AFTER: DateOperator.ON_OR_BEFORE,
        DateOperator.BEFORE: DateOperator.ON_OR_AFTER,
    }
    as_of = AsOf.on(today)
    for left, right in opposite.items():
        value = day(other.isoformat())
        both = [
            any(span.holds(as_of.now) for span in window_spans(bound(one, value), as_of))
            for one in (left, right)
        ]
        assert sorted(both) == [False, True]


@given(MIDNIGHTS, st.integers(1, 400), st.sampled_from([TimeUnit.DAY, TimeUnit.WEEK]))
def test_rolling_windows_have_their_length(today: date, amount: int, unit: TimeUnit) -> None:
    length = timedelta(days=amount * (7 if unit is TimeUnit.WEEK else 1))
    for window in (last(amount, unit), following(amount, unit)):
        (span,) = window_spans(window, AsOf.on(today))
        assert span.start is not None
        assert span.end is not None
        assert span.end - span.start == length
        assert span.holds(datetime.combine(today, datetime.min.time()))


@given(MIDNIGHTS, st.integers(1, 7))
def test_calendar_periods_meet_without_gaps(today: date, week_start: int) -> None:
    for unit in (TimeUnit.DAY, TimeUnit.WEEK, TimeUnit.MONTH, TimeUnit.QUARTER, TimeUnit.YEAR):
        previous, this, coming = (
            window_spans(calendar(word, unit), AsOf.on(today), week_start=week_start)[0]
            for word in (PeriodWord.PREVIOUS, PeriodWord.THIS, PeriodWord.NEXT)
        )
        assert previous.end == this.start
        assert this.end == coming.start
        assert this.holds(AsOf.on(today).now)
        assert this.is_whole_days


LATER = AsOf.on(THURSDAY.day, at("2023-01-12T23:01:02"))


@pytest.mark.parametrize(
    "window",
    [
        bound(DateOperator.BEFORE, anchor(DayWord.NOW)),
        bound(DateOperator.AFTER, anchor(DayWord.NOW, (-3, TimeUnit.HOUR))),
        bound(DateOperator.AFTER, ago(3, TimeUnit.HOUR)),
        between(day("2023-01-01"), anchor(DayWord.NOW)),
        last(3, TimeUnit.HOUR),
        calendar(PeriodWord.THIS, TimeUnit.HOUR),
    ],
)
def test_windows_that_move_within_the_day_read_the_clock(window: Window) -> None:
    assert spans(window) != spans(window, LATER)
    assert reads_clock(window)


@given(windows())
def test_a_window_that_reads_no_clock_means_the_same_all_day(window: Window) -> None:
    assume(not reads_clock(window))
    try:
        assert window_spans(window, THURSDAY) == window_spans(window, LATER)
    except DateProblem:
        with pytest.raises(DateProblem):
            window_spans(window, LATER)
