"""Relative dates become bounds: a date value or a window, and the day it is asked, give datetimes.

Every answer is naive and half-open. A day is `[00:00, next 00:00)` and an instant is its second
`[t, t + 1 s)`, so `on`, `after`, `between` … are the same arithmetic for both.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import assert_never, get_args

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
    Node,
    PeriodEdge,
    PeriodWord,
    Predicate,
    RollingWindow,
    TimeUnit,
    Window,
)
from dsl.diagnostics import Diagnostic, Span

__all__ = [
    "AsOf",
    "DateProblem",
    "DateSpan",
    "date_window",
    "is_reversed",
    "period",
    "reads_clock",
    "resolve_value",
    "shift",
    "value_span",
    "window_spans",
]

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MONTHS = {TimeUnit.MONTH: 1, TimeUnit.QUARTER: 3, TimeUnit.YEAR: 12}
_DATE_VALUES = get_args(DateValue)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day an expression is asked for, and the present instant within it (site wall clock)."""

    day: date
    now: datetime

    @classmethod
    def on(cls, day: date, present: datetime | None = None) -> AsOf:
        """Ask on `day`: now is `present` when that lies in the day, else the day's last second."""
        if present is not None and present.date() == day:
            return cls(day, present.replace(microsecond=0))
        return cls(day, datetime.combine(day, time(23, 59, 59)))


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The instants `start <= t < end`; None is open."""

    start: datetime | None
    end: datetime | None

    def holds(self, instant: datetime) -> bool:
        """Tell whether the instant lies inside."""
        return (self.start is None or self.start <= instant) and (
            self.end is None or instant < self.end
        )

    @property
    def is_whole_days(self) -> bool:
        """Both ends are midnights (or open), so the span is a range of dates."""
        return all(end is None or end.time() == time.min for end in (self.start, self.end))

    @property
    def dates(self) -> tuple[date | None, date | None]:
        """The days it touches as half-open dates, for columns without a time of day."""
        start = None if self.start is None else self.start.date()
        end = None if self.end is None else (self.end - _SECOND).date() + _DAY
        return start, end


class DateProblem(ValueError):
    """A date that cannot be computed; the resolver turns it into its diagnostic."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic("E308", message, span)


def date_window(predicate: Predicate) -> Window | None:
    """Return the window of a date test, however it is spelled (`>= D` is `on or after D`).

    None when the predicate does not compare with dates only.
    """
    match predicate:
        case InWindow(window=window):
            return window
        case Compare(operator=operator, value=value, span=span):
            if isinstance(value, _DATE_VALUES):
                return DateBound(operator=_BOUNDS[operator], value=value, span=span)
        case CompareBetween(low=low, high=high, is_negated=is_negated, span=span):
            if isinstance(low, _DATE_VALUES) and isinstance(high, _DATE_VALUES):
                return DateRange(low=low, high=high, is_negated=is_negated, span=span)
        case _:
            pass
    return None


def window_spans(
    window: Window, as_of: AsOf, *, week_start: int = 1, whole_days: bool = False
) -> tuple[DateSpan, ...]:
    """Return the disjoint spans, in order of time, that a window means.

    `whole_days` is for date columns: instants count as their day, and all bounds are midnights.
    Raises DateProblem.
    """
    match window:
        case DateBound(operator=operator, value=value):
            return _bound_spans(operator, _value(value, as_of, week_start, whole_days))
        case DateRange(low=low, high=high, is_negated=is_negated):
            first = _value(low, as_of, week_start, whole_days)
            last = _value(high, as_of, week_start, whole_days)
            return _range_spans(DateSpan(first.start, last.end), is_negated=is_negated)
        case RollingWindow():
            span = _rolling_span(window, as_of)
        case CalendarWindow():
            span = _calendar_span(window, as_of, week_start)
        case _:
            assert_never(window)
    return (_to_days(span) if whole_days else span,)


def is_reversed(window: DateRange, as_of: AsOf, *, week_start: int = 1) -> bool:
    """Tell whether the range ends before it starts. Raises DateProblem."""
    low = value_span(window.low, as_of, week_start=week_start).start
    high = value_span(window.high, as_of, week_start=week_start).end
    return low is not None and high is not None and low >= high


def reads_clock(window: Window) -> bool:
    """Tell whether a window may mean something else later on the same day.

    It does when it says `now` or counts hours; all others depend on the day alone.
    """
    match window:
        case DateBound(value=value):
            return _value_reads_clock(value)
        case DateRange(low=low, high=high):
            return _value_reads_clock(low) or _value_reads_clock(high)
        case RollingWindow(unit=unit) | CalendarWindow(unit=unit):
            return unit is TimeUnit.HOUR
        case _:
            assert_never(window)


def _value_reads_clock(value: DateValue) -> bool:
    match value:
        case DateLiteral() | DateTimeLiteral():
            return False
        case Anchor(word=word, offsets=offsets):
            has_hours = any(offset.unit is TimeUnit.HOUR for offset in offsets)
            return word is DayWord.NOW or has_hours
        case Ago(unit=unit) | PeriodEdge(unit=unit):
            return unit is TimeUnit.HOUR
        case _:
            assert_never(value)


def value_span(value: DateValue, as_of: AsOf, *, week_start: int = 1) -> DateSpan:
    """Return the day or the second that a value names. Raises DateProblem."""
    moment = resolve_value(value, as_of, week_start=week_start)
    try:
        if isinstance(moment, datetime):
            return DateSpan(moment, moment + _SECOND)
        start = datetime.combine(moment, time.min)
        return DateSpan(start, start + _DAY)
    except OverflowError:
        raise _out_of_range(value) from None


def resolve_value(value: DateValue, as_of: AsOf, *, week_start: int = 1) -> date | datetime:
    """Return the date (whole day) or the datetime (instant) that a value names.

    Hours make an instant, and so does a bare `now`; `now - 30 days` is a day. Raises DateProblem.
    """
    match value:
        case DateLiteral(value=day):
            return day
        case DateTimeLiteral(value=instant):
            return instant.replace(microsecond=0)
        case Anchor():
            return _anchor(value, as_of)
        case Ago(amount=amount, unit=unit):
            start = _now(as_of) if unit is TimeUnit.HOUR else as_of.day
            return _shifted(start, -amount, unit, value)
        case PeriodEdge():
            return _period_edge(value, as_of, week_start)
        case _:
            assert_never(value)


def shift(moment: date, amount: int, unit: TimeUnit) -> date:
    """Move a date or datetime by calendar units; a day that a month lacks becomes its last one.

    Raises OverflowError beyond the years 1 to 9999.
    """
    if unit in _MONTHS:
        return _add_months(moment, amount * _MONTHS[unit])
    if unit is TimeUnit.HOUR:
        return _at(moment) + timedelta(hours=amount)
    return moment + timedelta(days=amount * (7 if unit is TimeUnit.WEEK else 1))


def period(day: date, unit: TimeUnit, week_start: int = 1) -> date:
    """Return the first day of the calendar day, week, month, quarter or year that holds `day`."""
    match unit:
        case TimeUnit.WEEK:
            return day - timedelta(days=(day.isoweekday() - week_start) % 7)
        case TimeUnit.MONTH:
            return day.replace(day=1)
        case TimeUnit.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case TimeUnit.YEAR:
            return day.replace(month=1, day=1)
        case _:
            return day


# --- windows --------------------------------------------------------------------------------------

_BOUNDS = {
    Comparison.EQUAL: DateOperator.ON,
    Comparison.NOT_EQUAL: DateOperator.NOT_ON,
    Comparison.LESS: DateOperator.BEFORE,
    Comparison.LESS_OR_EQUAL: DateOperator.ON_OR_BEFORE,
    Comparison.GREATER: DateOperator.AFTER,
    Comparison.GREATER_OR_EQUAL: DateOperator.ON_OR_AFTER,
}


def _bound_spans(operator: DateOperator, value: DateSpan) -> tuple[DateSpan, ...]:
    match operator:
        case DateOperator.ON:
            return (value,)
        case DateOperator.NOT_ON:
            return _range_spans(value, is_negated=True)
        case DateOperator.AFTER:
            return (DateSpan(value.end, None),)
        case DateOperator.BEFORE:
            return (DateSpan(None, value.start),)
        case DateOperator.ON_OR_AFTER:
            return (DateSpan(value.start, None),)
        case DateOperator.ON_OR_BEFORE:
            return (DateSpan(None, value.end),)
        case _:
            assert_never(operator)


def _range_spans(span: DateSpan, *, is_negated: bool) -> tuple[DateSpan, ...]:
    if is_negated:
        return DateSpan(None, span.start), DateSpan(span.end, None)
    return (span,)


def _rolling_span(window: RollingWindow, as_of: AsOf) -> DateSpan:
    """`in last N` ends with today and `in next N` starts with it (readings.md 4)."""
    is_hours = window.unit is TimeUnit.HOUR
    origin = _now(as_of) if is_hours else _at(as_of.day)
    step = _SECOND if is_hours else _DAY
    try:
        if window.period is PeriodWord.NEXT:
            return DateSpan(origin, _at(_shifted(origin, window.amount, window.unit, window)))
        far = _at(_shifted(origin, -window.amount, window.unit, window))
        return DateSpan(far + step, origin + step)
    except OverflowError:
        raise _out_of_range(window) from None


def _calendar_span(window: CalendarWindow, as_of: AsOf, week_start: int) -> DateSpan:
    steps = {PeriodWord.THIS: 0, PeriodWord.NEXT: 1}.get(window.period, -1)
    if window.unit is TimeUnit.HOUR:
        origin = _now(as_of).replace(minute=0, second=0)
    else:
        origin = _at(period(as_of.day, window.unit, week_start))
    start = _shifted(origin, steps, window.unit, window)
    return DateSpan(_at(start), _at(_shifted(start, 1, window.unit, window)))


# --- values ---------------------------------------------------------------------------------------


def _value(value: DateValue, as_of: AsOf, week_start: int, whole_days: bool) -> DateSpan:
    span = value_span(value, as_of, week_start=week_start)
    return _to_days(span) if whole_days else span


def _to_days(span: DateSpan) -> DateSpan:
    start, end = span.dates
    return DateSpan(start if start is None else _at(start), end if end is None else _at(end))


def _anchor(value: Anchor, as_of: AsOf) -> date | datetime:
    has_hours = any(offset.unit is TimeUnit.HOUR for offset in value.offsets)
    is_instant = has_hours or (value.word is DayWord.NOW and not value.offsets)
    moment: date = as_of.day
    if value.word is DayWord.NOW and is_instant:
        moment = _now(as_of)
    elif value.word is not DayWord.NOW:
        days = {DayWord.YESTERDAY: -1, DayWord.TOMORROW: 1}.get(value.word, 0)
        moment = _shifted(moment, days, TimeUnit.DAY, value)
    for offset in value.offsets:
        moment = _shifted(moment, offset.amount, offset.unit, offset)
    return moment


def _period_edge(value: PeriodEdge, as_of: AsOf, week_start: int) -> date | datetime:
    window = CalendarWindow(period=value.period, unit=value.unit, span=value.span)
    span = _calendar_span(window, as_of, week_start)
    step = _SECOND if value.unit is TimeUnit.HOUR else _DAY
    edge = span.start if value.is_start else span.end and span.end - step
    if edge is None:
        raise _out_of_range(value)
    return edge if value.unit is TimeUnit.HOUR else edge.date()


def _shifted(moment: date, amount: int, unit: TimeUnit, node: Node) -> date:
    """Shift, with the problems that a user can cause told at `node`."""
    if unit.value.startswith("fiscal"):
        message = f"“{unit.value}” needs a fiscal calendar, and this site has none"
        raise DateProblem(message, node.span)
    try:
        return shift(moment, amount, unit)
    except (OverflowError, ValueError):
        raise _out_of_range(node) from None


def _out_of_range(node: Node) -> DateProblem:
    return DateProblem("this date lies outside the years 1 to 9999", node.span)


def _add_months(moment: date, months: int) -> date:
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("year is out of range")
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _at(moment: date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)


def _now(as_of: AsOf) -> datetime:
    return as_of.now.replace(microsecond=0)
