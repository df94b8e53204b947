"""Names that expressions can use, as the store knows them now."""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.store import Store
from ampiq_gql.store.segments import SegmentRecord
from dsl.catalog import ListKind

__all__ = ["StoredNames"]

_UPLOADED = frozenset({ListKind.FILE, ListKind.LIST})


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
        """Return the table that holds the uploaded list of that name."""
        if kind not in _UPLOADED:
            return None
        with self._store.read() as work:
            found = work.lists.by_name(name)
        return None if found is None else found.table_name

    def list_names(self, kind: ListKind) -> Sequence[str]:
        """Return the names of uploaded lists, sorted."""
        if kind not in _UPLOADED:
            return ()
        with self._store.read() as work:
            return work.lists.names()
