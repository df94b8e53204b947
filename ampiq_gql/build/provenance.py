"""Keeps in a build where its tables come from: files, source tables, columns (data-model.md §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.build.lineage import ColumnOrigin, Lineage, TableRef
from ampiq_gql.catalog.stored import catalog_lineage, catalog_loads, provenance_metadata
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.sources import LOADS, source_table
from ampiq_gql.warehouse import Session, load_arrow

__all__ = ["LineageRow", "adopt_lineage", "read_lineage", "store_lineage", "store_provenance"]

LineageRow: TypeAlias = tuple[str, str | None, str, str, str | None, bool | None]
"""A row of `catalog_lineage`."""


def read_lineage(session: Session) -> list[LineageRow]:
    """Return the lineage of the session's build."""
    return session.rows(sa.select(*catalog_lineage.columns))


def adopt_lineage(lineage: Lineage, table: str, rows: Iterable[LineageRow]) -> None:
    """Take over what a former build recorded of a table that stands as it was made."""
    tables: list[TableRef] = []
    columns: list[tuple[str, ColumnOrigin]] = []
    for name, column, schema, origin, origin_column, is_value in rows:
        if name != table:
            continue
        ref = TableRef(schema=schema, name=origin)
        if column is None or origin_column is None:
            tables.append(ref)
        else:
            found = ColumnOrigin(table=ref, column=origin_column, is_value=bool(is_value))
            columns.append((column, found))
    lineage.adopt(table, tables, columns)


def store_lineage(connection: sa.Connection, lineage: Lineage) -> None:
    """Write where the tables come from; no files are behind them yet."""
    provenance_metadata.create_all(connection, tables=[catalog_lineage, catalog_loads])
    names = catalog_lineage.columns.keys()
    rows = [dict(zip(names, row, strict=True)) for row in _rows(lineage)]
    schema = pa.schema(
        [
            (column.name, pa.bool_() if isinstance(column.type, sa.Boolean) else pa.string())
            for column in catalog_lineage.columns
        ]
    )
    load_arrow(connection, catalog_lineage, pa.Table.from_pylist(rows, schema).to_reader())


def store_provenance(connection: sa.Connection, lineage: Lineage) -> None:
    """Write the lineage of the tables, and the loads that their sources hold."""
    store_lineage(connection, lineage)
    table = sa.case(
        {kind.value: source_table(kind).name for kind in SourceKind}, value=LOADS.c.kind
    )
    loads = sa.select(
        table,
        LOADS.c.load_number,
        LOADS.c.datasource,
        LOADS.c.file,
        LOADS.c.loaded_at,
        LOADS.c.rows_loaded,
    )
    connection.execute(catalog_loads.insert().from_select(catalog_loads.columns.keys(), loads))


def _rows(lineage: Lineage) -> Iterator[tuple[str | bool | None, ...]]:
    for table, origin in lineage.tables():
        yield table, None, origin.schema, origin.name, None, None
    for table, column, found in lineage.columns():
        yield table, column, found.table.schema, found.table.name, found.column, found.is_value
