"""Small expressions that several tables share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from ampiq_gql.warehouse.arithmetic import ExactQuotient, ExactRatio

__all__ = [
    "MONEY", "TOTAL", "Value", "average", "days_between", "first_known", "is_purchase", "ratio",
    "site_time", "total",
]  # fmt: skip

Value = sa.ColumnElement[Any]

MONEY = sa.Numeric(18, 4)
TOTAL = sa.Numeric(38, 4)
"""Sums of money may outgrow the columns they are sums of."""


def site_time(instant: Value, zone: str) -> Value:
    """Turn naive UTC into the wall clock of the site; exact for every instant."""
    if zone == "UTC":
        return instant
    return sa.func.timezone(zone, sa.func.timezone("UTC", instant), type_=sa.DateTime)


def is_purchase(lines: sa.FromClause) -> sa.ColumnElement[bool]:
    """Say whether a line is neither returned nor canceled; unknown flags count as no."""
    return sa.not_(
        sa.func.coalesce(lines.c.is_return, sa.false())
        | sa.func.coalesce(lines.c.is_cancellation, sa.false())
    )


def total(amount: Value, *where: sa.ColumnElement[bool], kind: Any = TOTAL) -> Value:
    """Add up exactly; nothing is 0."""
    added = sa.func.sum(amount).filter(*where) if where else sa.func.sum(amount)
    return sa.cast(sa.func.coalesce(added, 0), kind)


def average(amount: Value, count: Value) -> Value:
    """Divide exact sums to four places, halves up; NULL over nothing (readings.md 38)."""
    return ExactQuotient(amount, count)


def ratio(part: Value, whole: Value) -> Value:
    """Divide two amounts to four places, halves up; NULL over nothing."""
    return ExactRatio(part, whole)


def days_between(early: Value, late: Value) -> Value:
    """Count midnights between two wall clock times."""
    return sa.cast(late, sa.Date) - sa.cast(early, sa.Date)


def first_known(values: Iterable[Value | None]) -> Value | None:
    """Return the first value that is not NULL among those that exist at all."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return known[0] if len(known) == 1 else sa.func.coalesce(*known)
