"""The customers of a segment: chosen columns, page by page, streamed, or written to a file.

Pages go by keyset on the id, so page 10,000 costs what page 1 costs; files are written beside
their final name and renamed, so half a file is never seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from ampiq_gql.errors import Fault, Invalid
from ampiq_gql.insights.table_files import TableFormat, encoded, format_of, write_table
from ampiq_gql.segments import Audience, SegmentService
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import AnySelect, Row, Warehouse
from dsl import Diagnostic
from dsl.catalog import ID_COLUMN, Catalog, Column, Grain, Table, list_prefix
from dsl.compiler.dialects import IdOrder
from dsl.suggestions import Candidate, nearest

__all__ = ["CustomerColumn", "CustomerPage", "CustomerService", "Written", "join_columns"]

DEFAULT_COLUMNS = ("given_name", "surname", "full_name", "address", "city", "state", "postal")
MAX_PAGE = 1_000
EXPORT_TIMEOUT_SECONDS = 3_600.0  # one stream from first to last row, not a question of a person


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerColumn:
    """A chosen column: its table, its name and what it holds; NULL for all when `is_hidden`."""

    table: Table
    column: Column
    is_hidden: bool = False

    @property
    def name(self) -> str:
        """The heading: the plain name, which is unique within a choice."""
        return self.column.name

    @property
    def element(self) -> sa.ColumnElement[object]:
        """What is read of a row."""
        element = self.column.element
        return sa.cast(sa.null(), element.type) if self.is_hidden else element


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """Rows of one page in id order; the id is the first column of each row."""

    columns: tuple[CustomerColumn, ...]
    rows: tuple[Row, ...]
    has_next_page: bool
    as_of: date
    build_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What an export has written."""

    rows: int
    columns: tuple[str, ...]
    warnings: tuple[Diagnostic, ...]


class CustomerService:
    """Reads the customers of segments and expressions."""

    def __init__(self, warehouse: Warehouse, segments: SegmentService) -> None:
        self._warehouse = warehouse
        self._segments = segments

    def page(
        self,
        source: SegmentRecord | str,
        *,
        columns: Sequence[str] | None = None,
        first: int = 100,
        after: UUID | None = None,
        as_of: date | None = None,
        may_read_pii: bool = True,
    ) -> CustomerPage:
        """Return up to `first` customers that come after the id `after`.

        Values of restricted columns are None for those who may not read them. Raises `Invalid`
        (`PAGE_INVALID`, `COLUMN_UNKNOWN`, `COLUMN_REPEATS`).
        """
        if not 0 <= first <= MAX_PAGE:
            message = f"`first` is {first}; a page has between 0 and {MAX_PAGE} rows."
            raise Invalid("PAGE_INVALID", message, place="first")
        with self._warehouse.read() as session:
            audience = self._segments.audience(session, source, as_of, may_read_pii=may_read_pii)
            catalog = self._segments.catalog(session)
            chosen = choose_columns(catalog, columns, may_read_pii=may_read_pii)
            # One row more than asked for tells whether there is another page.
            rows = session.rows(_page_statement(audience, chosen, rows=first + 1, after=after))
            return CustomerPage(
                columns=chosen,
                rows=tuple(rows[:first]),
                has_next_page=len(rows) > first,
                as_of=audience.as_of.day,
                build_id=session.build.id,
            )

    def export(
        self,
        source: SegmentRecord | str,
        to: Path,
        *,
        columns: Sequence[str] | None = None,
        as_of: date | None = None,
        is_for_spreadsheets: bool = False,
    ) -> Written:
        """Write all customers to a .csv, .parquet or .arrow file; memory holds one batch.

        Raises `Invalid` (`FILE_FORMAT_UNKNOWN`, `FOLDER_MISSING`, `COLUMN_UNKNOWN`, …).
        """
        file_format = format_of(to)
        with self._warehouse.read(timeout_seconds=EXPORT_TIMEOUT_SECONDS) as session:
            audience = self._segments.audience(session, source, as_of)
            chosen = choose_columns(self._segments.catalog(session), columns)
            with session.record_batch_reader(_statement(audience, chosen)) as reader:
                rows = write_table(reader, to, file_format, is_for_spreadsheets=is_for_spreadsheets)
        return Written(
            rows=rows,
            columns=(ID_COLUMN, *(column.name for column in chosen)),
            warnings=audience.warnings,
        )

    @contextmanager
    def stream(
        self,
        source: SegmentRecord | str,
        file_format: TableFormat,
        *,
        columns: Sequence[str] | None = None,
        as_of: date | None = None,
        is_for_spreadsheets: bool = False,
        may_read_pii: bool = True,
    ) -> Iterator[Iterator[bytes]]:
        """Give all customers as the pieces of a file; memory holds one batch.

        Restricted columns are empty for those who may not read them. The pieces may be taken by
        several threads, one at a time. Raises `Invalid`
        (`COLUMN_UNKNOWN`, …) before the first.
        """
        with self._warehouse.read(timeout_seconds=EXPORT_TIMEOUT_SECONDS) as session:
            audience = self._segments.audience(session, source, as_of, may_read_pii=may_read_pii)
            catalog = self._segments.catalog(session)
            chosen = choose_columns(catalog, columns, may_read_pii=may_read_pii)
            with session.record_batch_reader(_statement(audience, chosen)) as reader:
                yield encoded(reader, file_format, is_for_spreadsheets=is_for_spreadsheets)


def choose_columns(
    catalog: Catalog, names: Sequence[str] | None, *, may_read_pii: bool = True
) -> tuple[CustomerColumn, ...]:
    """Return the named columns (`column` or `table.column`), without the id, which always leads.

    Restricted columns are hidden from those who may not read them (readings.md 22). Raises
    `Invalid`: `COLUMN_UNKNOWN` with the nearest name, `COLUMN_REPEATS` for a table with
    several rows per customer or two columns of one name.
    """
    wanted = DEFAULT_COLUMNS if names is None else [name.strip() for name in names]
    named = (_choose(catalog, name) for name in wanted if name != ID_COLUMN)
    chosen = tuple(replace(one, is_hidden=one.column.is_pii and not may_read_pii) for one in named)
    headings = [column.name for column in chosen]
    for heading in headings:
        if headings.count(heading) > 1:
            message = f"The column {heading} is asked for twice."
            raise Invalid("COLUMN_REPEATS", message, place="columns")
    return chosen


def _choose(catalog: Catalog, name: str) -> CustomerColumn:
    table_name, _, column_name = name.rpartition(".")
    if list_prefix(table_name):
        file = catalog.table(table_name)
        tables = [] if file is None else [file]
    else:
        tables = [table for table in catalog.tables if table_name in ("", table.name)]
    for table in tables:
        column = table.column(column_name)
        if column is None or table.id_column is None:
            continue
        if table.grain is Grain.MANY:
            raise Invalid(
                "COLUMN_REPEATS",
                f"{table.name}.{column.name} has several rows per customer.",
                hint="Choose columns of tables with one row per customer.",
                place="columns",
            )
        return CustomerColumn(table=table, column=column)
    known = [
        Candidate(spelling, (column.label,))
        for table in tables
        for column in table.columns
        for spelling in (column.name, f"{table.name}.{column.name}")
    ]
    near = nearest(name, known)
    raise Invalid(
        "COLUMN_UNKNOWN",
        f"There is no column {name!r}.",
        hint=f"Did you mean {near[0]!r}?" if near else None,
        place="columns",
    )


def join_columns(ids: sa.FromClause, columns: Iterable[CustomerColumn]) -> sa.FromClause:
    """Join the table of each column once to `ids`; no customer is lost or repeated by it."""
    joined = ids
    tables = {chosen.table.name: chosen.table for chosen in columns}
    for table in tables.values():
        if table.id_column is not None:
            joined = joined.outerjoin(table.selectable, table.id_column == ids.c[ID_COLUMN])
    return joined


def _statement(audience: Audience, columns: Sequence[CustomerColumn]) -> AnySelect:
    """Return the id and the columns, one row per customer, in id order."""
    segment = audience.ids.cte("segment")
    ids = segment.c[ID_COLUMN]
    shown = (chosen.element.label(chosen.name) for chosen in columns)
    return sa.select(ids, *shown).select_from(join_columns(segment, columns)).order_by(IdOrder(ids))


def _page_statement(
    audience: Audience, columns: Sequence[CustomerColumn], *, rows: int, after: UUID | None
) -> AnySelect:
    """Return the same for the first `rows` customers after the id `after`.

    Their ids are found first. Of each table only their rows are joined, which engines find by its
    physical order; a table joined as a whole would be read as a whole.
    """
    page = _page_ids(audience, rows, after).cte("page")
    tables = {chosen.table.name: chosen.table for chosen in columns}
    parts = {name: _rows_of(table, columns, page) for name, table in tables.items()}
    source: sa.FromClause = page
    for part in parts.values():
        source = source.outerjoin(part, part.c[ID_COLUMN] == page.c[ID_COLUMN])
    shown = (parts[chosen.table.name].c[chosen.name] for chosen in columns)
    ids = page.c[ID_COLUMN]
    return sa.select(ids, *shown).select_from(source).order_by(IdOrder(ids))


def _page_ids(audience: Audience, rows: int, after: UUID | None) -> AnySelect:
    ids = audience.ids.cte("segment").c[ID_COLUMN]
    page = sa.select(ids).order_by(IdOrder(ids)).limit(rows)
    if after is None:
        return page
    return page.where(IdOrder(ids) > IdOrder(sa.literal(after, sa.Uuid())))


def _rows_of(table: Table, columns: Iterable[CustomerColumn], page: sa.CTE) -> sa.Subquery:
    """Return the id and the columns of the table, for the customers of the page."""
    own_id = table.id_column
    if own_id is None:
        raise Fault(f"The table {table.name} knows no customers.")
    own = (chosen.element.label(chosen.name) for chosen in columns if chosen.table is table)
    of_the_page = own_id.in_(sa.select(page.c[ID_COLUMN]))
    return sa.select(own_id.label(ID_COLUMN), *own).where(of_the_page).subquery(table.name)
