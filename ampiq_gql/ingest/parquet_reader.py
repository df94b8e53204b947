"""A Parquet file as Arrow batches of texts, so that its values meet the same checks as a CSV's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ampiq_gql.ingest.errors import FileUnreadable
from ampiq_gql.ingest.table_file import PLACE_FIELDS, TableFile

__all__ = ["open_parquet"]

BATCH_ROWS = 262_144
EXACT_FLOAT = 2**53
"""Whole numbers beyond this are no longer exact in a floating-point column."""


def open_parquet(path: Path) -> TableFile:
    """Read the schema. Raises `FileUnreadable` with the reason."""
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise FileUnreadable(f"{path} is not a Parquet file: {error}.", place=str(path)) from error
    schema = file.schema_arrow
    for column in schema:
        if pa.types.is_nested(column.type):
            raise FileUnreadable(
                f'Column "{column.name}" of {path.name} holds {column.type}, not plain values.',
                place=str(path),
                hint="Flatten it or leave it out of the file.",
            )
    return TableFile(
        path=path,
        headers=tuple(schema.names),
        batches=lambda _findings: _batches(file),
    )


def _batches(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """Rows count from 1; they have no bytes of their own, so offset and length are 0."""
    line = 1
    fields = [pa.field(str(number), pa.string()) for number in range(len(file.schema_arrow))]
    schema = pa.schema([*PLACE_FIELDS, *fields])
    for batch in file.iter_batches(batch_size=BATCH_ROWS):
        lines = pa.array(range(line, line + batch.num_rows), pa.int64())
        nothing = pa.repeat(pa.scalar(0, pa.int64()), batch.num_rows)
        texts = [_as_text(column) for column in batch.columns]
        yield pa.RecordBatch.from_arrays([lines, nothing, nothing, *texts], schema=schema)
        line += batch.num_rows


def _as_text(column: pa.Array) -> pa.Array:
    """Spell values as a careful CSV would: exact, ISO, UTC marked with Z."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.dictionary_decode())
    if pa.types.is_string(kind):
        return column
    if pa.types.is_floating(kind) and _is_whole(column):
        return pc.cast(pc.cast(column, pa.int64()), pa.string())
    if pa.types.is_timestamp(kind):
        return _timestamp_text(column)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pc.cast(pc.cast(column, pa.binary()), pa.string())
    return pc.cast(column, pa.string())


def _is_whole(column: pa.Array) -> bool:
    """Ids and counts that a tool with NULLs turned into floats: 123.0 means 123."""
    whole = pc.all(pc.equal(column, pc.trunc(column)))
    small = pc.all(pc.less_equal(pc.abs(column), float(EXACT_FLOAT)))
    return bool(whole.as_py() and small.as_py())


def _timestamp_text(column: pa.Array) -> pa.Array:
    plain = pc.cast(column, pa.timestamp("us", tz=column.type.tz), safe=False)
    naive = pc.cast(plain, pa.timestamp("us"))
    text = pc.cast(naive, pa.string())
    return pc.binary_join_element_wise(text, "Z", "") if column.type.tz else text
