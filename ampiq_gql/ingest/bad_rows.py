"""Rows that were not loaded: what is wrong, where, and how to find their bytes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BadRow", "Extent", "describe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Where a row stands; `length` 0 when the file has no lines (Parquet)."""

    line: int
    offset: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """One refused row; `rule` is stable, `message` quotes what was found.

    `row` holds the texts of a row that has no bytes of its own in the file.
    """

    file: str
    extent: Extent
    rule: str
    message: str
    column: str | None = None
    value: str | None = None
    row: tuple[str | None, ...] | None = None


def describe(row: BadRow) -> str:
    """Say in one line what is wrong and where: `orders.csv line 381, column "Date": …`."""
    column = f', column "{row.column}"' if row.column else ""
    return f"{row.file} line {row.extent.line}{column}: {row.message}"
