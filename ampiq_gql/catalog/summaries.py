"""From counted values and sums to the figures of a column, worked out exactly and in one way.

Engines add up; dividing and choosing is done here, so that every engine shows the same texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from typing import Any

from ampiq_gql.catalog.profiles import PERCENTILES, Quantiles, ValueCount
from dsl.catalog import DataType

__all__ = [
    "FIRST_DAY", "Counted", "Summary", "counted_summary", "mean_of", "quantiles_of", "shown",
    "shown_values",
]  # fmt: skip

FIRST_DAY = date(2000, 1, 1)
"""Days are added up as distances from it."""

FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Counted:
    """A value as the engine gave it, and how many rows have it."""

    value: Any
    rows: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What follows from all values of a column and their counts."""

    minimum: Any
    maximum: Any
    quantiles: tuple[Any, ...]


def counted_summary(values: Iterable[Counted]) -> Summary:
    """Summarise a column all of whose values are listed; there is at least one."""
    ordered = sorted(values, key=lambda counted: counted.value)
    through = list(accumulate(counted.rows for counted in ordered))
    quantiles = [
        next(
            counted.value
            for counted, reached in zip(ordered, through, strict=True)
            if reached * 100 >= through[-1] * percentage
        )
        for percentage in PERCENTILES
    ]
    return Summary(ordered[0].value, ordered[-1].value, tuple(quantiles))


def mean_of(data_type: DataType, total: Any, filled: int) -> str | None:
    """Return the mean to four places, halves up; of days and times the day it falls on."""
    if total is None or not filled:
        return None
    if data_type in (DataType.DATE, DataType.DATETIME):
        return shown(FIRST_DAY + timedelta(days=int(total) // filled))
    if data_type is DataType.FLOAT:
        return shown(total / filled)
    return shown((Decimal(total) / filled).quantize(FOUR_PLACES, ROUND_HALF_UP))


def quantiles_of(values: Sequence[Any]) -> Quantiles | None:
    """Return the quantiles as texts; None when there are none."""
    if not values:
        return None
    p05, p25, median, p75, p95 = (shown(value) or "" for value in values)
    return Quantiles(p05=p05, p25=p25, median=median, p75=p75, p95=p95)


def shown(value: Any) -> str | None:
    """Return a value as text: days and times by ISO 8601, `true` and `false`."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def shown_values(values: Iterable[Counted]) -> tuple[ValueCount, ...]:
    """Return the values as texts."""
    return tuple(
        ValueCount(value=shown(counted.value) or "", rows=counted.rows) for counted in values
    )
