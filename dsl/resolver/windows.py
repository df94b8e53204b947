"""Windows as spans, with the problems that only the day reveals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dsl import wording
from dsl.ast import DateRange, RollingWindow, Window
from dsl.dates import DateProblem, DateSpan, is_reversed, reads_clock, window_spans
from dsl.diagnostics import Fix
from dsl.resolver.context import Context

__all__ = ["outside", "resolve_window"]


def resolve_window(
    context: Context, window: Window, *, whole_days: bool = False
) -> tuple[DateSpan, ...] | None:
    """Return what a window means on the day; report what cannot be computed, or holds nothing."""
    if isinstance(window, RollingWindow) and window.amount == 0:
        _report_empty(context, window)
        return None
    week_start = context.catalog.week_start
    context.uses.reads_clock |= reads_clock(window)
    try:
        if isinstance(window, DateRange) and is_reversed(
            window, context.as_of, week_start=week_start
        ):
            context.report_reversed(window.low, window.high)
            return None
        return window_spans(window, context.as_of, week_start=week_start, whole_days=whole_days)
    except DateProblem as problem:
        context.findings.add(problem.diagnostic)
        return None


def _report_empty(context: Context, window: RollingWindow) -> None:
    """`in last 0 days`: a slip, since nothing ever lies in no time (E306)."""
    one = wording.window(replace(window, amount=1))
    written = context.spelling(window, wording.window(window))
    message = f"“{written}” holds no time at all; the shortest such window is “{one}”"
    context.findings.error("E306", message, window, Fix(f"write {one}", window.span, one))


def outside(spans: Iterable[DateSpan]) -> tuple[DateSpan, ...]:
    """Return the spans that hold every instant that none of these hold."""
    gaps: list[DateSpan] = []
    start = None  # where the gap begins; None before the first span only
    for span in sorted(spans, key=lambda each: (each.start is not None, each.start)):
        if span.start is not None and (start is None or span.start > start):
            gaps.append(DateSpan(start, span.start))
        if span.end is None:
            return tuple(gaps)
        start = span.end if start is None else max(start, span.end)
    return (*gaps, DateSpan(start, None))
