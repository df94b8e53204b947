"""The first lines of a delimited file: where it begins, what separates its fields, its headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ampiq_gql.ingest.csv_record import read_record, split_fields
from ampiq_gql.ingest.errors import FileUnreadable
from ampiq_gql.ingest.limits import ReadLimits
from ampiq_gql.ingest.mapping import FileMapping

__all__ = ["CsvHead", "read_head"]

HEAD_BYTES = 1 << 20
DELIMITERS = (b",", b";", b"\t", b"|")
SAMPLE_RECORDS = 50
SPREADSHEET_HINT = re.compile(rb"sep=([,;\t|])\r?\n", re.IGNORECASE)
"""Excel writes and reads such a first line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvHead:
    """What was found; rows begin at byte `begin`."""

    headers: tuple[str, ...]
    delimiter: bytes
    begin: int
    blank_lines: int
    header_lines: int


def read_head(
    path: Path,
    name: str,
    mapping: FileMapping,
    *,
    encoding: str,
    mark_bytes: int,
    limits: ReadLimits,
) -> CsvHead:
    """Read it. Raises `FileUnreadable` with the reason."""
    head = _first_bytes(path, max(HEAD_BYTES, limits.line_bytes))[mark_bytes:]
    content = head.lstrip(b"\r\n")
    skipped = head[: len(head) - len(content)]
    if not content.strip():
        raise FileUnreadable(f"{name} is empty.", place=str(path))
    if b"\n" not in content and b"\r" in content:
        raise FileUnreadable(
            f"The lines of {name} end with a bare carriage return.",
            place=str(path),
            hint="Save it with line feeds (the usual CSV) and load that.",
        )
    stated = SPREADSHEET_HINT.match(content)
    text = content[stated.end() :] if stated else content
    delimiter = _delimiter(mapping, stated, text)
    record = read_record(text, 0, len(text), delimiter)
    if record.problem or record.is_open:
        raise FileUnreadable(
            f"The header of {name} is damaged: {record.problem or 'a quote is not closed'}.",
            place=f"{path}:{skipped.count(10) + 1}",
            hint="A table begins with a line that names its columns.",
        )
    if b"\0" in text[: record.end]:
        raise FileUnreadable(
            f"The first line of {name} holds NUL bytes: it is no text file.", place=str(path)
        )
    if len(record.fields) > limits.columns:
        raise FileUnreadable(
            f"{name} has {len(record.fields):,} columns; at most {limits.columns:,} are read.",
            place=str(path),
            hint="Keep the columns that matter, or raise AMPIQ_INGEST_MAX_COLUMNS.",
        )
    line_end = text.find(b"\n", record.end)
    if line_end < 0 and path.stat().st_size > mark_bytes + len(head):
        raise FileUnreadable(
            f"The first line of {name} has more than {len(text):,} bytes.",
            place=str(path),
            hint="A table begins with a line that names its columns.",
        )
    header_end = len(text) if line_end < 0 else line_end + 1
    return CsvHead(
        headers=_headers(path, name, text[: record.end], delimiter, encoding),
        delimiter=delimiter,
        begin=mark_bytes + len(skipped) + len(content) - len(text) + header_end,
        blank_lines=skipped.count(10),
        header_lines=max(text.count(b"\n", 0, header_end), 1) + bool(stated),
    )


def _first_bytes(path: Path, count: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(count)
    except OSError as error:
        raise FileUnreadable(
            f"{path} cannot be read: {error.strerror or error}.", place=str(path)
        ) from error


def _delimiter(mapping: FileMapping, stated: re.Match[bytes] | None, text: bytes) -> bytes:
    if mapping.delimiter:
        return mapping.delimiter.encode()
    return stated[1] if stated else _sniff(text)


def _sniff(text: bytes) -> bytes:
    """Choose the delimiter that splits the header, and the most records like the header."""
    return max(DELIMITERS, key=lambda mark: _agreement(_field_counts(text, mark)))


def _field_counts(text: bytes, delimiter: bytes) -> list[int]:
    counts: list[int] = []
    at = 0
    while at < len(text) and len(counts) < SAMPLE_RECORDS:
        record = read_record(text, at, len(text), delimiter)
        if not record.is_open and not record.problem and record.end > at:
            counts.append(len(record.fields))
        line_end = text.find(b"\n", max(record.end, at) if not record.is_open else at)
        if line_end < 0:
            break
        at = line_end + 1
    return counts


def _agreement(counts: Sequence[int]) -> tuple[bool, int, int]:
    """Rank a delimiter: it must split, then agree with the header, then split into more."""
    if not counts or counts[0] < 2:
        return (False, 0, 0)
    return (True, Counter(counts)[counts[0]], counts[0])


def _headers(
    path: Path, name: str, line: bytes, delimiter: bytes, encoding: str
) -> tuple[str, ...]:
    try:
        return split_fields(line, delimiter, encoding)
    except UnicodeDecodeError as error:
        raise FileUnreadable(
            f"The header of {name} is not {encoding}.",
            place=str(path),
            hint="Name the encoding in a mapping file, for example `encoding: windows-1252`.",
        ) from error
