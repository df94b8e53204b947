"""Tables as files: CSV, Parquet and Arrow, written to a path or sent piece by piece."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, TypeAlias

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from ampiq_gql.errors import Invalid
from ampiq_gql.plugin import without_formulas

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["TableFormat", "encoded", "format_of", "open_table", "write_table"]


class TableFormat(StrEnum):
    """How a table is written; the value is the ending of such files."""

    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"

    @property
    def media_type(self) -> str:
        """The type as HTTP names it."""
        return _MEDIA_TYPES[self]


class BatchWriter(Protocol):
    """Takes the rows of a table."""

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Append rows."""


Sink: TypeAlias = Path | io.RawIOBase
_Open: TypeAlias = Callable[[Sink, pa.Schema], AbstractContextManager[BatchWriter]]

_MEDIA_TYPES: Mapping[TableFormat, str] = MappingProxyType(
    {
        TableFormat.CSV: "text/csv; charset=utf-8; header=present",
        TableFormat.PARQUET: "application/vnd.apache.parquet",
        TableFormat.ARROW: "application/vnd.apache.arrow.stream",
    }
)


def open_table(
    file_format: TableFormat, sink: Sink, schema: pa.Schema
) -> AbstractContextManager[BatchWriter]:
    """Begin a table; leaving the context ends it."""
    return _OPEN[file_format](sink, schema)


def encoded(
    reader: pa.RecordBatchReader, file_format: TableFormat, *, is_for_spreadsheets: bool = False
) -> Iterator[bytes]:
    """Yield the file of a stream of rows; memory holds one batch of them.

    A CSV file for spreadsheets holds no text that they would run as a formula.
    """
    pieces = _Pieces()
    is_defused = is_for_spreadsheets and file_format is TableFormat.CSV
    with open_table(file_format, pieces, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(without_formulas(batch) if is_defused else batch)
            yield pieces.take()
    yield pieces.take()


def format_of(to: Path) -> TableFormat:
    """Return how the file is written, by its ending.

    Raises `Invalid` (FILE_FORMAT_UNKNOWN, FOLDER_MISSING).
    """
    endings = {f".{file_format}": file_format for file_format in TableFormat}
    if to.suffix not in endings:
        raise Invalid(
            "FILE_FORMAT_UNKNOWN",
            f"{to.name} ends in {to.suffix or 'nothing'}.",
            hint=f"Choose a name that ends in {' or '.join(endings)}.",
        )
    if not to.parent.is_dir():
        raise Invalid("FOLDER_MISSING", f"There is no folder {to.parent}.", place=str(to))
    return endings[to.suffix]


def write_table(
    reader: pa.RecordBatchReader,
    to: Path,
    file_format: TableFormat,
    *,
    is_for_spreadsheets: bool = False,
) -> int:
    """Write all batches beside `to`, then rename; return the number of rows.

    A CSV file for spreadsheets holds no text that they would run as a formula.
    """
    partial = to.with_name(f".{to.name}.{os.getpid()}.partial")
    is_defused = is_for_spreadsheets and file_format is TableFormat.CSV
    rows = 0
    try:
        with open_table(file_format, partial, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(without_formulas(batch) if is_defused else batch)
                rows += batch.num_rows
        partial.replace(to)
    finally:
        partial.unlink(missing_ok=True)
    return rows


def _open_csv(sink: Sink, schema: pa.Schema) -> AbstractContextManager[BatchWriter]:
    options = pyarrow.csv.WriteOptions(quoting_style="needed")
    writer: AbstractContextManager[BatchWriter] = pyarrow.csv.CSVWriter(
        sink, schema, write_options=options
    )
    return writer


def _open_parquet(sink: Sink, schema: pa.Schema) -> AbstractContextManager[BatchWriter]:
    writer: AbstractContextManager[BatchWriter] = pyarrow.parquet.ParquetWriter(
        sink, schema, compression="zstd"
    )
    return writer


def _open_arrow(sink: Sink, schema: pa.Schema) -> AbstractContextManager[BatchWriter]:
    writer: AbstractContextManager[BatchWriter] = pa.ipc.new_stream(sink, schema)
    return writer


_OPEN: Mapping[TableFormat, _Open] = MappingProxyType(
    {
        TableFormat.CSV: _open_csv,
        TableFormat.PARQUET: _open_parquet,
        TableFormat.ARROW: _open_arrow,
    }
)


class _Pieces(io.RawIOBase):
    """A file that hands on what is written to it instead of keeping it."""

    def __init__(self) -> None:
        self._written = bytearray()
        self._position = 0

    def writable(self) -> bool:
        """Take what is written."""
        return True

    def tell(self) -> int:
        """Return how much was written in all, as writers of footers want to know."""
        return self._position

    def write(self, data: ReadableBuffer, /) -> int:
        """Take the next bytes."""
        size = len(memoryview(data).cast("B"))
        self._written += data
        self._position += size
        return size

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = bytes(self._written)
        self._written.clear()
        return taken
