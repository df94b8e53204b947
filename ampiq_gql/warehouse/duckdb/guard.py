"""What readers may send: one SELECT, whatever text a part of it was made of.

The database itself refuses writes and foreign files (`snapshot.lock_down`); this second wall also
refuses what would be harmless but has no business in a reader, such as COPY or ATTACH.
"""

from __future__ import annotations

import duckdb

from ampiq_gql.errors import Fault

__all__ = ["StatementGuard"]

REMEMBERED_TEXTS = 2_000


class StatementGuard:
    """Accepts statements of one kind; remembers texts, since parsing a long one takes 1 ms."""

    def __init__(self, kind: duckdb.StatementType) -> None:
        self._kind = kind
        self._accepted: set[str] = set()

    def check(self, raw: duckdb.DuckDBPyConnection, text: str) -> None:
        """Raise `Fault` unless `text` is exactly one statement of the kind."""
        if text in self._accepted:
            return
        kinds = [statement.type for statement in raw.extract_statements(text)]
        if kinds != [self._kind]:
            raise Fault(f"A reader may send one {self._kind.name}, not {kinds}: {text}")
        if len(self._accepted) >= REMEMBERED_TEXTS:
            self._accepted.clear()
        self._accepted.add(text)
