"""The use cases of the data explorer, for the API and the command line alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ampiq_gql.catalog import TableEntry, WarehouseCatalog
from ampiq_gql.catalog.history import ColumnHistories, read_history
from ampiq_gql.explorer.classes import unmatched_classes
from ampiq_gql.explorer.examples import example_rows
from ampiq_gql.explorer.models import (
    ColumnUse,
    ExampleRows,
    FoundTable,
    TableLineage,
    TableUnknown,
)
from ampiq_gql.explorer.origins import Lineages, read_lineages
from ampiq_gql.explorer.searching import search_catalog
from ampiq_gql.explorer.uses import ColumnKey, ColumnUses
from ampiq_gql.segments import SegmentService
from ampiq_gql.store import Store
from ampiq_gql.warehouse import Session, Warehouse

__all__ = ["ExplorerService"]


class ExplorerService:
    """Reads tables of the current build. Safe to use from many threads."""

    def __init__(self, store: Store, warehouse: Warehouse, segments: SegmentService) -> None:
        self._warehouse = warehouse
        self._segments = segments
        self._uses = ColumnUses(store, segments, warehouse.dialect)

    def tables(self) -> Sequence[TableEntry]:
        """Return all tables, in the order in which names are looked up; uploaded files last."""
        catalog = self._catalog()
        return (*catalog.tables, *catalog.files)

    def table(self, name: str) -> TableEntry:
        """Return the table of that name or label. Raises `TableUnknown`."""
        return _named(self._catalog(), name)

    def search(self, text: str) -> tuple[FoundTable, ...]:
        """Return the tables and columns that match, by table, the best first."""
        return search_catalog(self._catalog(), text)

    def examples(self, name: str, *, may_read_pii: bool) -> ExampleRows:
        """Return a hundred rows, the same for as long as the build lasts. Raises `TableUnknown`."""
        with self._warehouse.read() as session:
            table = _named(self._segments.catalog(session), name)
            return example_rows(session, table, may_read_pii=may_read_pii)

    def lineage(self, name: str) -> TableLineage:
        """Return where a table comes from. Raises `TableUnknown`."""
        with self._warehouse.read() as session:
            table = _named(self._segments.catalog(session), name)
            lineage = _lineages(session).of(table.name)
            return replace(lineage, constants=_constants(table, lineage))

    def histories(self) -> ColumnHistories:
        """Return since and until which build every column holds data."""
        with self._warehouse.read() as session:
            return session.once("column histories", read_history)

    def uses(self) -> dict[ColumnKey, tuple[ColumnUse, ...]]:
        """Return what uses each column that anything uses."""
        with self._warehouse.read() as session:
            return self._uses.all(session)

    def unmatched_classes(self, stated: Iterable[str]) -> tuple[str, ...]:
        """Return a sentence for each name of `column_classes` that no column has; none unbuilt."""
        names = tuple(stated)
        if not names or self._warehouse.current_build() is None:
            return ()
        with self._warehouse.read() as session:
            return unmatched_classes(names, self._segments.catalog(session), _lineages(session))

    def _catalog(self) -> WarehouseCatalog:
        with self._warehouse.read() as session:
            return self._segments.catalog(session)


def _named(catalog: WarehouseCatalog, name: str) -> TableEntry:
    found = catalog.table(name)
    if found is None:
        raise TableUnknown(name, (*catalog.tables, *catalog.files))
    return found


def _constants(table: TableEntry, lineage: TableLineage) -> frozenset[str]:
    """Return the columns that a statement made of nothing, and of which there is one value."""
    if not lineage.edges:
        return frozenset()
    return frozenset(
        one.name
        for one in table.columns
        if one.name not in lineage.inputs and one.distinct is not None and one.distinct <= 1
    )


def _lineages(session: Session) -> Lineages:
    return session.once("lineages", read_lineages)
