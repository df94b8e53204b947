"""Many rows at once: Arrow goes into ClickHouse as the stream that it is."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from clickhouse_connect.driver.httpclient import HttpClient

from ampiq_gql.warehouse.clickhouse.clients import client_of

__all__ = ["load_arrow"]

BLOCK_ROWS = 1_000_000
"""Each insert becomes a part on the disk, and many small parts are merged again and again."""


def load_arrow(connection: sa.Connection, table: sa.Table, reader: pa.RecordBatchReader) -> int:
    """Append the rows, matching columns by name, and return how many there were.

    Columns that the reader lacks become NULL.
    """
    client = client_of(connection)
    count = 0
    waiting: list[pa.RecordBatch] = []
    for batch in reader:
        waiting.append(batch)
        if sum(kept.num_rows for kept in waiting) >= BLOCK_ROWS:
            count += _insert(client, connection, table, waiting)
            waiting = []
    return count + _insert(client, connection, table, waiting)


def _place_of(connection: sa.Connection, table: sa.Table) -> str | None:
    """Return the database in which a table stands for this connection."""
    places: dict[str | None, Any] = (
        connection.get_execution_options().get("schema_translate_map") or {}
    )
    place: str | None = places.get(table.schema, table.schema)
    return place


def _insert(
    client: HttpClient, connection: sa.Connection, table: sa.Table, batches: list[pa.RecordBatch]
) -> int:
    rows: int = sum(batch.num_rows for batch in batches)
    if rows:
        plain = [_plain(batch) for batch in batches]
        client.insert_arrow(
            table.name,
            pa.Table.from_batches(plain),
            database=_place_of(connection, table),
        )
    return rows


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Spell what the server reads otherwise: dictionaries, ids, and instants as naive UTC."""
    return pa.RecordBatch.from_arrays(
        [_plain_column(column) for column in batch.columns], names=batch.schema.names
    )


def _plain_column(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return _plain_column(column.dictionary_decode())
    if isinstance(column.type, pa.UuidType):
        texts = (None if id_ is None else str(id_) for id_ in column.to_pylist())
        return pa.array(texts, pa.string())
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us", tz="UTC"))
    return column
