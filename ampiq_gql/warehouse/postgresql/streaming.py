"""Rows of a cursor as Arrow batches, in the types that the embedded engine would give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

__all__ = ["arrow_schema", "record_batch"]

DIGITS = 38
"""The most that Arrow's decimals hold; sums have no stated width there."""

_BY_OID = {
    16: pa.bool_(), 20: pa.int64(), 21: pa.int32(), 23: pa.int32(), 700: pa.float64(),
    701: pa.float64(), 1082: pa.date32(), 1114: pa.timestamp("us"),
    1184: pa.timestamp("us", tz="UTC"),
}  # fmt: skip
_NUMERIC = 1700


def arrow_schema(
    kinds: Sequence[sa.types.TypeEngine[Any]], description: Sequence[Any]
) -> pa.Schema:
    """Return the schema: types as the server states them, scales as the statement knows them."""
    return pa.schema(
        [
            pa.field(column.name, _arrow_type(column, kind))
            for column, kind in zip(description, kinds, strict=True)
        ]
    )


def _arrow_type(column: Any, kind: sa.types.TypeEngine[Any]) -> pa.DataType:
    if column.type_code != _NUMERIC:
        return _BY_OID.get(column.type_code, pa.string())
    if isinstance(kind, sa.Integer):
        return pa.int64()
    if isinstance(kind, sa.Float):
        return pa.float64()
    if column.precision is not None:
        return pa.decimal128(column.precision, column.scale)
    stated = kind.scale if isinstance(kind, sa.Numeric) else None
    return pa.decimal128(DIGITS, 4 if stated is None else stated)


def record_batch(rows: Iterable[Sequence[Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Return the rows as one batch."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [_array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        values = [value if value is None or isinstance(value, str) else str(value)
                  for value in values]  # fmt: skip
    elif pa.types.is_decimal(kind):
        return _decimals(values, kind)
    return pa.array(values, kind)


def _decimals(values: Sequence[Decimal | None], kind: pa.Decimal128Type) -> pa.Array:
    """Round only what has more places than are kept: stored amounts never have."""
    try:
        return pa.array(values, kind)
    except pa.ArrowInvalid:
        places = Decimal(1).scaleb(-kind.scale)
        return pa.array(
            [None if value is None else value.quantize(places) for value in values], kind
        )
