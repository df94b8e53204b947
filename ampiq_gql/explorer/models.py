"""What the explorer tells of tables and columns, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ampiq_gql.catalog import ColumnEntry, TableEntry
from ampiq_gql.errors import NotFound
from ampiq_gql.warehouse import Row
from dsl.suggestions import Candidate, nearest

__all__ = [
    "ColumnInput", "ColumnUse", "ColumnUserKind", "ExampleRows", "FoundTable", "LineageEdge",
    "LineageTable", "SourceLoad", "TableLineage", "TableUnknown",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleRows:
    """Rows of a table, drawn by chance. Values of `hidden` columns are None in all of them."""

    columns: tuple[ColumnEntry, ...]
    rows: tuple[Row, ...]
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLoad:
    """A file that a source table was filled from; `loaded_at` is naive UTC."""

    number: int | None
    datasource: str
    file: str
    loaded_at: datetime
    rows: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageTable:
    """A table on the way from the files; source tables are called `sources.…`."""

    name: str
    is_source: bool
    loads: tuple[SourceLoad, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LineageEdge:
    """The rows of `table` were read from `origin`, among others."""

    origin: str
    table: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ColumnInput:
    """A column that another is made of.

    `is_value` is false where it was only counted or compared: the other tells a fact about it.
    """

    table: str
    column: str
    is_value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLineage:
    """Where a table comes from, up to the files, and which tables were read from it.

    `tables` are all that stand above it, the table itself last; `inputs` are by column. `tags` are
    what the columns were called when their files were mapped: `customers/email`. `constants` have
    no inputs: they are the same, or empty, in all rows.
    """

    table: str
    tables: tuple[LineageTable, ...]
    edges: tuple[LineageEdge, ...]
    inputs: Mapping[str, tuple[ColumnInput, ...]]
    tags: Mapping[str, str]
    readers: tuple[str, ...]
    constants: frozenset[str] = frozenset()


class ColumnUserKind(StrEnum):
    """What can use a column."""

    SEGMENT = "SEGMENT"
    QUERY = "QUERY"
    CAMPAIGN = "CAMPAIGN"
    DESTINATION = "DESTINATION"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUse:
    """Something that would miss a column.

    `through` names the segment by which a campaign comes to use it, or the campaign by which a
    destination does; None when it uses the column itself.
    """

    kind: ColumnUserKind
    id: str
    name: str
    through: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTable:
    """A table that a search found: itself, by its columns, or both.

    Without matching columns the table itself matched.
    """

    table: TableEntry
    is_match: bool
    columns: tuple[ColumnEntry, ...]


class TableUnknown(NotFound):
    """There is no table of that name."""

    def __init__(self, name: str, tables: Iterable[TableEntry]) -> None:
        near = nearest(name, [Candidate(table.name) for table in tables])
        super().__init__(
            "TABLE_UNKNOWN",
            f'There is no table "{name}".',
            hint=f"Did you mean {' or '.join(near)}?" if near else "`ampiq tables` lists them.",
        )
