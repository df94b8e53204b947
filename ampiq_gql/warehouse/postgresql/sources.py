"""The source tables, open for writing by one owner at a time."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.warehouse.duckdb.bulk import load_arrow as load_staging
from ampiq_gql.warehouse.duckdb.instance import Instance
from ampiq_gql.warehouse.errors import SourcesBusy
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.locks import is_alive
from ampiq_gql.warehouse.model import SOURCES_SCHEMA
from ampiq_gql.warehouse.postgresql.bulk import load_arrow
from ampiq_gql.warehouse.postgresql.control import SOURCES_LOCK, SOURCES_OWNER
from ampiq_gql.warehouse.postgresql.ddl import DiscardAll
from ampiq_gql.warehouse.postgresql.dialect import SOURCES_PLACE
from ampiq_gql.warehouse.postgresql.failures import explained
from ampiq_gql.warehouse.postgresql.server import Server
from ampiq_gql.warehouse.protocols import AnySelect

__all__ = ["PostgreSQLSources", "claim_sources", "open_sources", "source_tables"]

BATCH_ROWS = 65_536
PATIENCE_SECONDS = 10.0
"""How long the server may take to notice that the process of the owner has died."""


class PostgreSQLSources:
    """See `protocols.SourcesConnection`."""

    def __init__(self, connection: sa.Connection, staging: sa.Connection) -> None:
        self._connection = connection
        self._staging = staging

    @property
    def connection(self) -> sa.Connection:
        """Tables lie in schema `sources`."""
        return self._connection

    @property
    def staging(self) -> sa.Connection:
        """An embedded DuckDB of this process."""
        return self._staging

    def tables(self) -> sa.MetaData:
        """Return the source tables as they stand."""
        return source_tables(self._connection)

    def stage(self, table: sa.Table, reader: pa.RecordBatchReader) -> int:
        """Append the rows to a staging table."""
        return load_staging(self._staging, table, reader)

    def load_arrow(self, table: sa.Table, reader: pa.RecordBatchReader) -> int:
        """Append the rows to a source table, in the transaction of `connection`."""
        if not self._connection.in_transaction():
            self._connection.begin()
        return load_arrow(self._connection, table, reader)

    def bring(self, table: sa.Table, names: Sequence[str], rows: AnySelect) -> None:
        """Append the rows to a source table, in the transaction of `connection`."""
        result: Any = self._staging.execute(rows, execution_options={"duckdb_arrow": True})
        with result.batches(BATCH_ROWS) as batches:
            kinds = [field.type for field in batches.schema]
            schema = pa.schema(list(zip(names, kinds, strict=True)))
            renamed = (
                pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in batches
            )
            self.load_arrow(table, pa.RecordBatchReader.from_batches(schema, renamed))
        self._staging.commit()


def source_tables(connection: sa.Connection) -> sa.MetaData:
    """Return the source tables that the connection can see."""
    metadata = sa.MetaData(schema=SOURCES_SCHEMA)
    found = sa.inspect(connection).get_multi_columns(schema=SOURCES_PLACE)
    for (_, name), columns in sorted(found.items(), key=lambda item: item[0][1]):
        sa.Table(name, metadata, *(sa.Column(column["name"], column["type"]) for column in columns))
    return metadata


@contextmanager
def open_sources(
    server: Server, layout: HomeLayout, purpose: str, memory_limit: str | None
) -> Iterator[PostgreSQLSources]:
    """Open the source tables under their lock; what is not committed at the end is lost."""
    with claim_sources(server, purpose) as connection:
        connection.execution_options(isolation_level="READ COMMITTED")
        instance = Instance.open(layout.spill, memory_limit=memory_limit, is_autocommit=False)
        try:
            with instance.engine.connect() as staging:
                yield PostgreSQLSources(connection, staging)
        finally:
            instance.close()


@contextmanager
def claim_sources(server: Server, purpose: str) -> Iterator[sa.Connection]:
    """Lend a connection that holds the lock on the source tables; it commits by itself.

    Raises `SourcesBusy` that names who holds it. The lock goes with the connection, and so with
    its process.
    """
    with explained(server.place):
        connection = server.engine.connect()
    try:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        _claim(connection, purpose)
        connection.commit()
        yield connection
    finally:
        _release(connection)


def _claim(connection: sa.Connection, purpose: str) -> None:
    claim = sa.select(sa.func.pg_try_advisory_lock(SOURCES_LOCK))
    patient_until = time.monotonic() + PATIENCE_SECONDS
    while not connection.execute(claim).scalar_one():
        owner = connection.execute(sa.select(SOURCES_OWNER)).first()
        if not _is_dead(owner) or time.monotonic() > patient_until:
            raise SourcesBusy(_describe(owner))
        time.sleep(0.05)
    connection.execute(SOURCES_OWNER.delete())
    connection.execute(
        SOURCES_OWNER.insert().values(
            purpose=purpose,
            process=os.getpid(),
            host=socket.gethostname(),
            since=datetime.now(UTC),
        )
    )


def _is_dead(owner: sa.Row[tuple[str, int, str, datetime]] | None) -> bool:
    return owner is not None and owner.host == socket.gethostname() and not is_alive(owner.process)


def _describe(owner: sa.Row[tuple[str, int, str, datetime]] | None) -> str:
    if owner is None:  # the owner has the lock but has not written its name yet
        return "another process"
    since = owner.since.astimezone(UTC).isoformat(timespec="seconds")
    here = "" if owner.host == socket.gethostname() else f" on {owner.host}"
    return f"{owner.purpose} (process {owner.process}{here}, since {since})"


def _release(connection: sa.Connection) -> None:
    try:
        connection.rollback()
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(DiscardAll())
    except sa.exc.DBAPIError:
        connection.invalidate()
    finally:
        connection.close()
