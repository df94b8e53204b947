"""The six windows of prebuilt attributes, as bounds on the wall clock of the site."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

__all__ = ["LIFETIME", "Window", "end_of", "months_before", "windows"]

LIFETIME = "lifetime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days after `after` up to and including `through`; open when `after` is None."""

    prefix: str
    after: date | None
    through: date

    def holds(self, moment: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
        """Say whether a wall clock time falls into the window."""
        before_end = moment < end_of(self.through)
        return before_end if self.after is None else (moment >= end_of(self.after)) & before_end


def end_of(day: date) -> datetime:
    """Return the first instant after the day."""
    return datetime.combine(day + timedelta(days=1), time())


def months_before(day: date, months: int) -> date:
    """Go back; a day that the month lacks becomes its last (31 March - 1 month = 28 February)."""
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def windows(as_of: date) -> tuple[Window, ...]:
    """Return the windows of a build, lifetime first."""
    year_ago = months_before(as_of, 12)
    return (
        Window(prefix=LIFETIME, after=None, through=as_of),
        Window(prefix="l30d", after=as_of - timedelta(days=30), through=as_of),
        Window(prefix="l3m", after=months_before(as_of, 3), through=as_of),
        Window(prefix="l6m", after=months_before(as_of, 6), through=as_of),
        Window(prefix="l12m", after=year_ago, through=as_of),
        Window(prefix="ly12m", after=months_before(as_of, 24), through=year_ago),
    )
