"""What checks look at: the tables of a build that is not published yet, its sources, its past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.sources import Sources, SourceTable
from ampiq_gql.build.validation.carrying import Changes, PassGroups
from ampiq_gql.build.validation.former import Former, TableMeasures
from ampiq_gql.build.validation.texts import is_only_spaces
from ampiq_gql.ingest import SourceKind
from ampiq_gql.warehouse import AnySelect, Dialect

__all__ = ["Absent", "Inputs", "Rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that a check may ask.

    `expected_revenue` is the revenue by month (`2026-06`) as the site's own books have it, None
    when nobody gave it. `former` is the build before, None before the first. `counted` is what
    passes have counted besides, for those that come after them. `changes` is how the tables differ
    from those of `former`; `counts` is what passes count, for the next build to go on from.
    """

    connection: sa.Connection
    dialect: Dialect
    tables: Mapping[str, sa.Table]
    measures: Mapping[str, TableMeasures]
    sources: Sources
    context: BuildContext
    former: Former | None = None
    expected_revenue: Mapping[str, Decimal] | None = None
    counted: dict[str, int] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    counts: dict[str, PassGroups] = field(default_factory=dict)

    def has_rows(self, table: str) -> bool:
        """Say whether anything is in that table of the build."""
        return self.measures[table].rows > 0

    def empty_columns(self, table: str) -> frozenset[str]:
        """Return the columns of a table of the build that are NULL in every row."""
        shares = self.measures[table].null_shares
        return frozenset(name for name, share in shares.items() if share == 1)

    def of_gone(self) -> Inputs:
        """Return the same with those rows alone of moved tables that the former build had."""
        return self._with({name: rows.gone for name, rows in self.changes.moved.items()})

    def of_come(self) -> Inputs:
        """Return the same with those rows alone of moved tables that have come."""
        return self._with({name: rows.come for name, rows in self.changes.moved.items()})

    def _with(self, parts: Mapping[str, sa.Table]) -> Inputs:
        sources = {
            kind: replace(source, table=parts.get(kind.value, source.table))
            for kind, source in self.sources.tables.items()
        }
        tables = {name: parts.get(name, table) for name, table in self.tables.items()}
        return replace(self, tables=tables, sources=Sources(tables=sources))

    def source(self, kind: SourceKind) -> SourceTable:
        """Return a source table."""
        return self.sources[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """Why there is nothing to check, in a sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to check: a table, a source table or a subquery, of which those that meet `where`.

    `empty` columns are NULL in all rows, `never_null` and `never_blank` ones in none: what is known
    is not asked. `shown` are the same rows as people are shown them, who can believe nothing.
    """

    clause: sa.FromClause
    origin: SourceTable | None = None
    empty: frozenset[str] = frozenset()
    never_null: frozenset[str] = frozenset()
    never_blank: frozenset[str] = frozenset()
    where: sa.ColumnElement[bool] | None = None
    shown: Rows | None = None

    def __getitem__(self, name: str) -> Value:
        """Return a column; a typed NULL when the source lacks it."""
        if self.origin is None or name in self.clause.columns:
            return self.clause.columns[name]
        return self.origin.value(name)

    def is_null(self, name: str) -> sa.ColumnElement[bool]:
        """Return the condition that a column is NULL."""
        return sa.false() if name in self.never_null else self[name].is_(None)

    def is_blank(self, name: str) -> sa.ColumnElement[bool]:
        """Return the condition that a column holds no text: NULL, empty or spaces alone."""
        return self.is_null(name) | self.is_only_spaces(name)

    def is_only_spaces(self, name: str) -> sa.ColumnElement[bool]:
        """Return the condition that a text is empty or spaces alone."""
        return sa.false() if name in self.never_blank else is_only_spaces(self[name])

    def select(self, *columns: Value) -> AnySelect:
        """Select columns or figures of the rows."""
        statement = sa.select(*columns).select_from(self.clause)
        return statement if self.where is None else statement.where(self.where)

    def has(self, name: str) -> bool:
        """Say whether something fills the column."""
        if self.origin is None:
            return name in self.clause.columns and name not in self.empty
        return name == "datasource" or self.origin.has(name)
