"""A Parquet file as Arrow batches: what has a type keeps it, and is not spelled and reread."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ampiq_gql.ingest.archives import PlainFile
from ampiq_gql.ingest.bad_rows import BadRow, Extent
from ampiq_gql.ingest.errors import FileUnreadable
from ampiq_gql.ingest.limits import ReadLimits
from ampiq_gql.ingest.table_file import (
    ARROW_TYPES,
    PLACE_FIELDS,
    Findings,
    Native,
    RowFormat,
    TableFile,
    batch_schema,
)

__all__ = ["open_parquet"]

BATCH_ROWS = 262_144


def open_parquet(path: Path, plain: PlainFile, limits: ReadLimits) -> TableFile:
    """Read the schema. Raises `FileUnreadable` with the reason."""
    try:
        file = pq.ParquetFile(plain.path)
    except (OSError, pa.ArrowInvalid) as error:
        raise FileUnreadable(
            f"{plain.name} is not a Parquet file: {error}.", place=str(path)
        ) from error
    schema = file.schema_arrow
    if len(schema.names) > limits.columns:
        raise FileUnreadable(
            f"{plain.name} has {len(schema.names):,} columns; at most {limits.columns:,} are read.",
            place=str(path),
            hint="Keep the columns that matter, or raise AMPIQ_INGEST_MAX_COLUMNS.",
        )
    for column in schema:
        _refuse_unusable(file, column, plain, path)
    natives = tuple(_native(column.type) for column in schema)
    return TableFile(
        path=path,
        name=plain.name,
        format=RowFormat.PARQUET,
        headers=tuple(schema.names),
        natives=natives,
        batches=lambda findings: _batches(plain.name, file, natives, findings),
    )


def _refuse_unusable(file: pq.ParquetFile, column: pa.Field, plain: PlainFile, path: Path) -> None:
    kind = _plain_type(column.type)
    if pa.types.is_nested(kind):
        raise FileUnreadable(
            f'Column "{column.name}" of {plain.name} holds {column.type}, not plain values.',
            place=str(path),
            hint="Flatten it or leave it out of the file.",
        )
    if _is_binary(kind):
        # Before the rest: an error amid the stream would reach the engine that reads it, not us.
        try:
            for batch in file.iter_batches(columns=[column.name]):
                _converted(batch.column(0), Native.TEXT)
        except pa.ArrowInvalid as error:
            raise FileUnreadable(
                f'Column "{column.name}" of {plain.name} holds bytes that are not text in UTF-8.',
                place=str(path),
                hint="Write it as text, or leave it out of the file.",
            ) from error


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_binary(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def _native(kind: pa.DataType) -> Native:
    kind = _plain_type(kind)
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return Native.INTEGER
    if pa.types.is_floating(kind):
        return Native.FLOAT
    if pa.types.is_decimal(kind) and kind.scale >= 0:
        before_the_point = kind.precision - kind.scale
        if before_the_point <= 14 and kind.scale <= 4:
            return Native.SHORT_DECIMAL
        if before_the_point <= 29 and kind.scale <= 9:
            return Native.DECIMAL
    if pa.types.is_boolean(kind):
        return Native.BOOLEAN
    if pa.types.is_date(kind):
        return Native.DATE
    if pa.types.is_timestamp(kind):
        return Native.INSTANT if kind.tz else Native.WALL_CLOCK
    return Native.TEXT


def _batches(
    name: str, file: pq.ParquetFile, natives: tuple[Native, ...], findings: Findings
) -> Iterator[pa.RecordBatch]:
    """Rows count from 1; they have no bytes of their own, so offset and length are 0."""
    line = 1
    schema = batch_schema(natives)
    for batch in file.iter_batches(batch_size=BATCH_ROWS):
        lines = pa.array(np.arange(line, line + batch.num_rows, dtype=np.int64))
        nothing = pa.repeat(pa.scalar(0, pa.int64()), batch.num_rows)
        columns = [
            _converted(column, native)
            for column, native in zip(batch.columns, natives, strict=True)
        ]
        rows = pa.RecordBatch.from_arrays([lines, nothing, nothing, *columns], schema=schema)
        findings.lines += batch.num_rows
        yield _without_nul(name, rows, findings)
        line += batch.num_rows


def _without_nul(name: str, rows: pa.RecordBatch, findings: Findings) -> pa.RecordBatch:
    """Refuse rows with NUL in a text, which not every engine could store."""
    held = [
        pc.fill_null(pc.match_substring(column, "\0"), False)
        for column in rows.columns[len(PLACE_FIELDS) :]
        if pa.types.is_string(column.type)
    ]
    is_bad = reduce(pc.or_, held, pa.repeat(pa.scalar(False), rows.num_rows))
    if not pc.any(is_bad).as_py():
        return rows
    for row in rows.filter(is_bad).to_pylist():
        texts = tuple(None if value is None else str(value) for value in list(row.values())[3:])
        findings.hold(
            BadRow(
                file=name,
                extent=Extent(line=row["_line"]),
                rule="value.nul",
                message="a text of the row holds a NUL byte",
                row=texts,
            )
        )
    return rows.filter(pc.invert(is_bad))


def _converted(column: pa.Array, native: Native) -> pa.Array:
    """Bring a column to the one Arrow type that its kind has here."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _converted(column.dictionary_decode(), native)
    if native is Native.FLOAT:
        known = pc.cast(column, pa.float64())
        # NaN is how some tools write NULL.
        return pc.if_else(pc.is_nan(known), pa.scalar(None, pa.float64()), known)
    if native in (Native.WALL_CLOCK, Native.INSTANT):
        moment = pc.cast(column, pa.timestamp("us", tz=kind.tz), safe=False)
        return pc.cast(moment, ARROW_TYPES[native])
    if _is_binary(kind):
        return pc.cast(pc.cast(column, pa.binary()), pa.string())
    return pc.cast(column, ARROW_TYPES[native])
