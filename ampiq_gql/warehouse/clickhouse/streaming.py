"""The server's Arrow in the types and the batches that the embedded engine would give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

__all__ = ["arrow_schema", "rebatched"]

DIGITS = 38
"""The most that decimals hold elsewhere."""


def arrow_schema(kinds: Sequence[sa.types.TypeEngine[Any]], found: pa.Schema) -> pa.Schema:
    """Return the schema: types as the server states them, meant as the statement says."""
    return pa.schema(
        [
            pa.field(field.name, _arrow_type(field.type, kind))
            for field, kind in zip(found, kinds, strict=True)
        ]
    )


def _arrow_type(found: pa.DataType, kind: sa.types.TypeEngine[Any]) -> pa.DataType:
    if pa.types.is_dictionary(found):
        return _arrow_type(found.value_type, kind)
    if isinstance(kind, sa.Boolean):
        return pa.bool_()
    if isinstance(kind, sa.Date):
        return pa.date32()
    if pa.types.is_timestamp(found):
        return pa.timestamp("us")
    if pa.types.is_integer(found):
        return pa.int32() if found.bit_width < 32 or found == pa.int32() else pa.int64()
    if pa.types.is_decimal(found):
        return pa.decimal128(min(found.precision, DIGITS), found.scale)
    if pa.types.is_floating(found) or pa.types.is_boolean(found) or pa.types.is_date(found):
        return found
    return pa.string()


def rebatched(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """Yield the rows in the types of `schema`, so many at a time."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(_typed(batch, schema))
        if sum(kept.num_rows for kept in waiting) >= batch_rows:
            *full, last = _cut(waiting, schema, batch_rows)
            yield from full
            waiting = [last]
            if last.num_rows == batch_rows:
                yield last
                waiting = []
    yield from _cut(waiting, schema, batch_rows)


def _cut(batches: list[pa.RecordBatch], schema: pa.Schema, batch_rows: int) -> list[pa.RecordBatch]:
    whole = pa.Table.from_batches(batches, schema).combine_chunks()
    return list(whole.to_batches(max_chunksize=batch_rows))


def _typed(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    arrays = [
        _array(column, field.type) for column, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return _array(column.dictionary_decode(), kind)
    if isinstance(column.type, pa.BaseExtensionType):
        return _array(column.storage, kind)
    if pa.types.is_fixed_size_binary(column.type):
        return pa.array((_id_text(value) for value in column.to_pylist()), pa.string())
    if pa.types.is_integer(column.type) and pa.types.is_date(kind):
        return pc.cast(pc.cast(column, pa.int32()), kind)
    return pc.cast(column, kind)


def _id_text(value: bytes | None) -> str | None:
    return None if value is None else str(UUID(bytes=value))
