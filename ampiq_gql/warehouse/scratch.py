"""The embedded engine as a workbench: files are read and typed here, whichever engine stores them.

Nothing on it lasts; rows leave it as a stream of Arrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.settings import Settings
from ampiq_gql.warehouse.duckdb.bulk import load_arrow
from ampiq_gql.warehouse.duckdb.instance import Instance
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.protocols import AnySelect

__all__ = ["Scratch", "open_scratch"]

BATCH_ROWS = 122_880
"""As many rows as DuckDB keeps together anyway."""


class Scratch:
    """A private, empty database; used by one thread."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> sa.Connection:
        """Tables are made without a schema; each statement stands for itself."""
        return self._connection

    def load_arrow(self, table: sa.Table, reader: pa.RecordBatchReader) -> int:
        """Append the rows, matching columns by name, and return how many there were."""
        return load_arrow(self._connection, table, reader)

    @contextmanager
    def stream(self, statement: AnySelect) -> Iterator[pa.RecordBatchReader]:
        """Run a select and give its rows as they come; memory holds a batch."""
        result: Any = self._connection.execute(statement, execution_options={"duckdb_arrow": True})
        with result.batches(BATCH_ROWS) as batches:
            yield batches


@contextmanager
def open_scratch(settings: Settings) -> Iterator[Scratch]:
    """Start one; what does not fit into memory spills into the home until it is closed."""
    layout = HomeLayout(settings.home)
    layout.create()
    instance = Instance.open(layout.spill, memory_limit=settings.memory_limit)
    try:
        with instance.engine.connect() as connection:
            yield Scratch(connection)
    finally:
        instance.close()
