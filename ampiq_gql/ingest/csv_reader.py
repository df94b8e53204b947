"""A CSV file as Arrow batches of texts, each row with the place where it stands.

The scan finds sound records, Arrow parses only those: so reading is strict for each row and
lenient for the file, at Arrow's speed.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from ampiq_gql.errors import Fault
from ampiq_gql.ingest.bad_rows import BadRow, Extent
from ampiq_gql.ingest.csv_record import read_record, split_fields
from ampiq_gql.ingest.csv_scan import Bytes, CsvShape, Scan, scan
from ampiq_gql.ingest.errors import FileUnreadable
from ampiq_gql.ingest.mapping import FileMapping
from ampiq_gql.ingest.table_file import PLACE_FIELDS, Findings, TableFile

__all__ = ["open_csv"]

STRETCH_BYTES = 16 << 20
HEAD_BYTES = 1 << 20
DELIMITERS = (b",", b";", b"\t", b"|")


def open_csv(path: Path, mapping: FileMapping) -> TableFile:
    """Find the header and the delimiter. Raises `FileUnreadable` with the reason."""
    head = _head(path)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileUnreadable(
            f"{path.name} is UTF-16.", place=str(path), hint="Save it as UTF-8 and load that."
        )
    begin = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    content = head[begin:].lstrip(b"\r\n")
    skipped = head[begin : len(head) - len(content)]
    if not content.strip():
        raise FileUnreadable(f"{path.name} is empty.", place=str(path))
    if b"\n" not in content and b"\r" in content:
        raise FileUnreadable(
            f"The lines of {path.name} end with a bare carriage return.",
            place=str(path),
            hint="Save it with line feeds (the usual CSV) and load that.",
        )
    delimiter = mapping.delimiter.encode() if mapping.delimiter else _sniff(content)
    record = read_record(content, 0, len(content), delimiter)
    if record.problem or record.is_open:
        raise FileUnreadable(
            f"The header of {path.name} is damaged: {record.problem or 'a quote is not closed'}.",
            place=f"{path}:{skipped.count(10) + 1}",
        )
    line_end = content.find(b"\n", record.end)
    header_end = len(content) if line_end < 0 else line_end + 1
    layout = _Layout(
        path=path,
        headers=_headers(path, content[: record.end], delimiter, mapping),
        shape=CsvShape(
            delimiter=delimiter, field_count=len(record.fields), is_utf8=mapping.is_utf8
        ),
        encoding=mapping.encoding,
        begin=begin + len(skipped) + header_end,
        first_line=skipped.count(10) + content.count(b"\n", 0, header_end) + 1,
        blank_lines=skipped.count(10),
    )
    return TableFile(
        path=path,
        headers=layout.headers,
        batches=lambda findings: _batches(layout, findings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How the file is laid out; rows begin at byte `begin`, which is line `first_line`."""

    path: Path
    headers: tuple[str, ...]
    shape: CsvShape
    encoding: str
    begin: int
    first_line: int
    blank_lines: int


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise FileUnreadable(
            f"{path} cannot be read: {error.strerror or error}.", place=str(path)
        ) from error


def _sniff(content: bytes) -> bytes:
    """Choose the delimiter that splits the header into the most fields."""
    return max(DELIMITERS, key=lambda mark: len(read_record(content, 0, len(content), mark).fields))


def _headers(path: Path, line: bytes, delimiter: bytes, mapping: FileMapping) -> tuple[str, ...]:
    try:
        return split_fields(line, delimiter, mapping.encoding)
    except UnicodeDecodeError as error:
        raise FileUnreadable(
            f"The header of {path.name} is not {mapping.encoding}.",
            place=str(path),
            hint="Name the encoding in a mapping file, for example `encoding: windows-1252`.",
        ) from error


def _batches(layout: _Layout, findings: Findings) -> Iterator[pa.RecordBatch]:
    """Read stretch by stretch; memory holds one."""
    findings.blank_lines += layout.blank_lines
    if layout.path.stat().st_size <= layout.begin:
        return
    data = np.memmap(layout.path, dtype=np.uint8, mode="r", offset=0)
    at, line = layout.begin, layout.first_line
    while at < len(data):
        end = _stretch_end(data, at)
        found = scan(np.asarray(data[at:end]), layout.shape, is_last=end == len(data))
        findings.blank_lines += found.blank_count
        for problem in found.problems:
            findings.bad_rows.append(
                BadRow(
                    file=layout.path,
                    extent=Extent(
                        line=line + problem.line,
                        offset=at + problem.start,
                        length=problem.end - problem.start,
                    ),
                    rule=problem.rule,
                    message=problem.message,
                )
            )
        if len(found.starts):
            yield _parse(layout, found, at, line)
        at += found.consumed
        line += found.line_count


def _stretch_end(data: Bytes, at: int) -> int:
    """Return the first line end behind a stretch, or the end of the file."""
    end = at + STRETCH_BYTES
    while end < len(data):
        feeds = np.flatnonzero(data[end : end + STRETCH_BYTES] == 10)
        if len(feeds):
            return end + int(feeds[0]) + 1
        end += STRETCH_BYTES
    return len(data)


def _parse(layout: _Layout, found: Scan, offset: int, line: int) -> pa.RecordBatch:
    names = [str(position) for position in range(len(layout.headers))]
    table = pa_csv.read_csv(
        pa.BufferReader(found.clean),
        read_options=pa_csv.ReadOptions(
            column_names=names, block_size=len(found.clean) + 1, encoding=layout.encoding
        ),
        parse_options=pa_csv.ParseOptions(
            delimiter=layout.shape.delimiter.decode(), newlines_in_values=True
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    if table.num_rows != len(found.starts):
        raise Fault(f"{layout.path}: scan and parser disagree near line {line}")
    batch = table.combine_chunks().to_batches()[0]
    places = (
        pa.array(found.lines + line),
        pa.array(found.starts + offset),
        pa.array(found.ends - found.starts),
    )
    return pa.RecordBatch.from_arrays(
        [*places, *batch.columns],
        schema=pa.schema([*PLACE_FIELDS, *(pa.field(name, pa.string()) for name in names)]),
    )
