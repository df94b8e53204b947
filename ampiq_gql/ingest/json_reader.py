"""NDJSON, or a JSON array, as Arrow batches of texts: one object is one row.

Objects within are flattened (`customer: {city: …}` becomes the column `customer.city`), arrays stay
as JSON text. Numbers keep their spelling, so that no id and no amount passes through a float.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from ampiq_gql.ingest.archives import PlainFile
from ampiq_gql.ingest.bad_rows import BadRow, Extent
from ampiq_gql.ingest.errors import FileUnreadable
from ampiq_gql.ingest.limits import ReadLimits
from ampiq_gql.ingest.spool import Spool
from ampiq_gql.ingest.table_file import Findings, Native, RowFormat, TableFile, batch_schema

__all__ = ["open_json"]

BATCH_ROWS = 16_384
MARK = b"\xef\xbb\xbf"
SPACE = re.compile(r"[ \t\r\n]*")

Json: TypeAlias = "str | bool | list[Json] | dict[str, Json] | None"
"""What `json` gives when numbers are left as texts."""


class _Number(str):
    """A number as it was spelled, so that arrays are written with it unquoted."""


def open_json(path: Path, plain: PlainFile, spool: Spool, limits: ReadLimits) -> TableFile:
    """Find the columns by reading all rows once. Raises `FileUnreadable` with the reason."""
    content = plain.path
    if _begins_with_bracket(content):
        content = _lines_of_array(path, plain, spool, limits)
    lines = _Lines(path=content, name=plain.name, line_bytes=limits.line_bytes)
    headers = _columns(lines, path, limits)
    if not headers:
        raise FileUnreadable(
            f"{plain.name} holds no JSON object.",
            place=str(path),
            hint="One object per line is one row: NDJSON.",
        )
    natives = (Native.TEXT,) * len(headers)
    return TableFile(
        path=path,
        name=plain.name,
        format=RowFormat.JSON,
        headers=headers,
        natives=natives,
        batches=lambda findings: _batches(lines, headers, natives, findings),
        raw=lambda extent, limit: _raw(content, extent, limit),
    )


def _begins_with_bracket(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4_096).removeprefix(MARK).lstrip().startswith(b"[")


def _lines_of_array(path: Path, plain: PlainFile, spool: Spool, limits: ReadLimits) -> Path:
    """Write each element of an array as a line; element number is line number then."""
    if plain.path.stat().st_size > limits.array_bytes:
        raise FileUnreadable(
            f"{plain.name} is one JSON array of more than {limits.array_bytes:,} bytes.",
            place=str(path),
            hint="Write one object per line (NDJSON): jq -c '.[]' does it.",
        )
    target = spool.new_file()
    try:
        text = plain.path.read_bytes().removeprefix(MARK).decode()
        with target.open("wb") as lines:
            for element in _elements(text):
                # A line feed in JSON is never within a string: it is only space.
                lines.write(element.replace("\n", " ").replace("\r", " ").encode() + b"\n")
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(
            f"{plain.name} is not sound JSON: {error}.", place=str(path)
        ) from error
    return target


def _elements(text: str) -> Iterator[str]:
    """Yield the elements of an array as they are spelled. Raises `ValueError`."""
    decoder = json.JSONDecoder()
    at = SPACE.match(text, text.index("[") + 1).end()  # type: ignore[union-attr]  # matches always
    while text[at : at + 1] not in ("]", ""):
        _, end = decoder.raw_decode(text, at)
        yield text[at:end]
        at = SPACE.match(text, end).end()  # type: ignore[union-attr]
        if text[at : at + 1] == ",":
            at = SPACE.match(text, at + 1).end()  # type: ignore[union-attr]
        elif text[at : at + 1] != "]":
            raise ValueError(f"a comma or the end of the array is missing at character {at}")
    if not text[at : at + 1]:
        raise ValueError("the array has no end")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    number: int
    offset: int
    raw: bytes
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """The lines of a file, each held only up to the limit."""

    path: Path
    name: str
    line_bytes: int

    def __iter__(self) -> Iterator[_Line]:
        offset = number = 0
        with self.path.open("rb") as file:
            while raw := file.readline(self.line_bytes + 1):
                number += 1
                length = len(raw)
                while not raw.endswith(b"\n") and (more := file.readline(self.line_bytes)):
                    length += len(more)
                    raw = raw if not more.endswith(b"\n") else raw[: self.line_bytes + 1] + b"\n"
                yield _Line(number=number, offset=offset, raw=raw.rstrip(b"\r\n"), length=length)
                offset += length


@dataclass(frozen=True, slots=True)
class _Refusal:
    rule: str
    message: str


def _read(line: _Line, limit: int) -> dict[str, str | None] | _Refusal:
    """Return the row, flattened, or what is wrong with it."""
    if line.length > limit + 2:
        return _Refusal(
            "json.too_long", f"the line has {line.length:,} bytes; at most {limit:,} are read"
        )
    raw = line.raw.removeprefix(MARK) if line.number == 1 else line.raw
    try:
        value: Json = json.loads(
            raw, parse_float=_Number, parse_int=_Number, parse_constant=_Number
        )
    except RecursionError:
        return _Refusal("json.syntax", "the row is nested too deeply")
    except UnicodeDecodeError as error:
        return _Refusal("csv.encoding", f"the line is not UTF-8: byte 0x{raw[error.start]:02x}")
    except ValueError as error:
        return _Refusal("json.syntax", f"the line is not sound JSON: {error}")
    if not isinstance(value, dict):
        return _Refusal("json.syntax", "the line is not an object")
    row = dict(_flat(value, ""))
    if any(text is not None and "\0" in text for text in row.values()):
        return _Refusal("csv.nul", "the line holds a NUL character")
    return row


def _flat(value: Mapping[str, Json], prefix: str) -> Iterator[tuple[str, str | None]]:
    for name, part in value.items():
        path = f"{prefix}{name}"
        match part:
            case dict():
                yield from _flat(part, f"{path}.")
            case None:
                yield path, None
            case bool():
                yield path, "true" if part else "false"
            case list():
                yield path, _spelled(part)
            case _:
                yield path, str(part)


def _spelled(value: Json) -> str:
    """Write JSON with its numbers as they were."""
    match value:
        case _Number():
            return str(value)
        case dict():
            return "{" + ",".join(f"{json.dumps(k)}:{_spelled(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ",".join(_spelled(part) for part in value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _columns(lines: _Lines, path: Path, limits: ReadLimits) -> tuple[str, ...]:
    """Return the columns of all rows, in the order of their first appearance."""
    found: dict[str, None] = {}
    for line in lines:
        row = _read(line, limits.line_bytes)
        if isinstance(row, dict):
            found.update(dict.fromkeys(row))
        if len(found) > limits.columns:
            raise FileUnreadable(
                f"{lines.name} has more than {limits.columns:,} columns.",
                place=f"{path}:{line.number}",
                hint="Keep the fields that matter, or raise AMPIQ_INGEST_MAX_COLUMNS.",
            )
    return tuple(found)


def _batches(
    lines: _Lines, headers: Sequence[str], natives: tuple[Native, ...], findings: Findings
) -> Iterator[pa.RecordBatch]:
    schema = batch_schema(natives)
    places: list[tuple[int, int, int]] = []
    rows: list[dict[str, str | None]] = []
    for line in lines:
        findings.lines += 1
        if not line.raw.strip():
            findings.blank_lines += 1
            continue
        row = _read(line, lines.line_bytes)
        if isinstance(row, _Refusal):
            extent = Extent(line=line.number, offset=line.offset, length=line.length)
            findings.hold(
                BadRow(file=lines.name, extent=extent, rule=row.rule, message=row.message)
            )
            continue
        places.append((line.number, line.offset, len(line.raw)))
        rows.append(row)
        if len(rows) == BATCH_ROWS:
            yield _batch(schema, headers, places, rows)
            places, rows = [], []
    if rows:
        yield _batch(schema, headers, places, rows)


def _batch(
    schema: pa.Schema,
    headers: Sequence[str],
    places: Sequence[tuple[int, int, int]],
    rows: Sequence[Mapping[str, str | None]],
) -> pa.RecordBatch:
    numbers = [pa.array(column, pa.int64()) for column in zip(*places, strict=True)]
    texts = [pa.array([row.get(name) for row in rows], pa.string()) for name in headers]
    return pa.RecordBatch.from_arrays([*numbers, *texts], schema=schema)


def _raw(path: Path, extent: Extent, limit: int) -> bytes:
    with path.open("rb") as file:
        file.seek(extent.offset)
        return file.read(min(extent.length, limit)).rstrip(b"\r\n")
