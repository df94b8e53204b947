"""What a preset is: the fingerprint of an export, and the tables that its rows become.

A preset is data and a select per table; typing, checks, keys and quarantine are everybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.warehouse import AnySelect

__all__ = ["Export", "Preset", "PresetTable"]

Value = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The rows of an exported file, asked for by header."""

    rows: sa.FromClause
    positions: Mapping[str, int]

    def has(self, header: str) -> bool:
        """Say whether the file has that column."""
        return header in self.positions

    def text(self, header: str) -> Value:
        """Return the trimmed text under a header; NULL when the file lacks it."""
        if header not in self.positions:
            return sa.cast(sa.null(), sa.Text)
        column = self.rows.c[str(self.positions[header])]
        return sa.func.nullif(sa.func.trim(column), "", type_=sa.Text)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetTable:
    """One table that an export feeds.

    `columns` give each target column the header that it comes from (for messages); `rows` selects
    `_line`, `_offset`, `_length` and the columns by their target names, as texts.
    """

    kind: SourceKind
    columns: Mapping[str, str]
    rows: Callable[[Export], AnySelect]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """An export that is known by its headers: all of `fingerprint` must be there."""

    name: str
    title: str
    fingerprint: frozenset[str]
    tables: tuple[PresetTable, ...]
    notes: tuple[str, ...] = ()
