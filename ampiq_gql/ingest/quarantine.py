"""Where refused rows are kept: one NDJSON line each, with place, reason and the bytes as they were.

`raw` is for people; `raw_base64` is the row itself, byte by byte.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

import orjson

from ampiq_gql.ingest.bad_rows import BadRow

__all__ = ["describe", "write_quarantine"]


def write_quarantine(folder: Path, load_id: str, rows: Sequence[BadRow]) -> Path:
    """Write the rows of one load, file by file and line by line; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{load_id}.ndjson"
    ordered = sorted(rows, key=lambda row: (str(row.file), row.extent.line))
    with target.open("wb") as out:
        for path in dict.fromkeys(row.file for row in ordered):
            with path.open("rb") as original:
                for row in ordered:
                    if row.file == path:
                        original.seek(row.extent.offset)
                        raw = original.read(row.extent.length)
                        out.write(orjson.dumps(_record(row, raw)) + b"\n")
    return target


def describe(row: BadRow) -> str:
    """Say in one line what is wrong and where: `orders.csv line 381, column "Date": …`."""
    column = f', column "{row.column}"' if row.column else ""
    return f"{row.file.name} line {row.extent.line}{column}: {row.message}"


def _record(row: BadRow, raw: bytes) -> dict[str, str | int | None]:
    return {
        "file": str(row.file),
        "line": row.extent.line,
        "column": row.column,
        "rule": row.rule,
        "message": row.message,
        "value": row.value,
        "raw": raw.decode("utf-8", errors="backslashreplace"),
        "raw_base64": base64.b64encode(raw).decode(),
    }
