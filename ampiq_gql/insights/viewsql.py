"""View SQL: the statement that ran, written out for people only when somebody looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ampiq_gql.warehouse import AnySelect, Dialect, render_sql

__all__ = ["ViewSql"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSql:
    """A statement and how to show it; making its text costs more than many queries, so it waits."""

    statement: Callable[[], AnySelect]
    engine: Dialect

    def text(self, dialect: Dialect | None = None) -> str:
        """Return the statement, indented and with its values written out (default: as it ran)."""
        return render_sql(self.statement(), dialect or self.engine)
