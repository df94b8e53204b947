"""Many rows at once into any engine: Arrow in, no Python value in between."""

from __future__ import annotations

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.warehouse import duckdb

__all__ = ["load_arrow", "settle"]

POSTGRESQL = "postgresql"
CLICKHOUSE = "clickhousedb"


def load_arrow(connection: sa.Connection, table: sa.Table, reader: pa.RecordBatchReader) -> int:
    """Append the rows, matching columns by name, and return how many there were.

    Columns that the reader lacks become NULL.
    """
    if connection.dialect.name == POSTGRESQL:
        from ampiq_gql.warehouse.postgresql.bulk import load_arrow as copy  # an optional extra

        return copy(connection, table, reader)
    if connection.dialect.name == CLICKHOUSE:
        from ampiq_gql.warehouse.clickhouse.bulk import load_arrow as insert  # an optional extra

        return insert(connection, table, reader)
    return duckdb.load_arrow(connection, table, reader)


def settle(connection: sa.Connection, table: sa.Table) -> None:
    """Tell the engine that a table is filled, before others are made of it.

    PostgreSQL plans by statistics that somebody must gather; the others look for themselves.
    """
    if connection.dialect.name == POSTGRESQL:
        from ampiq_gql.warehouse.postgresql.ddl import Analyze  # an optional extra

        connection.execute(Analyze(table))
