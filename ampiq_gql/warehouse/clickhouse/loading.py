"""The source tables, from the home into ClickHouse: as they stand, without their history."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from ampiq_gql.warehouse.clickhouse.bulk import load_arrow
from ampiq_gql.warehouse.clickhouse.dialect import NEVER_NULL
from ampiq_gql.warehouse.duckdb.ddl import Attach
from ampiq_gql.warehouse.duckdb.instance import Instance
from ampiq_gql.warehouse.duckdb.sources import source_tables
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.model import SOURCES_SCHEMA

__all__ = ["load_sources"]

BATCH_ROWS = 122_880
"""As many rows as DuckDB keeps together anyway."""

HISTORY_SUFFIX = "_history"
"""Of tables of rows that were replaced or removed: no build reads them."""


def load_sources(
    connection: sa.Connection, layout: HomeLayout, memory_limit: str | None
) -> sa.MetaData:
    """Load every table and return what they are; the caller holds the lock on the sources."""
    instance = Instance.open(layout.spill, memory_limit=memory_limit)
    try:
        with instance.engine.connect() as embedded:
            embedded.execute(Attach(layout.sources, SOURCES_SCHEMA, is_read_only=True))
            metadata = sa.MetaData(schema=SOURCES_SCHEMA)
            for table in source_tables(embedded).sorted_tables:
                if not table.name.endswith(HISTORY_SUFFIX):
                    _load(embedded, connection, table.to_metadata(metadata))
            return metadata
    finally:
        instance.close()


def _load(embedded: sa.Connection, connection: sa.Connection, table: sa.Table) -> None:
    table.info[NEVER_NULL] = _filled(embedded, table)
    connection.execute(CreateTable(table))
    result: Any = embedded.execute(
        sa.select(*table.columns), execution_options={"duckdb_arrow": True}
    )
    with result.batches(BATCH_ROWS) as batches:
        load_arrow(connection, table, batches)


def _filled(embedded: sa.Connection, table: sa.Table) -> frozenset[str]:
    """Return the columns without a NULL: they need no second column that says so."""
    counts = [sa.func.count(column) for column in table.columns]
    rows, *filled = embedded.execute(sa.select(sa.func.count(), *counts)).one()
    names = table.columns.keys()
    return frozenset(
        name for name, count in zip(names, filled, strict=True) if count == rows and rows
    )
