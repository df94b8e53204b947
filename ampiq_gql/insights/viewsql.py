"""View SQL: the statement that ran, written out for people only when somebody looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ampiq_gql.warehouse import Dialect, Statement

__all__ = ["ViewSql"]


class _Renderer(Protocol):
    def __call__(
        self, statement: Statement[*tuple[Any, ...]], dialect: Dialect | None = None
    ) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSql:
    """A statement and how to show it; formatting costs more than many queries, so it waits."""

    statement: Statement[*tuple[Any, ...]]
    engine: Dialect
    renderer: _Renderer

    def text(self, dialect: Dialect | None = None) -> str:
        """Return the statement, indented and with its values written out (default: as it ran)."""
        return self.renderer(self.statement, dialect or self.engine)
