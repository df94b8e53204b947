"""The catalog of one build: everything that a name in an expression can mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import assert_never

import sqlalchemy as sa

from ampiq_gql.catalog.access import StatedClasses
from ampiq_gql.catalog.entries import ColumnEntry, MemberListEntry, TableEntry
from ampiq_gql.catalog.file_tables import FileTable, file_table_entry, raised_file
from ampiq_gql.catalog.loading import RECIPIENTS, CatalogData, read_catalog
from ampiq_gql.catalog.names import SegmentNames
from ampiq_gql.catalog.naming import normalise
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import BUILD_SCHEMA, BuildInfo, Session
from dsl.catalog import FILE_PREFIX, ID_COLUMN, ListKind, SavedSegment, list_prefix

__all__ = ["WarehouseCatalog", "catalog_data", "load_catalog"]


def load_catalog(
    session: Session, *, segments: SegmentNames, settings: Settings
) -> WarehouseCatalog:
    """Return the catalog of the session's build; the data are read once per snapshot.

    It outlives the session: names of segments and lists are asked of `segments` when needed.
    """
    return WarehouseCatalog(
        build=session.build,
        data=catalog_data(session, settings),
        segments=segments,
        week_start=settings.week_start,
        stated=StatedClasses.of(settings),
    )


def catalog_data(session: Session, settings: Settings) -> CatalogData:
    """Return what of the catalog is the build's alone; read once per snapshot."""
    stated = StatedClasses.of(settings)
    return session.once("catalog", partial(read_catalog, stated=stated))


class WarehouseCatalog:
    """Implements `dsl.catalog.Catalog` and answers the data explorer."""

    def __init__(
        self,
        *,
        build: BuildInfo,
        data: CatalogData,
        segments: SegmentNames,
        week_start: int,
        stated: StatedClasses,
    ) -> None:
        self._build = build
        self._data = data
        self._segments = segments
        self._week_start = week_start
        self._stated = stated
        self._files: dict[str, TableEntry] = {}

    @property
    def build_as_of(self) -> date:
        """The as_of of the build."""
        return self._build.as_of

    @property
    def currency(self) -> str:
        """ISO 4217 code of the amounts."""
        return self._build.currency

    @property
    def week_start(self) -> int:
        """1 Monday … 7 Sunday."""
        return self._week_start

    @property
    def order_columns(self) -> frozenset[str]:
        """Columns in which every purchase line is like its order."""
        return frozenset(self._build.order_columns)

    @property
    def tables(self) -> Sequence[TableEntry]:
        """All tables of the build, in lookup order."""
        return self._data.tables

    @property
    def uploaded(self) -> Sequence[FileTable]:
        """Uploaded files as they were measured, by name."""
        found = (file for file in self._segments.files() if file.prefix == FILE_PREFIX)
        return [raised_file(file, self._stated) for file in found]

    @property
    def files(self) -> Sequence[TableEntry]:
        """Uploaded files and results of queries, by name."""
        return [self._file_entry(file) for file in self._segments.files()]

    def table(self, name: str) -> TableEntry | None:
        """Return the table of that normalised name or label; lists begin with their prefix."""
        if not list_prefix(name):
            return self._data.tables_by_name.get(name)
        file = self._segments.file(name)
        return None if file is None else self._file_entry(file)

    def segment(self, name: str) -> SavedSegment | None:
        """Return the saved segment of that name."""
        return self._segments.segment(name)

    def member_list(self, kind: ListKind, name: str) -> MemberListEntry | None:
        """Return the file, query, list or campaign of that name."""
        if kind is ListKind.CAMPAIGN:
            return self._campaign(name)
        table = self._segments.list_table(kind, name)
        return None if table is None else _whole_list(table, name)

    def names(self, kind: ListKind) -> Sequence[str]:
        """Return the names that `member of <kind>` accepts."""
        match kind:
            case ListKind.SEGMENT:
                return self._segments.segment_names()
            case ListKind.CAMPAIGN:
                return self._data.campaign_names
            case ListKind.QUERY | ListKind.FILE | ListKind.LIST:
                return self._segments.list_names(kind)
        assert_never(kind)

    def attributes(self, search: str | None = None) -> Sequence[ColumnEntry]:
        """Return the columns that match, best match first, else in lookup order, files last.

        Every word must be found in the name, label or description.
        """
        tables = [*self.tables, *self.files]
        columns = [column for table in tables for column in table.columns]
        words = (search or "").casefold().split()
        found = [column for column in columns if _matches(column, words)]
        return sorted(found, key=lambda column: _distance(column, search or ""))

    def _file_entry(self, file: FileTable) -> TableEntry:
        """Return one entry for a file however often it is named: entries are compared as such."""
        if file.relation not in self._files:
            self._files[file.relation] = file_table_entry(raised_file(file, self._stated))
        return self._files[file.relation]

    def _campaign(self, name: str) -> MemberListEntry | None:
        """The recipients of all runs of the campaign, its control group included."""
        known = {one.casefold(): one for one in self._data.campaign_names}.get(name.casefold())
        if known is None:
            return None
        recipients = sa.table(
            RECIPIENTS,
            sa.column(ID_COLUMN, sa.Uuid()),
            sa.column("campaign_name", sa.Text()),
            schema=BUILD_SCHEMA,
        )
        members = (
            sa.select(recipients.c[ID_COLUMN])
            .where(recipients.c.campaign_name == known)
            .subquery("recipients_of_campaign")
        )
        return MemberListEntry(name=known, selectable=members, id_column=members.c[ID_COLUMN])


def _whole_list(table: str, name: str) -> MemberListEntry:
    members = sa.table(table, sa.column(ID_COLUMN, sa.Uuid()), schema=BUILD_SCHEMA)
    return MemberListEntry(name=name, selectable=members, id_column=members.c[ID_COLUMN])


def _matches(column: ColumnEntry, words: Sequence[str]) -> bool:
    text = f"{column.name} {column.label} {column.description}".casefold()
    return all(word in text for word in words)


def _distance(column: ColumnEntry, search: str) -> int:
    """Rank the name or label itself before its beginning, before a part of it, before the rest."""
    wanted = normalise(search)
    names = (column.name, normalise(column.label))
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    return 2 if any(wanted in name for name in names) else 3
