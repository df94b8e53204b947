"""Keeps in a build where its tables come from: files, source tables, columns (data-model.md §6)."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.build.lineage import Lineage
from ampiq_gql.catalog.stored import catalog_lineage, catalog_loads, provenance_metadata
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.sources import LOADS, source_table
from ampiq_gql.warehouse import load_arrow

__all__ = ["store_provenance"]


def store_provenance(connection: sa.Connection, lineage: Lineage) -> None:
    """Write the lineage of the tables, and the loads that their sources hold."""
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
