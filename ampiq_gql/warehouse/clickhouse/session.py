"""A reader of one state: Core statements in, Python values or Arrow out.

Each statement is a request of its own that brings its settings along, so that nothing a statement
does outlives it. The state itself never changes while it is read.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.selectable import SelectBase

from ampiq_gql.errors import Fault
from ampiq_gql.warehouse.arrow_tables import table_columns
from ampiq_gql.warehouse.clickhouse.bulk import load_arrow
from ampiq_gql.warehouse.clickhouse.ddl import DropMark, KillQuery
from ampiq_gql.warehouse.clickhouse.dialect import ARROW, NEVER_NULL
from ampiq_gql.warehouse.clickhouse.failures import explain
from ampiq_gql.warehouse.clickhouse.foreign import refuse_foreign_reading
from ampiq_gql.warehouse.clickhouse.reading import PinnedConnection
from ampiq_gql.warehouse.clickhouse.streaming import arrow_schema, rebatched
from ampiq_gql.warehouse.interruption import Interruption
from ampiq_gql.warehouse.memory import Memory
from ampiq_gql.warehouse.model import BuildInfo, Dialect
from ampiq_gql.warehouse.protocols import Kept, Session, Statement, Ts
from ampiq_gql.warehouse.rendering import render_sql
from ampiq_gql.warehouse.written_text import holds_text
from dsl.catalog import ID_COLUMN

__all__ = ["ClickHouseSession"]

CANCEL_SECONDS = 1.0
"""How long we look for a statement that is to be stopped: it may still be on its way."""


class ClickHouseSession:
    """See `protocols.Session`."""

    def __init__(self, pinned: PinnedConnection, memory: Memory) -> None:
        self._pinned = pinned
        self._connection = pinned.connection
        self._memory = memory
        self._places = pinned.server.places
        self._statement_number = 0
        self._interruption = Interruption(self._stop, pinned.reach.timeout_seconds, explain)
        self._open_stream: Generator[Any, None, None] | None = None
        self._scratch: list[str] = []

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
        with self._interruption.limit():
            return list[tuple[*Ts]](self._execute(select).all())

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
        with self._interruption.limit():
            result = self._execute(select, is_stream=True)
            source: Any = result.cursor.data if result.cursor else None
            schema = arrow_schema([column.type for column in _selected(select)], source.schema)
            with result, source:
                yield schema
                for batch in rebatched(source, schema, batch_rows):
                    self._interruption.check()
                    yield batch

    def _execute(self, select: Statement[*tuple[Any, ...]], *, is_stream: bool = False) -> Any:
        own = [f"{self._places.scratch}.{name}" for name in self._scratch]
        refuse_foreign_reading(self._connection, select, self._settings(), own)
        options = {"settings": self._settings(), ARROW: is_stream}
        return self._connection.execute(select, execution_options=options)

    def _settings(self) -> dict[str, str]:
        """Return the settings of the next statement."""
        self._statement_number += 1
        return dict(self._pinned.settings(self._statement_number))

    def _end_stream(self) -> None:
        """Give up a stream that was left half read: closing an Arrow reader does not end it."""
        if self._open_stream is not None:
            self._open_stream.close()
            self._open_stream = None

    def sql(self, statement: Statement[*tuple[Any, ...]], dialect: Dialect | None = None) -> str:
        """Return the statement as people read it."""
        return render_sql(_readable(statement), dialect or Dialect.CLICKHOUSE)

    def once(self, key: str, make: Callable[[Session], Kept]) -> Kept:
        """Return what `make` gave for this snapshot, to whoever asked first."""
        return self._memory.once(key, lambda: make(self))

    def cancel(self) -> None:
        """Stop the statement that runs, if any."""
        self._interruption.cancel()

    def _stop(self) -> None:
        """Have the server end the present statement; it answers with those that it found."""
        number = self._statement_number
        kill = KillQuery(self._pinned.label(number))
        until = time.monotonic() + CANCEL_SECONDS
        with self._pinned.server.engine.connect() as connection:
            while number == self._statement_number and time.monotonic() < until:
                if connection.execute(kill).first() is not None:
                    return
                time.sleep(0.05)

    def materialise(self, name: str, statement: Statement[*tuple[Any, ...]]) -> sa.Table:
        """Keep the rows in a table that goes with this session."""
        select = _readable(statement)
        self._end_stream()
        unique = f"{re.sub(r'[^a-z0-9]+', '_', name.lower())[:40]}_{uuid.uuid4().hex}"
        self._scratch.append(unique)
        if holds_text(select):
            return self._load(unique, select)
        columns = (sa.Column(column.name, column.type) for column in _selected(select))
        table = sa.Table(unique, sa.MetaData(schema=self._places.scratch), *columns)
        self._connection.execute(CreateTable(table))
        self._fill(table, select)
        return table

    def _load(self, name: str, select: Statement[*tuple[Any, ...]]) -> sa.Table:
        """Keep rows of what somebody wrote: it only ever runs as a reader's statement.

        Its rows come through us, and so do their types, which nobody has declared.
        """
        rows = self.record_batch_reader(select)
        table = sa.Table(
            name,
            sa.MetaData(schema=self._places.scratch),
            *table_columns(rows.schema, ID_COLUMN),
            info={NEVER_NULL: frozenset()},
        )
        self._connection.execute(CreateTable(table))
        load_arrow(self._connection, table, rows)
        return table

    def _fill(self, table: sa.Table, select: Any) -> None:
        names = list(table.columns.keys())
        with self._interruption.limit():
            settings = {**self._settings(), "readonly": "0"}
            settings.pop("role", None)
            self._connection.execute(
                table.insert().from_select(names, select),
                execution_options={"settings": settings},
            )

    def close(self) -> None:
        """End the session; its tables go."""
        self._end_stream()
        for name in self._scratch:
            self._connection.execute(DropMark(self._places.scratch, name))


def _readable(statement: Statement[*Ts]) -> Statement[*Ts]:
    if not isinstance(statement, SelectBase):
        raise Fault(f"A reader sends a SELECT, not {type(statement).__name__}.")
    return statement


def _selected(statement: Statement[*tuple[Any, ...]]) -> Iterable[sa.ColumnElement[Any]]:
    if not isinstance(statement, SelectBase):
        raise Fault(f"A table is made of a SELECT, not of {type(statement).__name__}.")
    return statement.selected_columns
