"""What was measured of tables and columns, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ampiq_gql.catalog.access import AccessClass
from dsl.catalog import DataType, Grain

__all__ = ["PERCENTILES", "ColumnProfile", "Quantiles", "TableProfile", "ValueCount"]

PERCENTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCount:
    """A value, and how many rows have it."""

    value: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """Values at which that share of the filled rows is reached, as texts.

    Each is a value that occurs: the smallest one with at least that share at or below it.
    """

    p05: str
    p25: str
    median: str
    p75: str
    p95: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """What a column holds.

    `values` are the most frequent first, all of them when `lists_all_values`; numbers, days and
    times are texts (ISO 8601). The `mean` of days and times is a day. `blanks` are empty texts,
    `whitespace` texts of nothing but white space. `distinct` is an estimate with the relative
    standard error `distinct_error`, exact when that is None. Personal data have no values, bounds,
    mean or quantiles.
    """

    name: str
    type: DataType
    access: AccessClass
    filled: int
    distinct: int
    distinct_error: float | None = None
    minimum: str | None = None
    maximum: str | None = None
    values: tuple[ValueCount, ...] = ()
    lists_all_values: bool = False
    blanks: int = 0
    whitespace: int = 0
    mean: str | None = None
    quantiles: Quantiles | None = None

    @property
    def is_distinct_exact(self) -> bool:
        """Say whether the values were counted and not estimated."""
        return self.distinct_error is None

    def classed(self, access: AccessClass) -> ColumnProfile:
        """Return the same with that class: without its values when that restricts them."""
        classed = replace(self, access=access)
        if not access.is_restricted:
            return classed
        return replace(
            classed,
            minimum=None,
            maximum=None,
            values=(),
            lists_all_values=False,
            mean=None,
            quantiles=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableProfile:
    """What a table holds; `grain` is None when it has no customer id."""

    name: str
    rows: int
    grain: Grain | None
    newest_event_on: date | None
    columns: tuple[ColumnProfile, ...]
