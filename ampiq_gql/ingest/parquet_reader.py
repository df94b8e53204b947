"""A Parquet file as Arrow batches of texts, so that its values meet the same checks as a CSV's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ampiq_gql.ingest.bad_rows import BadRow, Extent
from ampiq_gql.ingest.errors import FileUnreadable
from ampiq_gql.ingest.table_file import PLACE_FIELDS, Findings, TableFile

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
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            _refuse_bytes(file, column.name, path)
    return TableFile(
        path=path,
        headers=tuple(schema.names),
        batches=lambda findings: _batches(path, file, findings),
    )


def _batches(path: Path, file: pq.ParquetFile, findings: Findings) -> Iterator[pa.RecordBatch]:
    """Rows count from 1; they have no bytes of their own, so offset and length are 0."""
    line = 1
    fields = [pa.field(str(number), pa.string()) for number in range(len(file.schema_arrow))]
    schema = pa.schema([*PLACE_FIELDS, *fields])
    for batch in file.iter_batches(batch_size=BATCH_ROWS):
        lines = pa.array(range(line, line + batch.num_rows), pa.int64())
        nothing = pa.repeat(pa.scalar(0, pa.int64()), batch.num_rows)
        texts = [_as_text(column) for column in batch.columns]
        rows = pa.RecordBatch.from_arrays([lines, nothing, nothing, *texts], schema=schema)
        yield _without_nul(path, rows, findings)
        line += batch.num_rows


def _without_nul(path: Path, rows: pa.RecordBatch, findings: Findings) -> pa.RecordBatch:
    """Refuse rows with NUL in a text, which not every engine could store."""
    held = [
        pc.fill_null(pc.match_substring(column, "\0"), False)
        for column in rows.columns[len(PLACE_FIELDS) :]
    ]
    is_bad = reduce(pc.or_, held, pa.repeat(pa.scalar(False), rows.num_rows))
    if not pc.any(is_bad).as_py():
        return rows
    for line in rows.filter(is_bad).column("_line").to_pylist():
        findings.bad_rows.append(
            BadRow(
                file=path,
                extent=Extent(line=line),
                rule="value.nul",
                message="a text of the row holds a NUL byte",
            )
        )
    return rows.filter(pc.invert(is_bad))


def _refuse_bytes(file: pq.ParquetFile, name: str, path: Path) -> None:
    """Raise `FileUnreadable` when a binary column holds anything but text.

    Read before the rest: an error amid the stream would reach the engine that reads it, not us.
    """
    try:
        for batch in file.iter_batches(columns=[name]):
            _as_text(batch.column(0))
    except pa.ArrowInvalid as error:
        raise FileUnreadable(
            f'Column "{name}" of {path.name} holds bytes that are not text in UTF-8.',
            place=str(path),
            hint="Write it as text, or leave it out of the file.",
        ) from error


def _as_text(column: pa.Array) -> pa.Array:
    """Spell values as a careful CSV would: exact, ISO, UTC marked with Z."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.dictionary_decode())
    if pa.types.is_string(kind):
        return column
    if pa.types.is_floating(kind):
        return _number_text(column)
    if pa.types.is_timestamp(kind):
        return _timestamp_text(column)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pc.cast(pc.cast(column, pa.binary()), pa.string())
    return pc.cast(column, pa.string())


def _number_text(column: pa.Array) -> pa.Array:
    """Spell whole numbers without a fraction; NaN is how some tools write NULL."""
    known = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return pc.cast(pc.cast(known, pa.int64()) if _is_whole(known) else known, pa.string())


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
