"""What was measured of tables and columns, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dsl.catalog import DataType, Grain

__all__ = ["ColumnProfile", "TableProfile", "ValueCount"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCount:
    """A value, and how many rows have it."""

    value: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """What a column holds. `values` are the most frequent first, all of them when
    `lists_all_values`; `minimum` and `maximum` are texts. None of these for personal data."""

    name: str
    type: DataType
    filled: int
    distinct: int
    is_distinct_exact: bool
    minimum: str | None
    maximum: str | None
    values: tuple[ValueCount, ...]
    lists_all_values: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TableProfile:
    """What a table holds; `grain` is None when it has no customer id."""

    name: str
    rows: int
    grain: Grain | None
    newest_event_on: date | None
    columns: tuple[ColumnProfile, ...]
