"""Rows that were not loaded: what is wrong, where, and their bytes as they were."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["BadRow", "Extent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Where a row stands; `length` 0 when the file has no lines (Parquet)."""

    line: int
    offset: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """One refused row; `rule` is stable, `message` quotes what was found."""

    file: Path
    extent: Extent
    rule: str
    message: str
    column: str | None = None
    value: str | None = None
