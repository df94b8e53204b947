"""Forty files that nobody should have to load, and what each must end with.

`size` scales the large ones: the routine test takes them small, with limits to match; `python -m
tests.ingest.hostile_full` takes them whole.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HEADER = b"order_id,customer_id,order_datetime,order_revenue\n"
GOOD = b"o1,c1,2025-01-31,9.50\n"
MANY = b"".join(b"g%d,c1,2025-01-01,1\n" % number for number in range(60))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """A file and its end: an error code, or the counts of loaded and quarantined rows."""

    name: str
    content: bytes | Callable[[Path, int], None]
    code: str | None = None
    loaded: int = 0
    held: int = 0
    rule: str | None = None


def _zip(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _long_line(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(HEADER + GOOD + b"o2,")
        for _ in range(0, size, 1 << 20):
            file.write(b"x" * (1 << 20))
        file.write(b",2025-01-01,1\n" + MANY)


def _long_header(path: Path, size: int) -> None:
    with path.open("wb") as file:
        for _ in range(0, size, 1 << 20):
            file.write(b"h" * (1 << 20))


def _long_json(path: Path, size: int) -> None:
    row = {"order_id": "o1", "customer_id": "c", "order_datetime": "2025-01-01", "order_revenue": 1}
    with path.open("wb") as file:
        file.write(json.dumps(row).encode() + b'\n{"order_id": "')
        for _ in range(0, size, 1 << 20):
            file.write(b"x" * (1 << 20))
        file.write(b'"}\n')


def _bomb_gz(path: Path, size: int) -> None:
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(HEADER)
        for _ in range(0, size, 1 << 20):
            file.write(b"0" * (1 << 20))


def _bomb_zip(path: Path, size: int) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as file,
    ):
        for _ in range(0, size, 1 << 20):
            file.write(b"0" * (1 << 20))


def _many_members(path: Path, size: int) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_050):
            archive.writestr(f"{number}.csv", b"")


def _columns(count: int) -> bytes:
    names = [b"order_id", b"customer_id", b"order_datetime", b"order_revenue"]
    names += [b"column_%d" % number for number in range(count - 4)]
    return b",".join(names) + b"\n" + b",".join([b"1"] * count) + b"\n"


def _parquet(columns: dict[str, object]) -> Callable[[Path, int], None]:
    return lambda path, size: pq.write_table(pa.table(columns), path)


def _row(raw: bytes, rule: str, name: str) -> Hostile:
    """A bad row amid good ones."""
    content = HEADER + GOOD + raw + b"\n" + MANY
    return Hostile(name=f"{name}.csv", content=content, loaded=61, held=1, rule=rule)


UNREADABLE, INVALID, ARCHIVE = "FILE_UNREADABLE", "MAPPING_INVALID", "ARCHIVE_REFUSED"

HOSTILE: tuple[Hostile, ...] = (
    Hostile(name="empty.csv", content=b"", code=UNREADABLE),
    Hostile(name="blank_lines.csv", content=b"\n\r\n\n", code=UNREADABLE),
    Hostile(name="header_only.csv", content=HEADER),
    Hostile(name="header_without_line_end.csv", content=HEADER[:-1]),
    Hostile(name="ten_thousand_columns.csv", content=_columns(10_000), code=UNREADABLE),
    Hostile(name="long_line.csv", content=_long_line, loaded=61, held=1, rule="csv.too_long"),
    Hostile(name="long_header.csv", content=_long_header, code=UNREADABLE),
    Hostile(name="long_json_line.ndjson", content=_long_json, loaded=1, held=1,
            rule="json.too_long"),
    _row(b"o2,c\x001,2025-01-01,1", "csv.nul", "nul_byte"),
    Hostile(name="only_nul.csv", content=b"\0" * 4096, code=UNREADABLE),
    _row(b'o2,"c1,2025-01-01,1', "csv.quote", "unclosed_quote"),
    Hostile(name="unclosed_quote_at_the_end.csv", content=HEADER + MANY + b'o2,"c1,2025-01-01,1',
            loaded=60, held=1, rule="csv.quote"),
    Hostile(name="unclosed_quote_in_the_header.csv", content=b'order_id,"customer_id\n' + MANY,
            code=UNREADABLE),
    _row(b'o2,"c"1,2025-01-01,1', "csv.quote", "text_after_quote"),
    _row(b"o2,c\r1,2025-01-01,1", "csv.quote", "bare_carriage_return"),
    Hostile(name="old_mac_lines.csv", content=(HEADER + GOOD).replace(b"\n", b"\r"),
            code=UNREADABLE),
    Hostile(name="mixed_line_ends.csv", content=HEADER + GOOD + MANY.replace(b"\n", b"\r\n"),
            loaded=61),
    Hostile(name="duplicate_headers.csv", content=b"order_id,Order ID,x\n1,2,3\n", code=INVALID),
    Hostile(name="nameless_header.csv", content=b"order_id,,x\n1,2,3\n", code="COLUMN_MISSING"),
    Hostile(name="headers_of_another_table.csv", content=b"a,b,c\n1,2,3\n", code="COLUMN_MISSING"),
    Hostile(name="prose.csv", content=b"Dear all,\n\nhere it is.\n", code="COLUMN_MISSING"),
    _row(b"o2,c1,2025-01-01,1,9,9", "csv.fields", "extra_fields"),
    _row(b"o2", "csv.fields", "missing_fields"),
    _row(b"o2,c\xe9,2025-01-01,1", "csv.encoding", "latin_1_byte"),
    Hostile(name="windows_1252.csv", content=HEADER + GOOD + b"o2,c\xe9,2025-01-01,1\n" * 1
            + b"o3,\xfc,2025-01-01,1\no4,\x80uro,2025-01-01,1\n", loaded=4),
    Hostile(name="utf_16.csv", content=(HEADER + GOOD).decode().encode("utf-16"), loaded=1),
    Hostile(name="half_a_letter_utf_16.csv", content=b"\xff\xfeo\0\0\xd8x\0", code=UNREADABLE),
    Hostile(name="byte_order_mark.csv", content=b"\xef\xbb\xbf" + HEADER + GOOD, loaded=1),
    Hostile(name="formulas.csv", content=HEADER + b'=1+1,"=cmd|\'/C calc\'!A0",2025-01-01,1\n'
            b'+SUM(A1),@x,2025-01-01,"=2"\n' + MANY, loaded=61, held=1, rule="value.number"),
    Hostile(name="both_dates.csv", content=HEADER + b"o1,c,03/04/2025,1\n", code="DATES_AMBIGUOUS"),
    Hostile(name="both_numbers.csv", content=HEADER + b'o1,c,2025-01-01,"1,234"\n',
            code="NUMBERS_AMBIGUOUS"),
    _row(b"o2,c1,2025-02-30,1", "value.date", "no_such_day"),
    _row(b"o2,c1,2025-01-01,99999999999999999999", "value.number", "huge_amount"),
    Hostile(name="bomb.csv.gz", content=_bomb_gz, code=ARCHIVE),
    Hostile(name="bomb.zip", content=_bomb_zip, code=ARCHIVE),
    Hostile(name="ten_thousand_members.zip", content=_many_members, code=ARCHIVE),
    Hostile(name="climbing.zip", content=_zip({"../../../evil.csv": HEADER + GOOD}), loaded=1),
    Hostile(name="nested.zip", content=_zip({"inner.zip": _zip({"a.csv": HEADER + GOOD})}),
            code=UNREADABLE),
    Hostile(name="workbook.xlsx", content=_zip({"[Content_Types].xml": b"<x/>"}), code=UNREADABLE),
    Hostile(name="cut.csv.gz", content=gzip.compress(HEADER + GOOD + MANY)[:-20], code=UNREADABLE),
    Hostile(name="cut.zip", content=_zip({"a.csv": HEADER + MANY})[:-30], code=UNREADABLE),
    Hostile(name="not.parquet", content=HEADER + GOOD, code=UNREADABLE),
    Hostile(name="nested.parquet", content=_parquet({"order_id": [["a"]]}), code=UNREADABLE),
    Hostile(name="nul.parquet", content=_parquet({
        "order_id": ["o1", "o\x002"], "customer_id": ["c", "c"],
        "order_datetime": ["2025-01-01", "2025-01-01"], "order_revenue": [1.0, 1.0]}),
            loaded=1, held=1, rule="value.nul"),
    Hostile(name="broken.ndjson", content=b'{"order_id":"o1","customer_id":"c","order_datetime":'
            b'"2025-01-01","order_revenue":1}\n{"order_id":\n[1]\n\n', loaded=1, held=2,
            rule="json.syntax"),
    Hostile(name="deep.ndjson", content=b'{"order_id":"o1","customer_id":"c","order_datetime":'
            b'"2025-01-01","order_revenue":1}\n{"a":' + b"[" * 100_000 + b"\n", loaded=1, held=1,
            rule="json.syntax"),
    Hostile(name="unfinished.json", content=b'[{"order_id": "o1"}, ', code=UNREADABLE),
    Hostile(name="none.json", content=b"{}\n{}\n", code=UNREADABLE),
)  # fmt: skip


def write(hostile: Hostile, folder: Path, size: int) -> Path:
    """Write the file and return where it lies."""
    path = folder / hostile.name
    if isinstance(hostile.content, bytes):
        path.write_bytes(hostile.content)
    else:
        hostile.content(path, size)
    return path
