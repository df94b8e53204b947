"""Names that expressions can use, as the store knows them now."""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.catalog import FileColumn, FileTable, Quantiles, ValueCount
from ampiq_gql.store import Store
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.lists import ListColumn, ListRecord
from ampiq_gql.store.queries import QueryRecord
from ampiq_gql.store.query_tables import QueryTable
from ampiq_gql.store.segments import SegmentRecord
from dsl.catalog import QUERY_PREFIX, DataType, ListKind, list_prefix

__all__ = ["UPLOADED", "StoredNames", "file_table", "result_table"]

UPLOADED = frozenset({ListKind.FILE, ListKind.LIST})
"""How expressions can name an uploaded list."""


class StoredNames:
    """Implements `ampiq_gql.catalog.SegmentNames`; every question is asked of the store anew."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def segment(self, name: str) -> SegmentRecord | None:
        """Return the saved segment of that name, whatever its case."""
        with self._store.read() as work:
            return work.segments.by_name(name)

    def segment_names(self) -> Sequence[str]:
        """Return the names of all saved segments, sorted."""
        with self._store.read() as work:
            return work.segments.names()

    def list_table(self, kind: ListKind, name: str) -> str | None:
        """Return the table of the uploaded list, or of the query's result, of that name."""
        with self._store.read() as work:
            if kind in UPLOADED:
                uploaded = work.lists.by_name(name)
                return uploaded.table_name if uploaded and not _has_expired(uploaded) else None
            query = work.queries.by_name(name) if kind is ListKind.QUERY else None
        return query.table_name if query is not None and query.is_usable else None

    def file(self, name: str) -> FileTable | None:
        """Return the uploaded file, or the query's result, of that name after its prefix."""
        prefix = list_prefix(name)
        name = name[len(prefix) :]
        if prefix == QUERY_PREFIX:
            return _named(self._results(), name.casefold())
        with self._store.read() as work:
            found = work.lists.by_slug(name.casefold()) or work.lists.by_name(name)
        return None if found is None or _has_expired(found) else file_table(found)

    def files(self) -> Sequence[FileTable]:
        """Return all uploaded files, then all results of queries, by name."""
        with self._store.read() as work:
            files = [file_table(one) for one in work.lists.all() if not _has_expired(one)]
        return (*files, *self._results())

    def _results(self) -> Sequence[FileTable]:
        with self._store.read() as work:
            found = ((query, query.last_run) for query in work.queries.usable())
            return [result_table(query, run.table) for query, run in found if run and run.table]

    def list_names(self, kind: ListKind) -> Sequence[str]:
        """Return the names of uploaded lists, or of queries that make lists, sorted."""
        with self._store.read() as work:
            if kind in UPLOADED:
                return tuple(one.name for one in work.lists.all() if not _has_expired(one))
            return work.queries.usable_names() if kind is ListKind.QUERY else ()


def _named(results: Sequence[FileTable], key: str) -> FileTable | None:
    """Find a result by its name as a table, which is its own for good, before any other's label."""
    by_label = {one.label.casefold(): one for one in results}
    return {**by_label, **{one.slug: one for one in results}}.get(key)


def result_table(query: QueryRecord, table: QueryTable) -> FileTable:
    """Return the result of a query as the catalog takes it."""
    return FileTable(
        slug=table.slug,
        label=query.name,
        relation=query.table_name,
        rows=table.rows,
        has_one_row_each=table.has_one_row_each,
        columns=tuple(map(_file_column, table.columns)),
        prefix=QUERY_PREFIX,
        restricted=frozenset(table.restricted),
    )


def file_table(record: ListRecord) -> FileTable:
    """Return an uploaded file as the catalog takes it."""
    return FileTable(
        slug=record.slug,
        label=record.name,
        relation=record.table_name,
        rows=record.table_rows,
        has_one_row_each=record.has_one_row_each,
        columns=tuple(map(_file_column, record.columns)),
    )


def _file_column(column: ListColumn) -> FileColumn:
    return FileColumn(
        name=column.name,
        label=column.label,
        type=DataType(column.type),
        is_pii=column.is_pii,
        filled=column.filled,
        distinct=column.distinct,
        minimum=column.minimum,
        maximum=column.maximum,
        values=column.values,
        blanks=column.blanks,
        whitespace=column.whitespace,
        mean=column.mean,
        quantiles=_quantiles(column.quantiles),
        top_values=tuple(ValueCount(value=value, rows=rows) for value, rows in column.top_values),
    )


def _quantiles(texts: tuple[str, ...] | None) -> Quantiles | None:
    if texts is None:
        return None
    p05, p25, median, p75, p95 = texts
    return Quantiles(p05=p05, p25=p25, median=median, p75=p75, p95=p95)


def _has_expired(record: ListRecord) -> bool:
    return record.has_expired_at(utc_now())
