"""Uploaded files as Arrow tables: CSV in its dialects, TSV, XLSX and Parquet, within limits.

Text files and spreadsheets come as text, typed afterwards over all rows; Parquet keeps its types.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from ampiq_gql.plugin import SourceUnusable
from plugins.attributes.column_types import plain_column, typed_column

__all__ = ["FileLimits", "UploadedTable", "read_table"]

DELIMITERS = (",", ";", "\t", "|")
UNPACKED_TIMES = 5  # a spreadsheet is a ZIP archive; its XML may be this many times the limit
BATCH_ROWS = 65_536
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """How large a file may be."""

    max_bytes: int
    max_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedTable:
    """The rows of a file: the headers as written, and a column of values for each.

    `texts` are the same columns as they are written, for matching and for what matches nothing.
    """

    headers: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    texts: tuple[pa.Array, ...]


def read_table(file: Path, limits: FileLimits) -> UploadedTable:
    """Read the file by its ending; text files may use any of the usual separators.

    Raises `SourceUnusable` (LIST_UNREADABLE, LIST_TOO_LARGE).
    """
    if not file.is_file():
        raise SourceUnusable("LIST_UNREADABLE", f"There is no file {file.name}.")
    size = file.stat().st_size
    if size > limits.max_bytes:
        raise _too_large(file, f"{size:,} bytes; {limits.max_bytes:,} are allowed")
    match file.suffix.lower():
        case ".parquet":
            return _read_parquet(file, limits)
        case ".xlsx":
            headers, texts = _read_spreadsheet(file, limits)
        case _:
            headers, texts = _read_text(file, limits)
    columns = tuple(typed_column(header, text) for header, text in zip(headers, texts, strict=True))
    return UploadedTable(headers=headers, columns=columns, texts=texts)


def _too_large(file: Path, found: str) -> SourceUnusable:
    return SourceUnusable(
        "LIST_TOO_LARGE",
        f"{file.name} has {found}.",
        hint="Split the file into several, or raise `upload_max_bytes` and `upload_max_rows`.",
    )


def _check_rows(file: Path, rows: int, limits: FileLimits) -> None:
    if rows > limits.max_rows:
        raise _too_large(file, f"more than {limits.max_rows:,} rows")


# --- text ----------------------------------------------------------------------------------------


def _read_text(file: Path, limits: FileLimits) -> tuple[tuple[str, ...], tuple[pa.Array, ...]]:
    encoding = _encoding(file)
    header, delimiter = _header(file, encoding)
    if not header:
        return (), ()
    try:
        batches = list(_text_batches(file, encoding, delimiter, len(header), limits))
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise SourceUnusable(
            "LIST_UNREADABLE",
            f"{file.name} cannot be read as rows of {len(header)} fields in UTF-8: {error}",
            hint="Save it again as CSV, UTF-8, with the same number of fields in every line.",
        ) from error
    rows = pa.Table.from_batches(batches).slice(1)  # the first row is the header
    return tuple(header), tuple(column.combine_chunks() for column in rows.columns)


def _text_batches(
    file: Path, encoding: str, delimiter: str, width: int, limits: FileLimits
) -> Iterator[pa.RecordBatch]:
    texts = {f"f{at}": pa.string() for at in range(width)}
    reading = pa_csv.ReadOptions(autogenerate_column_names=True, encoding=encoding)
    parsing = pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    converting = pa_csv.ConvertOptions(column_types=texts, strings_can_be_null=False)
    rows = -1
    with pa_csv.open_csv(file, reading, parsing, converting) as reader:
        for batch in reader:
            rows += len(batch)
            _check_rows(file, rows, limits)
            yield batch


def _encoding(file: Path) -> str:
    with file.open("rb") as content:
        return "utf-16" if content.read(2) in _UTF_16 else "utf-8"


def _header(file: Path, encoding: str) -> tuple[list[str], str]:
    """Return the fields of the first line and the separator, which it has most of."""
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        with file.open(encoding=name, newline="") as lines:
            outside = "".join(lines.readline().split('"')[::2])
            is_tabs = file.suffix.lower() == ".tsv"
            delimiter = "\t" if is_tabs else max(DELIMITERS, key=outside.count)
            lines.seek(0)
            return next(csv.reader(lines, delimiter=delimiter), []), delimiter
    except UnicodeDecodeError as error:
        raise _not_utf_8(file) from error


def _not_utf_8(file: Path) -> SourceUnusable:
    return SourceUnusable(
        "LIST_UNREADABLE",
        f"{file.name} is not written in UTF-8.",
        hint="Save it again as CSV, UTF-8.",
    )


# --- spreadsheets --------------------------------------------------------------------------------


def _read_spreadsheet(
    file: Path, limits: FileLimits
) -> tuple[tuple[str, ...], tuple[pa.Array, ...]]:
    """Read the first sheet; its first row is the header."""
    # Imported here: the reader is a compiled library that only spreadsheets need.
    from python_calamine import CalamineError, load_workbook

    _refuse_bomb(file, limits)
    try:
        with load_workbook(str(file)) as workbook:
            sheet = workbook.get_sheet_by_index(0)
            _check_rows(file, sheet.total_height - 1, limits)
            rows = sheet.to_python(skip_empty_area=True)
    except CalamineError as error:
        raise SourceUnusable(
            "LIST_UNREADABLE",
            f"{file.name} is not a spreadsheet that can be read: {error}",
            hint="Save it again as .xlsx or as CSV, UTF-8.",
        ) from error
    if not rows:
        return (), ()
    header, *body = ([_cell_text(cell) for cell in row] for row in rows)
    return tuple(header), tuple(
        pa.array([row[at] for row in body], pa.string()) for at in range(len(header))
    )


def _refuse_bomb(file: Path, limits: FileLimits) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise SourceUnusable(
            "LIST_UNREADABLE",
            f"{file.name} is not a spreadsheet in the form of .xlsx.",
            hint="Save it again as .xlsx or as CSV, UTF-8.",
        ) from error
    most = UNPACKED_TIMES * limits.max_bytes
    if unpacked > most:
        raise _too_large(file, f"{unpacked:,} bytes when unpacked; {most:,} are allowed")


def _cell_text(cell: object) -> str:
    """Return a cell as a CSV file would have it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # spreadsheets keep whole numbers as floating ones
    return cell.isoformat() if isinstance(cell, (datetime, date)) else str(cell)


# --- Parquet -------------------------------------------------------------------------------------


def _read_parquet(file: Path, limits: FileLimits) -> UploadedTable:
    try:
        with pq.ParquetFile(file) as parquet:
            _check_rows(file, parquet.metadata.num_rows, limits)
            _refuse_large_columns(file, parquet.metadata, limits)
            table = parquet.read()
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceUnusable(
            "LIST_UNREADABLE", f"{file.name} is not a Parquet file: {error}"
        ) from error
    columns = tuple(
        plain_column(name, table.column(at)) for at, name in enumerate(table.schema.names)
    )
    return UploadedTable(
        headers=tuple(table.schema.names), columns=columns, texts=_as_texts(columns)
    )


def _refuse_large_columns(file: Path, metadata: pq.FileMetaData, limits: FileLimits) -> None:
    groups = range(metadata.num_row_groups)
    unpacked = sum(metadata.row_group(group).total_byte_size for group in groups)
    most = UNPACKED_TIMES * limits.max_bytes
    if unpacked > most:
        raise _too_large(file, f"{unpacked:,} bytes when unpacked; {most:,} are allowed")


def _as_texts(columns: Sequence[pa.Array]) -> tuple[pa.Array, ...]:
    return tuple(
        column if pa.types.is_string(column.type) else column.cast(pa.string())
        for column in columns
    )
