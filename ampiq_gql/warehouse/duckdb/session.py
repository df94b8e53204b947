"""A reader of one snapshot: Core statements in, Python values or Arrow out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.sql.selectable import SelectBase

from ampiq_gql.errors import Fault
from ampiq_gql.warehouse.duckdb.ddl import CreateTemporaryTable
from ampiq_gql.warehouse.duckdb.failures import explain
from ampiq_gql.warehouse.duckdb.instance import raw_connection
from ampiq_gql.warehouse.duckdb.snapshot import Snapshot
from ampiq_gql.warehouse.interruption import Interruption
from ampiq_gql.warehouse.model import BuildInfo, Dialect
from ampiq_gql.warehouse.protocols import Kept, Session, Statement, Ts
from ampiq_gql.warehouse.rendering import render_sql

__all__ = ["DuckDBSession"]


class DuckDBSession:
    """See `protocols.Session`."""

    def __init__(self, snapshot: Snapshot, timeout_seconds: float) -> None:
        self._snapshot = snapshot
        self._connection = snapshot.connect()
        raw = raw_connection(self._connection)
        self._interruption = Interruption(raw.interrupt, timeout_seconds, explain)
        self._numbers = itertools.count(1)
        self._open_stream: Generator[Any, None, None] | None = None

    @property
    def build(self) -> BuildInfo:
        """The build that is read."""
        return self._snapshot.build

    @property
    def snapshot(self) -> str:
        """Build id and version of the files beside it."""
        return self._snapshot.key

    def rows(self, statement: Statement[*Ts]) -> list[tuple[*Ts]]:
        """Return all rows as Python values."""
        self._end_stream()
        with self._interruption.limit():
            result = self._connection.execute(_readable(statement))
            # All at once: one by one, each row would cross into the driver by itself.
            return list[tuple[*Ts]](result.all())

    def batches(
        self, statement: Statement[*tuple[Any, ...]], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Stream the rows."""
        return iter(self.record_batch_reader(statement, batch_rows=batch_rows))

    def record_batch_reader(
        self, statement: Statement[*tuple[Any, ...]], *, batch_rows: int = 65_536
    ) -> pa.RecordBatchReader:
        """Return the stream with its schema."""
        self._end_stream()
        self._connection.detach()  # what a stream leaves behind must not meet the next reader
        stream = self._open_stream = self._stream(statement, batch_rows)
        schema = next(stream)
        return pa.RecordBatchReader.from_batches(schema, stream)

    def _stream(
        self, statement: Statement[*tuple[Any, ...]], batch_rows: int
    ) -> Generator[Any, None, None]:
        """Yield the schema, then the batches, all under one time limit."""
        with self._interruption.limit():
            result: Any = self._connection.execute(
                _readable(statement), execution_options={"duckdb_arrow": True}
            )
            with result.batches(batch_rows) as batches:
                yield _plain(batches.schema)
                yield from map(_spelled_out, batches)

    def _end_stream(self) -> None:
        """Give up a stream that was left half read: closing an Arrow reader does not end it."""
        if self._open_stream is not None:
            self._open_stream.close()
            self._open_stream = None

    def sql(self, statement: Statement[*tuple[Any, ...]], dialect: Dialect | None = None) -> str:
        """Return the statement as people read it."""
        return render_sql(_readable(statement), dialect or Dialect.DUCKDB)

    def once(self, key: str, make: Callable[[Session], Kept]) -> Kept:
        """Return what `make` gave for this snapshot, to whoever asked first."""
        return self._snapshot.memory.once(key, lambda: make(self))

    def cancel(self) -> None:
        """Stop the statement that runs, if any."""
        self._interruption.cancel()

    def materialise(self, name: str, statement: Statement[*tuple[Any, ...]]) -> sa.Table:
        """Keep the rows in a temporary table."""
        columns = _columns(statement)
        self._end_stream()
        self._connection.detach()  # the tables go with the session, and so must the connection
        unique = f"{re.sub(r'[^a-z0-9]+', '_', name.lower())}_{next(self._numbers)}"
        with self._interruption.limit():
            self._connection.execute(CreateTemporaryTable(unique, statement))
        return sa.Table(unique, sa.MetaData(), *columns)

    def close(self) -> None:
        """End the session; its temporary tables go."""
        self._end_stream()
        self._connection.close()


def _readable(statement: Statement[*Ts]) -> Statement[*Ts]:
    if not isinstance(statement, SelectBase):
        raise Fault(f"A reader sends a SELECT, not {type(statement).__name__}.")
    return statement


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return the schema with texts where the engine keeps numbers for them."""
    return pa.schema(
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in schema
    )


def _spelled_out(batch: pa.RecordBatch) -> pa.RecordBatch:
    schema = _plain(batch.schema)
    return batch if schema == batch.schema else batch.cast(schema)


def _columns(statement: Statement[*tuple[Any, ...]]) -> list[sa.Column[Any]]:
    if not isinstance(statement, SelectBase):
        raise Fault(f"A table is made of a SELECT, not of {type(statement).__name__}.")
    return [sa.Column(column.name, column.type) for column in statement.selected_columns]
