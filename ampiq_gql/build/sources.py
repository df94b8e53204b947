"""The source tables as a build sees them: every column can be asked for, most are not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.columns import spec_of
from ampiq_gql.ingest.sources import BroughtColumn, brought_columns, column_type, source_table

__all__ = ["SourceTable", "Sources", "open_sources"]

Value = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """One source table with what its files brought."""

    kind: SourceKind
    table: sa.Table
    brought: tuple[BroughtColumn, ...]
    has_rows: bool

    def has(self, name: str) -> bool:
        """Say whether some file brought the column."""
        return self.has_rows and any(column.name == name for column in self.brought)

    def get(self, name: str) -> Value | None:
        """Return the column, None when no file brought it."""
        return self.table.columns[name] if self.has(name) else None

    def value(self, name: str) -> Value:
        """Return the column, a typed NULL when no file brought it."""
        spec = spec_of(self.kind).column(name)
        kind = column_type(spec.type) if spec else sa.Text()
        found = self.get(name)
        return sa.cast(sa.null(), kind) if found is None else found

    @property
    def attributes(self) -> tuple[BroughtColumn, ...]:
        """Return the columns that the kind does not know."""
        return tuple(column for column in self.brought if column.is_attribute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All source tables of a build."""

    tables: Mapping[SourceKind, SourceTable]

    def __getitem__(self, kind: SourceKind) -> SourceTable:
        return self.tables[kind]


def open_sources(connection: sa.Connection) -> Sources:
    """See which tables and columns there are."""
    return Sources(tables={kind: _open(connection, kind) for kind in SourceKind})


def _open(connection: sa.Connection, kind: SourceKind) -> SourceTable:
    brought = brought_columns(connection, kind)
    table = source_table(kind, (column.name for column in brought))
    found = connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
    return SourceTable(kind=kind, table=table, brought=brought, has_rows=found is not None)
