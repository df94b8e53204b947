"""Many rows at once: Arrow goes into PostgreSQL by COPY, as CSV that Arrow itself writes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import sqlalchemy as sa

from ampiq_gql.warehouse.postgresql.ddl import CopyFrom

__all__ = ["load_arrow"]


def load_arrow(connection: sa.Connection, table: sa.Table, reader: pa.RecordBatchReader) -> int:
    """Append the rows, matching columns by name, and return how many there were.

    Columns that the reader lacks become NULL.
    """
    copy = CopyFrom(table, reader.schema.names)
    statement = str(copy.compile(dialect=connection.dialect))
    count = 0
    with driver_connection(connection).cursor() as cursor, cursor.copy(statement) as target:
        for batch in reader:
            target.write(_csv(batch))
            count += batch.num_rows
    return count


def driver_connection(connection: sa.Connection) -> psycopg.Connection[Any]:
    """Return psycopg's own connection."""
    raw: object = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError(f"{raw!r} is no connection of psycopg")
    return raw


def _csv(batch: pa.RecordBatch) -> bytes:
    """Write texts in quotes and NULL as nothing at all, which COPY tells apart."""
    plain = pa.RecordBatch.from_arrays(
        [_plain(column) for column in batch.columns], names=batch.schema.names
    )
    buffer = BytesIO()
    pyarrow.csv.write_csv(plain, buffer, pyarrow.csv.WriteOptions(include_header=False))
    return buffer.getvalue()


def _plain(column: pa.Array) -> pa.Array:
    """Spell what CSV has no form for: dictionaries, ids, and instants, which become naive UTC."""
    if pa.types.is_dictionary(column.type):
        return _plain(column.dictionary_decode())
    if isinstance(column.type, pa.UuidType):
        return pa.array(
            (None if id_ is None else str(id_) for id_ in column.to_pylist()), pa.string()
        )
    if pa.types.is_timestamp(column.type) and column.type.tz:
        return pc.cast(column, pa.timestamp("us"))
    return column
