"""What checks look at: the tables of a build that is not published yet, its sources, its past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.sources import Sources, SourceTable
from ampiq_gql.build.validation.former import Former, TableMeasures
from ampiq_gql.ingest import SourceKind
from ampiq_gql.warehouse import Dialect

__all__ = ["Absent", "Inputs", "Rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that a check may ask.

    `expected_revenue` is the revenue by month (`2026-06`) as the site's own books have it, None
    when nobody gave it. `former` is the build before, None before the first.
    """

    connection: sa.Connection
    dialect: Dialect
    tables: Mapping[str, sa.Table]
    measures: Mapping[str, TableMeasures]
    sources: Sources
    context: BuildContext
    former: Former | None = None
    expected_revenue: Mapping[str, Decimal] | None = None

    def has_rows(self, table: str) -> bool:
        """Say whether anything is in that table of the build."""
        return self.measures[table].rows > 0

    def empty_columns(self, table: str) -> frozenset[str]:
        """Return the columns of a table of the build that are NULL in every row."""
        shares = self.measures[table].null_shares
        return frozenset(name for name, share in shares.items() if share == 1)

    def source(self, kind: SourceKind) -> SourceTable:
        """Return a source table."""
        return self.sources[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """Why there is nothing to check, in a sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to check: a table, a source table or a subquery; `empty` columns are NULL in all."""

    clause: sa.FromClause
    origin: SourceTable | None = None
    empty: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Value:
        """Return a column; a typed NULL when the source lacks it."""
        if self.origin is None or name in self.clause.columns:
            return self.clause.columns[name]
        return self.origin.value(name)

    def has(self, name: str) -> bool:
        """Say whether something fills the column."""
        if self.origin is None:
            return name in self.clause.columns and name not in self.empty
        return name == "datasource" or self.origin.has(name)
