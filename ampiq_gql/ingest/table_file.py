"""What a file of any format is to the loader: headers, and batches of values with their places.

Formats that know types (Parquet) keep them; the others bring texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa

from ampiq_gql.ingest.bad_rows import BadRow, Extent
from ampiq_gql.ingest.errors import TooManyBadRows

__all__ = ["PLACE_FIELDS", "Findings", "Native", "RawBytes", "RowFormat", "TableFile",
           "batch_schema"]  # fmt: skip

PLACE_FIELDS = (
    pa.field("_line", pa.int64()),
    pa.field("_offset", pa.int64()),
    pa.field("_length", pa.int64()),
)
"""Every batch begins with these; the columns of the file follow, named by position."""


class Native(StrEnum):
    """The type in which a file's format keeps a column; instants are naive UTC.

    Short decimals fit into 64 bits, in which engines compute many times faster than in 128.
    """

    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    SHORT_DECIMAL = "short decimal"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    WALL_CLOCK = "time without zone"
    INSTANT = "time in UTC"


ARROW_TYPES: Mapping[Native, pa.DataType] = MappingProxyType(
    {
        Native.TEXT: pa.string(),
        Native.INTEGER: pa.int64(),
        Native.FLOAT: pa.float64(),
        Native.SHORT_DECIMAL: pa.decimal128(18, 4),
        Native.DECIMAL: pa.decimal128(38, 9),
        Native.BOOLEAN: pa.bool_(),
        Native.DATE: pa.date32(),
        Native.WALL_CLOCK: pa.timestamp("us"),
        Native.INSTANT: pa.timestamp("us"),
    }
)


class RowFormat(StrEnum):
    """How rows are written."""

    DELIMITED = "delimited"
    JSON = "json"
    PARQUET = "parquet"


@dataclass(slots=True)
class Findings:
    """What a reader meets beside sound rows; it fills as the batches are read.

    `lines` are the lines of the file that were seen, header included; `continuation_lines` those
    on which a quoted field goes on.
    """

    held_rows_limit: int = 1_000_000
    bad_rows: list[BadRow] = field(default_factory=list)
    blank_lines: int = 0
    lines: int = 0
    header_lines: int = 0
    continuation_lines: int = 0

    def hold(self, row: BadRow) -> None:
        """Keep a bad row. Raises `TooManyBadRows` beyond the limit."""
        if len(self.bad_rows) >= self.held_rows_limit:
            raise TooManyBadRows(self.held_rows_limit, row)
        self.bad_rows.append(row)


RawBytes = Callable[[Extent, int], bytes]
"""Reads a row as it stands in the file, unaltered, up to so many bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A file, or a member of an archive, that can be read once from begin to end.

    `path` is what the user named, `name` what messages call it. `raw` is None for formats whose
    rows have no bytes of their own. `delimiter` and `encoding` are as found.
    """

    path: Path
    name: str
    format: RowFormat
    headers: tuple[str, ...]
    natives: tuple[Native, ...]
    batches: Callable[[Findings], Iterator[pa.RecordBatch]]
    raw: RawBytes | None = None
    delimiter: str = ","
    encoding: str = "utf-8"
    warnings: tuple[str, ...] = ()


def batch_schema(natives: tuple[Native, ...]) -> pa.Schema:
    """Describe the batches of a file with these columns."""
    columns = (pa.field(str(at), ARROW_TYPES[native]) for at, native in enumerate(natives))
    return pa.schema([*PLACE_FIELDS, *columns])
