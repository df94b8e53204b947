"""The source tables, open for writing by one owner at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.warehouse.duckdb.bulk import load_arrow
from ampiq_gql.warehouse.duckdb.ddl import Attach, Use
from ampiq_gql.warehouse.duckdb.instance import Instance
from ampiq_gql.warehouse.duckdb.reflection import reflect_tables
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.locks import claim_sources
from ampiq_gql.warehouse.model import SOURCES_SCHEMA
from ampiq_gql.warehouse.protocols import AnySelect

__all__ = ["DuckDBSources", "open_sources", "source_tables"]


class DuckDBSources:
    """See `protocols.SourcesConnection`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> sa.Connection:
        """Tables lie in schema `sources`."""
        return self._connection

    def tables(self) -> sa.MetaData:
        """Return the source tables as they stand."""
        return source_tables(self._connection)

    @property
    def staging(self) -> sa.Connection:
        """The same database: what is staged needs no way."""
        return self._connection

    def stage(self, table: sa.Table, reader: pa.RecordBatchReader) -> int:
        """Append the rows to a staging table."""
        return load_arrow(self._connection, table, reader)

    def load_arrow(self, table: sa.Table, reader: pa.RecordBatchReader) -> int:
        """Append the rows to a source table."""
        return load_arrow(self._connection, table, reader)

    def bring(self, table: sa.Table, names: Sequence[str], rows: AnySelect) -> None:
        """Append the rows to a source table."""
        self._connection.execute(table.insert().from_select(list(names), rows))


def source_tables(connection: sa.Connection) -> sa.MetaData:
    """Return the source tables that the connection can see."""
    return reflect_tables(connection, place=f"{SOURCES_SCHEMA}.main", schema=SOURCES_SCHEMA)


@contextmanager
def open_sources(
    layout: HomeLayout, purpose: str, memory_limit: str | None
) -> Iterator[DuckDBSources]:
    """Open the source tables under their lock; what is not committed at the end is lost."""
    with claim_sources(layout.sources_lock, purpose):
        instance = Instance.open(layout.spill, memory_limit=memory_limit, is_autocommit=False)
        try:
            with instance.engine.connect() as connection:
                connection.execute(Attach(layout.sources, SOURCES_SCHEMA, is_read_only=False))
                connection.execute(Use(SOURCES_SCHEMA))
                connection.commit()
                yield DuckDBSources(connection)
        finally:
            instance.close()
