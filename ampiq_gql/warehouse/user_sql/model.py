"""Values of user SQL: what it may read, what came of judging it, and how it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ampiq_gql.errors import Invalid

__all__ = ["ReadableColumn", "ReadableTable", "ResultColumn", "SqlRefused", "UserSql"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableColumn:
    """A column that a query may name; `type` is any type name of SQL."""

    name: str
    type: str
    is_pii: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableTable:
    """A table that a query may name, and the relation of schema `c360` behind that name."""

    name: str
    relation: str
    columns: tuple[ReadableColumn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultColumn:
    """A column of the result.

    `is_pii` follows the values, not the name: `SELECT email AS x` is personal data, and so is
    every expression over it other than a count (data-model.md §7).
    """

    name: str
    is_pii: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSql:
    """One SELECT that passed the guard.

    `text` is what runs: the query as the parser understood it, with every table replaced by its
    relation. `probes` are columns of personal data (`table.column`) that decide which rows come
    back or how they are grouped and ordered; who may not read personal data may not use them so
    (readings.md 22).
    """

    text: str
    columns: tuple[ResultColumn, ...]
    reads: frozenset[tuple[str, str]]
    """Table and column of everything that is read."""
    probes: tuple[str, ...]

    def statement(self, *, may_read_pii: bool = True) -> sa.Select[Any]:
        """Return the query as a selectable, for the engine it was written for.

        Results of personal data are NULL for those who may not read them: they never leave the
        database.
        """
        rows = self.rows()
        return sa.select(
            *(
                sa.cast(sa.null(), sa.Text()).label(column.name)
                if column.is_pii and not may_read_pii
                else rows.c[column.name]
                for column in self.columns
            )
        )

    def rows(self) -> sa.FromClause:
        """Return the query as a relation to select from."""
        # A colon would begin a bound value: SQLAlchemy reads `\:` as the character.
        text = sa.text(self.text.replace(":", r"\:"))
        return text.columns(*(sa.column(column.name) for column in self.columns)).subquery("query")


class SqlRefused(Invalid):
    """A query of a user that will not be run.

    Codes: SQL_SYNTAX, SQL_TOO_LARGE, SQL_NOT_ONE_SELECT, SQL_CONSTRUCT_REFUSED,
    SQL_FUNCTION_REFUSED, SQL_TABLE_UNKNOWN, SQL_COLUMN_UNKNOWN.
    """
