"""Lineage as the build kept it: from files over source tables to the tables of the build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa

from ampiq_gql.catalog.stored import catalog_lineage, catalog_loads
from ampiq_gql.explorer.models import (
    ColumnInput,
    LineageEdge,
    LineageTable,
    SourceLoad,
    TableLineage,
)
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.columns import spec_of
from ampiq_gql.ingest.sources import source_table
from ampiq_gql.warehouse import SOURCES_SCHEMA, Session

__all__ = ["Lineages", "read_lineages"]

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineages:
    """The lineage of one build."""

    origins: Mapping[str, tuple[str, ...]]
    inputs: Mapping[tuple[str, str], tuple[ColumnInput, ...]]
    loads: Mapping[str, tuple[SourceLoad, ...]]

    def of(self, table: str) -> TableLineage:
        """Return that of a table; empty for a table that no statement of the build made."""
        above = tuple(dict.fromkeys(self._above(table)))
        edges = {
            LineageEdge(origin=origin, table=one)
            for one in above
            for origin in self.origins.get(one, ())
        }
        inputs = {column: found for (name, column), found in self.inputs.items() if name == table}
        tags = {column: self._tag(table, column) for column in inputs}
        return TableLineage(
            table=table,
            tables=tuple(map(self._table, above)),
            edges=tuple(sorted(edges)),
            inputs=inputs,
            tags={column: tag for column, tag in tags.items() if tag},
            readers=tuple(name for name, read in self.origins.items() if table in read),
        )

    def _above(self, table: str) -> Iterator[str]:
        """Yield every table that this one is made of, the first ones first, and itself."""
        for origin in self.origins.get(table, ()):
            yield from self._above(origin)
        yield table

    def _table(self, name: str) -> LineageTable:
        return LineageTable(
            name=name,
            is_source=name.startswith(f"{SOURCES_SCHEMA}."),
            loads=self.loads.get(name, ()),
        )

    def _tag(self, table: str, column: str) -> str | None:
        """Return the tag of the one known source column whose value this is, if it is only one."""
        tags = set(self._tags(table, column))
        return tags.pop() if len(tags) == 1 else None

    def _tags(self, table: str, column: str) -> Iterator[str | None]:
        for found in self.inputs.get((table, column), ()):
            if not found.is_value:
                continue
            if found.table in _KINDS:
                kind = _KINDS[found.table]
                known = spec_of(kind).column(found.column)
                yield f"{kind.value}/{found.column}" if known else None
            else:
                yield from self._tags(found.table, found.column)


def _qualified(schema: str, table: str) -> str:
    """Return the name of a table; those of the sources show where they lie."""
    return f"{schema}.{table}" if schema == SOURCES_SCHEMA else table


_KINDS: Mapping[str, SourceKind] = {
    _qualified(SOURCES_SCHEMA, source_table(kind).name): kind for kind in SourceKind
}


def read_lineages(session: Session) -> Lineages:
    """Read the lineage of the session's build; builds of earlier versions have none."""
    if not session.build.has_origins:
        return Lineages(origins={}, inputs={}, loads={})
    rows = session.rows(sa.select(*catalog_lineage.columns))
    tables = ((row[0], _qualified(row[2], row[3])) for row in rows if row[1] is None)
    columns = (
        (
            (row[0], row[1]),
            ColumnInput(table=_qualified(row[2], row[3]), column=row[4], is_value=row[5]),
        )
        for row in rows
        if row[1] is not None
    )
    return Lineages(
        origins=_grouped(tables), inputs=_grouped(columns), loads=_grouped(_loads(session))
    )


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _loads(session: Session) -> Iterator[tuple[str, SourceLoad]]:
    statement = sa.select(*catalog_loads.columns).order_by(
        catalog_loads.c.loaded_at, catalog_loads.c.file
    )
    for table, number, datasource, file, loaded_at, rows in session.rows(statement):
        yield (
            _qualified(SOURCES_SCHEMA, table),
            SourceLoad(
                number=number, datasource=datasource, file=file, loaded_at=loaded_at, rows=rows
            ),
        )
