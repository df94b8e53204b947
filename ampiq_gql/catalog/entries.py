"""Tables and columns as the language, the data explorer and the pickers see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from ampiq_gql.catalog.access import AccessClass
from ampiq_gql.catalog.profiles import Quantiles, ValueCount
from dsl.catalog import DataType, Grain, Unit

__all__ = ["ColumnEntry", "MemberListEntry", "TableEntry"]


# Entries are compared by identity: SQLAlchemy expressions answer `==` with an expression.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ColumnEntry:
    """A column and what the build measured of it; implements `dsl.catalog.Column`.

    `completion` and `uniqueness` are shares of all rows, 0 to 1. Everything measured is None, or
    empty, when the column was not profiled; values are never there for personal data. See
    `ColumnProfile` for what was measured.
    """

    table_name: str
    name: str
    label: str
    description: str
    type: DataType
    unit: Unit | None
    access: AccessClass
    is_snapshot: bool
    element: sa.ColumnElement[Any] = field(repr=False)
    completion: float | None = None
    distinct: int | None = None
    distinct_error: float | None = None
    uniqueness: float | None = None
    minimum: str | None = None
    maximum: str | None = None
    top_values: tuple[ValueCount, ...] = ()
    known_values: frozenset[str] | None = field(default=None, repr=False)
    blanks: int | None = None
    whitespace: int | None = None
    mean: str | None = None
    quantiles: Quantiles | None = None

    @property
    def is_pii(self) -> bool:
        """Its values are personal data, which not everybody may see."""
        return self.access.is_restricted

    def shown(self, *, may_read_pii: bool) -> sa.ColumnElement[Any]:
        """Return what is read of a row: NULL for those who may not read the value."""
        if self.is_pii and not may_read_pii:
            return sa.cast(sa.null(), self.element.type)
        return self.element

    @property
    def is_distinct_exact(self) -> bool:
        """The number of values was counted and not estimated."""
        return self.distinct_error is None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TableEntry:
    """A table and what the build measured of it; implements `dsl.catalog.Table`.

    `rows` is None when the table changes between builds and was not counted.
    """

    name: str
    label: str
    description: str
    grain: Grain
    rows: int | None
    columns: tuple[ColumnEntry, ...] = field(repr=False)
    selectable: sa.FromClause = field(repr=False)
    id_column: sa.ColumnElement[Any] | None = field(repr=False)
    event_time: ColumnEntry | None
    newest_event_on: date | None
    lookup_rank: int
    columns_by_name: Mapping[str, ColumnEntry] = field(repr=False)

    def column(self, name: str) -> ColumnEntry | None:
        """Return the column of that normalised name or label; a name wins over a label."""
        return self.columns_by_name.get(name)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MemberListEntry:
    """A list of customers in the warehouse; implements `dsl.catalog.MemberList`."""

    name: str
    selectable: sa.FromClause
    id_column: sa.ColumnElement[Any]
