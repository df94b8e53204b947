"""File formats of destinations that write files: rows to bytes, and bytes to a file.

Encoding is pure, so that previews show what will be sent; a writer only appends what was encoded.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import BinaryIO, Protocol

import orjson
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from ampiq_gql.plugin import without_formulas

__all__ = ["FileFormat", "FileWriter", "encode_rows", "open_writer"]


class FileFormat(StrEnum):
    """What the file is written as."""

    CSV = "csv"
    NDJSON = "ndjson"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        """Media type of encoded rows."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    FileFormat.CSV: "text/csv",
    FileFormat.NDJSON: "application/x-ndjson",
    FileFormat.PARQUET: "application/vnd.apache.arrow.stream",
}


class FileWriter(Protocol):
    """Appends encoded rows to one file."""

    def write(self, body: bytes) -> None:
        """Append what `encode_rows` gave."""

    def close(self) -> None:
        """Complete the file, which stays open."""


def encode_rows(form: FileFormat, rows: pa.RecordBatch, *, formula_safe: bool) -> bytes:
    """Encode some rows; `formula_safe` concerns CSV, the only form that spreadsheets run."""
    match form:
        case FileFormat.CSV:
            return _csv_bytes(without_formulas(rows) if formula_safe else rows)
        case FileFormat.NDJSON:
            return b"".join(map(_json_line, rows.to_pylist()))
        case FileFormat.PARQUET:
            return _arrow_bytes(rows)


def open_writer(form: FileFormat, file: BinaryIO, schema: pa.Schema) -> FileWriter:
    """Begin a file; it is a whole one even when no rows follow."""
    match form:
        case FileFormat.CSV:
            file.write(_csv_header(schema))
            return _PlainWriter(file.write)
        case FileFormat.NDJSON:
            return _PlainWriter(file.write)
        case FileFormat.PARQUET:
            return _ParquetWriter(file, schema)


def _csv_header(schema: pa.Schema) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(schema.names)
    return line.getvalue().encode()


def _csv_bytes(rows: pa.RecordBatch) -> bytes:
    out = io.BytesIO()
    pa_csv.write_csv(rows, out, pa_csv.WriteOptions(include_header=False))
    return out.getvalue()


def _json_line(row: Mapping[str, object]) -> bytes:
    return orjson.dumps(row, default=_exact_number, option=orjson.OPT_APPEND_NEWLINE)


def _exact_number(value: object) -> orjson.Fragment:
    """Write a Decimal with all its digits; a float would round amounts."""
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _arrow_bytes(rows: pa.RecordBatch) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_stream(out, rows.schema) as stream:
        stream.write_batch(rows)
    return out.getvalue()


class _PlainWriter:
    """For formats whose encoded rows are simply put one after another."""

    def __init__(self, append: Callable[[bytes], int]) -> None:
        self._append = append

    def write(self, body: bytes) -> None:
        self._append(body)

    def close(self) -> None:
        """Nothing is left to write."""


class _ParquetWriter:
    """Parquet has a footer over all row groups, so rows come as Arrow and are written here."""

    def __init__(self, file: BinaryIO, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(file, schema, compression="zstd")

    def write(self, body: bytes) -> None:
        with pa.ipc.open_stream(body) as stream:
            for rows in stream:
                self._writer.write_batch(rows)

    def close(self) -> None:
        self._writer.close()
