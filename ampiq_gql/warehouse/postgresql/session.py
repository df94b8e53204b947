"""A reader of one state: Core statements in, Python values or Arrow out.

Every statement is a transaction of its own that is rolled back, so that nothing a statement does to
its connection outlives it. The state itself never changes while it is read.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.sql.selectable import SelectBase

from ampiq_gql.errors import Fault
from ampiq_gql.warehouse.interruption import Interruption
from ampiq_gql.warehouse.memory import Memory
from ampiq_gql.warehouse.model import BuildInfo, Dialect
from ampiq_gql.warehouse.postgresql.bulk import driver_connection
from ampiq_gql.warehouse.postgresql.ddl import Analyze, CreateTemporaryTable
from ampiq_gql.warehouse.postgresql.failures import explain
from ampiq_gql.warehouse.postgresql.foreign import refuse_foreign_reading
from ampiq_gql.warehouse.postgresql.reading import PinnedConnection
from ampiq_gql.warehouse.postgresql.streaming import arrow_schema, record_batch
from ampiq_gql.warehouse.protocols import Kept, Session, Statement, Ts
from ampiq_gql.warehouse.rendering import render_sql

__all__ = ["PostgreSQLSession"]

CANCEL_SECONDS = 5.0
"""How long the server may take to receive that a statement is to be stopped."""


class PostgreSQLSession:
    """See `protocols.Session`."""

    def __init__(self, pinned: PinnedConnection, memory: Memory, timeout_seconds: float) -> None:
        self._pinned = pinned
        self._connection = pinned.connection
        self._memory = memory
        raw = driver_connection(pinned.connection)
        stop = partial(raw.cancel_safe, timeout=CANCEL_SECONDS)
        self._interruption = Interruption(stop, timeout_seconds, explain)
        self._numbers = itertools.count(1)
        self._open_stream: Generator[Any, None, None] | None = None

    @property
    def build(self) -> BuildInfo:
        """The build that is read."""
        return self._pinned.build

    @property
    def snapshot(self) -> str:
        """Build id and version of the files beside it."""
        return self._pinned.state.shown.snapshot

    def rows(self, statement: Statement[*Ts]) -> list[tuple[*Ts]]:
        """Return all rows as Python values."""
        select = _readable(statement)
        self._end_stream()
        with self._interruption.limit(), self._own_transaction():
            self._look_at(select)
            return list[tuple[*Ts]](self._connection.execute(select).all())

    def batches(
        self, statement: Statement[*tuple[Any, ...]], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Stream the rows."""
        return iter(self.record_batch_reader(statement, batch_rows=batch_rows))

    def record_batch_reader(
        self, statement: Statement[*tuple[Any, ...]], *, batch_rows: int = 65_536
    ) -> pa.RecordBatchReader:
        """Return the stream with its schema."""
        select = _readable(statement)
        self._end_stream()
        stream = self._open_stream = self._stream(select, batch_rows)
        schema = next(stream)
        return pa.RecordBatchReader.from_batches(schema, stream)

    def _stream(
        self, select: Statement[*tuple[Any, ...]], batch_rows: int
    ) -> Generator[Any, None, None]:
        """Yield the schema, then the batches, all under one time limit."""
        with self._interruption.limit(), self._own_transaction():
            self._look_at(select)
            options = {"stream_results": True, "yield_per": batch_rows}
            with self._connection.execute(select, execution_options=options) as result:
                kinds = [column.type for column in _selected(select)]
                schema = arrow_schema(kinds, result.cursor.description if result.cursor else ())
                yield schema
                for rows in result.partitions(batch_rows):
                    self._interruption.check()
                    yield record_batch(rows, schema)

    def _end_stream(self) -> None:
        """Give up a stream that was left half read: closing an Arrow reader does not end it."""
        if self._open_stream is not None:
            self._open_stream.close()
            self._open_stream = None

    def sql(self, statement: Statement[*tuple[Any, ...]], dialect: Dialect | None = None) -> str:
        """Return the statement as people read it."""
        return render_sql(_readable(statement), dialect or Dialect.POSTGRESQL)

    def once(self, key: str, make: Callable[[Session], Kept]) -> Kept:
        """Return what `make` gave for this snapshot, to whoever asked first."""
        return self._memory.once(key, lambda: make(self))

    def cancel(self) -> None:
        """Stop the statement that runs, if any."""
        self._interruption.cancel()

    def materialise(self, name: str, statement: Statement[*tuple[Any, ...]]) -> sa.Table:
        """Keep the rows in a temporary table."""
        select = _readable(statement)
        self._end_stream()
        unique = f"{re.sub(r'[^a-z0-9]+', '_', name.lower())[:40]}_{next(self._numbers)}"
        table = sa.Table(unique, sa.MetaData(), *_columns(select))
        with self._interruption.limit(), self._writable():
            self._look_at(select)
            self._connection.execute(CreateTemporaryTable(unique, statement))
            self._connection.execute(Analyze(table))
            self._connection.commit()
        return table

    def close(self) -> None:
        """End the session; its temporary tables go with the state of the connection."""
        self._end_stream()

    def _look_at(self, statement: Statement[*tuple[Any, ...]]) -> None:
        refuse_foreign_reading(self._connection, statement, self.build)

    def _own_transaction(self) -> _RolledBack:
        return _RolledBack(self._connection)

    def _writable(self) -> _Writable:
        return _Writable(self._connection)


class _RolledBack:
    """A transaction that leaves nothing behind."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        self._connection.rollback()


class _Writable(_RolledBack):
    """A transaction that may make temporary tables: our own words, around one SELECT."""

    def __enter__(self) -> None:
        self._connection.execution_options(postgresql_readonly=False)

    def __exit__(self, *_error: object) -> None:
        self._connection.rollback()
        self._connection.execution_options(postgresql_readonly=True)


def _readable(statement: Statement[*Ts]) -> Statement[*Ts]:
    if not isinstance(statement, SelectBase):
        raise Fault(f"A reader sends a SELECT, not {type(statement).__name__}.")
    return statement


def _columns(statement: Statement[*tuple[Any, ...]]) -> list[sa.Column[Any]]:
    return [sa.Column(column.name, column.type) for column in _selected(statement)]


def _selected(statement: Statement[*tuple[Any, ...]]) -> Iterable[sa.ColumnElement[Any]]:
    if not isinstance(statement, SelectBase):
        raise Fault(f"A table is made of a SELECT, not of {type(statement).__name__}.")
    return statement.selected_columns
