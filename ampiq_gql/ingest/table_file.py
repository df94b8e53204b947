"""What a file of any format is to the loader: headers, and batches of texts with their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from ampiq_gql.ingest.bad_rows import BadRow

__all__ = ["PLACE_FIELDS", "Findings", "TableFile"]

PLACE_FIELDS = (
    pa.field("_line", pa.int64()),
    pa.field("_offset", pa.int64()),
    pa.field("_length", pa.int64()),
)
"""Every batch begins with these; the columns of the file follow, named by position."""


@dataclass(slots=True)
class Findings:
    """What a reader meets beside sound rows; it fills as the batches are read."""

    bad_rows: list[BadRow] = field(default_factory=list)
    blank_lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A file that can be read once from begin to end."""

    path: Path
    headers: tuple[str, ...]
    batches: Callable[[Findings], Iterator[pa.RecordBatch]]
