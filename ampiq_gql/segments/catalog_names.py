"""Names that expressions can use, as the store knows them now."""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.store import Store
from ampiq_gql.store.segments import SegmentRecord
from dsl.catalog import ListKind

__all__ = ["UPLOADED", "StoredNames"]

UPLOADED = frozenset({ListKind.FILE, ListKind.LIST})
"""How expressions can name an uploaded list."""


class StoredNames:
    """Implements `ampiq_gql.catalog.SegmentNames`; every question is asked of the store anew."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def segment(self, name: str) -> SegmentRecord | None:
        """Return the saved segment of that name, whatever its case."""
        with self._store.read() as work:
            return work.segments.by_name(name)

    def segment_names(self) -> Sequence[str]:
        """Return the names of all saved segments, sorted."""
        with self._store.read() as work:
            return work.segments.names()

    def list_table(self, kind: ListKind, name: str) -> str | None:
        """Return the table of the uploaded list, or of the query's result, of that name."""
        with self._store.read() as work:
            if kind in UPLOADED:
                uploaded = work.lists.by_name(name)
                return None if uploaded is None else uploaded.table_name
            query = work.queries.by_name(name) if kind is ListKind.QUERY else None
        return query.table_name if query is not None and query.is_usable else None

    def list_names(self, kind: ListKind) -> Sequence[str]:
        """Return the names of uploaded lists, or of queries that make lists, sorted."""
        with self._store.read() as work:
            if kind in UPLOADED:
                return work.lists.names()
            return work.queries.usable_names() if kind is ListKind.QUERY else ()
