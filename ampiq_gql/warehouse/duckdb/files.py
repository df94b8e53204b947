"""Files as things to select from: CSV, with its rejected lines, and Parquet.

Only the connections of builds and sources can open files; readers cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from duckdb_sqlalchemy import read_csv as duckdb_read_csv
from duckdb_sqlalchemy import read_parquet as duckdb_read_parquet

__all__ = ["CsvFormat", "csv_rejects", "read_csv", "read_parquet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFormat:
    """How a CSV file is written; every part is said, nothing is guessed."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    encoding: str = "utf-8"
    has_header: bool = True
    skip_lines: int = 0
    null_text: str = ""
    max_line_bytes: int = 2_097_152


def read_csv(
    paths: Sequence[Path],
    *,
    columns: Sequence[str],
    format: CsvFormat,
    keeps_rejects: bool = False,
) -> sa.TableValuedAlias:
    """Return the lines as text columns, in the order of the file; an empty field is NULL.

    A line with the wrong number of fields, an open quote or bad bytes is an error; with
    `keeps_rejects` it is left out instead and listed in `csv_rejects()` of the same connection.
    """
    scan: sa.TableValuedAlias = duckdb_read_csv(
        _texts(paths),
        columns=dict.fromkeys(columns, "VARCHAR"),
        delim=format.delimiter,
        quote=format.quote,
        escape=format.escape,
        encoding=format.encoding,
        header=format.has_header,
        skip=format.skip_lines,
        nullstr=format.null_text,
        max_line_size=format.max_line_bytes,
        auto_detect=False,
        strict_mode=True,
        store_rejects=keeps_rejects,
    )
    return scan


def read_parquet(paths: Sequence[Path], *, columns: Sequence[str]) -> sa.TableValuedAlias:
    """Return the rows of all files; a column that a file lacks is NULL there."""
    scan: sa.TableValuedAlias = duckdb_read_parquet(
        _texts(paths), columns=columns, union_by_name=True
    )
    return scan


def csv_rejects() -> sa.TableClause:
    """Return the lines that `read_csv(keeps_rejects=True)` left out on this connection.

    `line` counts from 1, the header included; `error_type` is a code of DuckDB's, `csv_line` the
    text as it stood. One line can have several entries.
    """
    return sa.table(
        "reject_errors",
        sa.column("line", sa.BigInteger()),
        sa.column("column_name", sa.Text()),
        sa.column("error_type", sa.Text()),
        sa.column("csv_line", sa.Text()),
        sa.column("error_message", sa.Text()),
    )


def _texts(paths: Sequence[Path]) -> sa.ColumnElement[list[str]]:
    return sa.func.list_value(*(str(path) for path in paths))
