"""A delimited text file as Arrow batches of texts, each row with the place where it stands.

The scan finds sound records, Arrow parses only those: so reading is strict for each row and
lenient for the file, at Arrow's speed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from ampiq_gql.errors import Fault
from ampiq_gql.ingest.archives import PlainFile
from ampiq_gql.ingest.bad_rows import BadRow, Extent
from ampiq_gql.ingest.csv_head import CsvHead, read_head
from ampiq_gql.ingest.csv_scan import Bytes, CsvShape, Scan, scan
from ampiq_gql.ingest.encodings import TextFile, detect_encoding, recode_utf_16
from ampiq_gql.ingest.limits import ReadLimits
from ampiq_gql.ingest.mapping import FileMapping
from ampiq_gql.ingest.spool import Spool
from ampiq_gql.ingest.table_file import (
    Findings,
    Native,
    RawBytes,
    RowFormat,
    TableFile,
    batch_schema,
)

__all__ = ["open_csv"]

STRETCH_BYTES = 8 << 20
LINE_FEED = 10


def open_csv(
    path: Path, plain: PlainFile, mapping: FileMapping, spool: Spool, limits: ReadLimits
) -> TableFile:
    """Find encoding, delimiter and header. Raises `FileUnreadable` with the reason."""
    text = TextFile(encoding=mapping.encoding) if mapping.encoding else detect_encoding(plain.path)
    content, encoding = plain.path, text.encoding
    if encoding.startswith("utf-16"):
        content, encoding = recode_utf_16(plain.path, text, plain.name, spool), "utf-8"
    mark_bytes = 0 if content != plain.path else text.mark_bytes
    head = read_head(
        content, plain.name, mapping, encoding=encoding, mark_bytes=mark_bytes, limits=limits
    )
    layout = _Layout(
        path=content,
        name=plain.name,
        head=head,
        shape=CsvShape(
            delimiter=head.delimiter,
            field_count=len(head.headers),
            is_utf8=encoding == "utf-8",
            max_record_bytes=limits.line_bytes,
        ),
        encoding=encoding,
    )
    return TableFile(
        path=path,
        name=plain.name,
        format=RowFormat.DELIMITED,
        headers=head.headers,
        natives=(Native.TEXT,) * len(head.headers),
        batches=lambda findings: _batches(layout, findings),
        raw=_raw_bytes(content, text.encoding),
        delimiter=head.delimiter.decode(),
        encoding=text.encoding,
        warnings=tuple(_warnings(text, plain.name)),
    )


def _warnings(text: TextFile, name: str) -> Iterator[str]:
    if text.is_guess:
        yield (
            f"{name}: read as {text.encoding}, for it is not UTF-8; state `encoding:` in a mapping "
            "file when letters look wrong."
        )


def _raw_bytes(path: Path, encoding: str) -> RawBytes:
    """Return the reader of a row's bytes; what was recoded is coded back, which loses nothing."""

    def read(extent: Extent, limit: int) -> bytes:
        with path.open("rb") as file:
            file.seek(extent.offset)
            raw = file.read(min(extent.length, limit))
        return raw.decode().encode(encoding) if encoding.startswith("utf-16") else raw

    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How the file is laid out."""

    path: Path
    name: str
    head: CsvHead
    shape: CsvShape
    encoding: str


def _batches(layout: _Layout, findings: Findings) -> Iterator[pa.RecordBatch]:
    """Read stretch by stretch; memory holds one."""
    head = layout.head
    findings.blank_lines += head.blank_lines
    findings.header_lines += head.header_lines
    findings.lines += head.blank_lines + head.header_lines
    if layout.path.stat().st_size <= head.begin:
        return
    data = _FileBytes(layout.path)
    at, line = head.begin, head.blank_lines + head.header_lines + 1
    while at < data.size:
        end = _stretch_end(data, at, layout.shape.max_record_bytes)
        if end == at:
            at = _hold_long_line(layout, data, at, line, findings)
            line += 1
            continue
        found = scan(data[at:end], layout.shape, is_last=end == data.size)
        _note(layout, found, findings, offset=at, line=line)
        if len(found.starts):
            yield _parse(layout, found, at, line)
        at += found.consumed
        line += found.line_count


class _FileBytes:
    """The bytes of a file, read where they are asked for.

    A mapping of the whole file would count as memory of the process, page by page.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = path.stat().st_size

    def __getitem__(self, part: slice) -> Bytes:
        with self._path.open("rb") as file:
            file.seek(part.start)
            return np.frombuffer(file.read(part.stop - part.start), dtype=np.uint8)


def _note(layout: _Layout, found: Scan, findings: Findings, *, offset: int, line: int) -> None:
    findings.lines += found.line_count
    findings.blank_lines += found.blank_count
    findings.continuation_lines += found.continuation_count
    for problem in found.problems:
        extent = Extent(
            line=line + problem.line,
            offset=offset + problem.start,
            length=problem.end - problem.start,
        )
        findings.hold(
            BadRow(file=layout.name, extent=extent, rule=problem.rule, message=problem.message)
        )


def _stretch_end(data: _FileBytes, at: int, line_bytes: int) -> int:
    """Return where a stretch of whole lines ends; `at` itself when the first line is too long."""
    end = at + max(STRETCH_BYTES, 2 * line_bytes)
    if end >= data.size:
        return data.size
    feeds = np.flatnonzero(data[end : end + line_bytes] == LINE_FEED)
    if len(feeds):
        return end + int(feeds[0]) + 1
    feeds = np.flatnonzero(data[at:end] == LINE_FEED)
    return at + int(feeds[-1]) + 1 if len(feeds) else at


def _hold_long_line(
    layout: _Layout, data: _FileBytes, at: int, line: int, findings: Findings
) -> int:
    """Set a line aside that is longer than a stretch, without holding it; return what follows."""
    end = at
    while end < data.size:
        feeds = np.flatnonzero(data[end : end + STRETCH_BYTES] == LINE_FEED)
        if len(feeds):
            end += int(feeds[0])
            break
        end = min(end + STRETCH_BYTES, data.size)
    findings.lines += 1
    findings.hold(
        BadRow(
            file=layout.name,
            extent=Extent(line=line, offset=at, length=end - at),
            rule="csv.too_long",
            message=f"the line has {end - at:,} bytes; at most "
            f"{layout.shape.max_record_bytes:,} are read",
        )
    )
    return end + 1


def _parse(layout: _Layout, found: Scan, offset: int, line: int) -> pa.RecordBatch:
    names = [str(position) for position in range(len(layout.head.headers))]
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
        [*places, *batch.columns], schema=batch_schema((Native.TEXT,) * len(names))
    )
