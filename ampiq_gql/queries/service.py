"""The life of saved queries: written, looked at, activated, run, and used as lists of customers.

What runs was judged just before it runs, against the build that it reads: a column that went away
is found then. A run that fails leaves the former result in place.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ampiq_gql.catalog import StatedClasses
from ampiq_gql.catalog.naming import normalise
from ampiq_gql.errors import Invalid, UserError
from ampiq_gql.insights.table_files import TableFormat, encoded, format_of, write_table
from ampiq_gql.queries import changes
from ampiq_gql.queries.errors import QueryNotActive, QueryNotFound, QueryRunning
from ampiq_gql.queries.models import (
    MAX_PREVIEW_ROWS,
    QueryCheck,
    QueryResult,
    SaveQuery,
)
from ampiq_gql.queries.reading import engine_failures_told, judged, refuse_probes
from ampiq_gql.queries.results import Kept, all_rows, first_rows, keep
from ampiq_gql.segments import SegmentService
from ampiq_gql.segments.catalog_names import result_table
from ampiq_gql.segments.list_columns import MeasuredFile, profiled
from ampiq_gql.settings import Settings
from ampiq_gql.store import Page, PageRequest, Store
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.queries import QueryFilter, QueryRecord, QueryRun
from ampiq_gql.store.query_tables import QueryTable
from ampiq_gql.warehouse import BuildInfo, Session, Warehouse
from ampiq_gql.warehouse.user_sql import SqlRefused, UserSql

__all__ = ["QueryService"]

RUN_TIMEOUT_SECONDS = 600.0  # a run, not somebody who waits for a preview
LISTS = "lists"


class QueryService:
    """Saved queries. Safe to use from many threads; runs may take minutes."""

    def __init__(
        self, store: Store, warehouse: Warehouse, segments: SegmentService, settings: Settings
    ) -> None:
        self._store = store
        self._warehouse = warehouse
        self._segments = segments
        self._settings = settings

    def check(self, text: str) -> QueryCheck:
        """Judge a query without running it. Raises `NoBuild`."""
        with self._warehouse.read() as session:
            try:
                return QueryCheck(query=self._judged(session, text), problem=None)
            except SqlRefused as refused:
                return QueryCheck(query=None, problem=refused)

    def preview(self, text: str, *, limit: int = 100, may_read_pii: bool) -> QueryResult:
        """Run a query and return its first rows.

        Raises `SqlRefused`, `Invalid` (PREVIEW_LIMIT, PII_RESTRICTED, SQL_FAILED), `QueryTimeout`.
        """
        if not 0 <= limit <= MAX_PREVIEW_ROWS:
            raise Invalid(
                "PREVIEW_LIMIT", f"A preview has 0 to {MAX_PREVIEW_ROWS:,} rows, not {limit:,}."
            )
        with self._warehouse.read() as session:
            query = self._judged(session, text)
            refuse_probes(query, may_read_pii=may_read_pii)
            with engine_failures_told(may_read_pii=may_read_pii):
                return first_rows(session, query, limit, may_read_pii=may_read_pii)

    def export(self, text: str, to: Path, *, is_for_spreadsheets: bool = False) -> int:
        """Write all rows of a query to a .csv, .parquet or .arrow file; return how many.

        Raises `SqlRefused` and `Invalid` (FILE_FORMAT_UNKNOWN, FOLDER_MISSING, RESULT_TOO_LARGE,
        SQL_FAILED).
        """
        file_format = format_of(to)
        with self._warehouse.read(timeout_seconds=RUN_TIMEOUT_SECONDS) as session:
            query = self._judged(session, text)
            with (
                engine_failures_told(may_read_pii=True),
                all_rows(session, query, file_format, may_read_pii=True) as reader,
            ):
                return write_table(reader, to, file_format, is_for_spreadsheets=is_for_spreadsheets)

    @contextmanager
    def stream(
        self,
        text: str,
        file_format: TableFormat,
        *,
        may_read_pii: bool,
        is_for_spreadsheets: bool = False,
    ) -> Iterator[Iterator[bytes]]:
        """Give all rows as the pieces of a file; memory holds one batch.

        Personal values are left out for those who may not read them. Raises what `export` and
        `preview` raise, before the first piece where that can be known.
        """
        with self._warehouse.read(timeout_seconds=RUN_TIMEOUT_SECONDS) as session:
            query = self._judged(session, text)
            refuse_probes(query, may_read_pii=may_read_pii)
            with (
                engine_failures_told(may_read_pii=may_read_pii),
                all_rows(session, query, file_format, may_read_pii=may_read_pii) as reader,
            ):
                yield encoded(reader, file_format, is_for_spreadsheets=is_for_spreadsheets)

    def get(self, query_id: str | None = None, *, name: str | None = None) -> QueryRecord:
        """Return the query of that id or of that name. Raises `QueryNotFound`."""
        with self._store.read() as work:
            if name is None:
                return changes.present(work, query_id or "")
            return changes.named(work, name)

    def get_many(self, query_ids: frozenset[str]) -> dict[str, QueryRecord]:
        """Return those of the queries that exist, by id."""
        with self._store.read() as work:
            return work.queries.get_many(query_ids)

    def page(self, request: PageRequest, wanted: QueryFilter | None = None) -> Page[QueryRecord]:
        """Return one page of the queries that pass the filter, by name."""
        with self._store.read() as work:
            return work.queries.list_page(wanted or QueryFilter(now=utc_now()), request)

    def count(self, wanted: QueryFilter | None = None) -> int:
        """Count the queries that pass the filter."""
        with self._store.read() as work:
            return work.queries.count(wanted or QueryFilter(now=utc_now()))

    def save(self, wanted: SaveQuery, actor: str) -> QueryRecord:
        """Make a draft, or change a query; an active text goes on until the new one is activated.

        A new name is written into the segments that name the query. Raises `SqlRefused`,
        `QueryNameTaken`, `QueryNotFound`, `QueryRevisionConflict`, `QueryInUse` (when the key goes
        that segments need), `FolderNotFound`, `InvalidName` and `Invalid` (REVISION_REQUIRED,
        ROWS_EXPECTED).
        """
        changes.check_properties(wanted)
        if wanted.text is not None:
            with self._warehouse.read() as session:
                self._judged(session, wanted.text)
        if wanted.id is None:
            query = changes.made(wanted, actor)
            with self._store.begin() as work:
                changes.add(work, query)
            return query
        if wanted.revision is None:
            raise Invalid(
                "REVISION_REQUIRED",
                "A change must name the revision that it was made from.",
                hint="Send the `revision` that was read with the query.",
                place="revision",
            )
        with self._store.begin() as work:
            return changes.change(work, wanted, wanted.id, actor)

    def activate(self, query_id: str, actor: str, *, revision: int | None = None) -> QueryRecord:
        """Make the draft what runs. Raises `SqlRefused` when the data no longer fit it."""
        seen = self.get(query_id)
        with self._warehouse.read() as session:
            self._judged(session, seen.text)
        with self._store.begin() as work:
            return changes.activate(work, seen, actor, revision)

    def delete(self, query_id: str, actor: str, *, revision: int | None = None) -> QueryRecord:
        """Delete a query with its result; return what it was.

        Raises `QueryInUse` when segments name it, `QueryNotFound`, `QueryRevisionConflict`.
        """
        with self._store.begin() as work:
            before = changes.remove(work, query_id, actor, revision)
        self._warehouse.remove_file(LISTS, query_id)
        return before

    def run(self, query_id: str, actor: str) -> QueryRecord:
        """Run the active text over the current build and keep its result for segments.

        Raises `QueryNotActive`, `QueryRunning`, and what made the run fail: that is noted with the
        query, whose former result stays.
        """
        record = self.get(query_id)
        if record.active_text is None:
            raise QueryNotActive(record.name)
        self._claim(record)
        try:
            build, kept = self._publish(record, record.active_text)
            table = None if kept.measured is None else self._table(record, kept.measured)
        except UserError as error:
            self._note(record, actor, _failed(error))
            raise
        except BaseException:
            self._release(record)
            raise
        run = QueryRun(
            build_id=build.id,
            as_of=build.as_of,
            rows=kept.rows,
            customers=kept.customers,
            ended_at=utc_now(),
            table=table,
        )
        self._note(record, actor, run)
        return self._after_run(query_id)

    def refresh(self, actor: str) -> tuple[QueryRecord, ...]:
        """Hold all active queries against the current build, and run those that follow builds.

        A query whose text no longer fits the data is noted as broken, with what is gone, and
        mended when that comes back. Returns the queries that were run or are broken, as they
        stand then; one that failed does not stop the others.
        """
        build = self._warehouse.current_build()
        if build is None:
            return ()
        with self._store.read() as work:
            active = work.queries.active()
        broken = self._note_broken(active)
        waiting = [query for query in active if query.refreshes and not _has_seen(query, build)]
        due = [query.id for query in waiting if query.id not in broken]
        with self._store.begin() as work:
            work.queries.note_waiting(frozenset(due), utc_now())
        for query_id in due:
            try:
                self.run(query_id, actor)
            except UserError:
                continue  # noted with the query
        touched = broken | {query.id for query in waiting}
        found = self.get_many(frozenset(touched))
        return tuple(found[query.id] for query in active if query.id in found)

    def _note_broken(self, active: tuple[QueryRecord, ...]) -> frozenset[str]:
        """Note of each query what the data lack for it; return the ids of the broken ones."""
        with self._warehouse.read() as session:
            lacks = {query.id: self._lack(session, query) for query in active}
        changed = [query.id for query in active if query.broken_by != lacks[query.id]]
        if changed:
            with self._store.begin() as work:
                for query_id in changed:
                    work.queries.note_broken(query_id, lacks[query_id])
        return frozenset(query_id for query_id, lack in lacks.items() if lack is not None)

    def _lack(self, session: Session, query: QueryRecord) -> str | None:
        try:
            self._judged(session, query.active_text or "")
        except SqlRefused as refused:
            return refused.message
        return None

    def _judged(self, session: Session, text: str) -> UserSql:
        return judged(text, self._warehouse.dialect, self._segments.catalog(session))

    def _publish(self, record: QueryRecord, text: str) -> tuple[BuildInfo, Kept]:
        folder = self._settings.home / LISTS
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".query-") as scratch:
            path = Path(scratch) / f"{record.id}.parquet"
            with self._warehouse.read(timeout_seconds=RUN_TIMEOUT_SECONDS) as session:
                query = self._judged(session, text)
                with engine_failures_told(may_read_pii=False):  # the store keeps what is told
                    kept = keep(session, record, query, path)
                build = session.build
            if path.exists():
                self._warehouse.publish_file(LISTS, record.id, path)
        return build, kept

    def _table(self, record: QueryRecord, measured: MeasuredFile) -> QueryTable:
        """Describe the result, as it lies now, as a table of the language."""
        former = record.last_run.table if record.last_run else None
        table = QueryTable(
            slug=former.slug if former else self._free_slug(record),
            rows=measured.rows,
            has_one_row_each=measured.has_one_row_each,
            columns=measured.columns,
            restricted=tuple(sorted(StatedClasses.of(self._settings).restricted)),
        )
        with self._warehouse.read(timeout_seconds=RUN_TIMEOUT_SECONDS) as session:
            columns = profiled(session, result_table(record, table), table.columns)
        return replace(table, columns=columns)

    def _free_slug(self, record: QueryRecord) -> str:
        """Return the name of the result in expressions, that no other has."""
        with self._store.read() as work:
            others = [one.last_run for one in work.queries.all() if one.id != record.id]
        taken = {run.table.slug for run in others if run and run.table}
        slug = normalise(record.name) or f"query_{record.id[:8]}"
        return slug if slug not in taken else f"{slug}_{record.id[:8]}"

    def _after_run(self, query_id: str) -> QueryRecord:
        """Return the query with its run; the list of one that was deleted meanwhile goes too."""
        try:
            return self.get(query_id)
        except QueryNotFound:
            self._warehouse.remove_file(LISTS, query_id)
            raise

    def _claim(self, record: QueryRecord) -> None:
        with self._store.begin() as work:
            if not work.queries.claim_run(record.id, utc_now()):
                raise QueryRunning(record.name)

    def _release(self, record: QueryRecord) -> None:
        with self._store.begin() as work:
            work.queries.release_run(record.id)

    def _note(self, record: QueryRecord, actor: str, run: QueryRun) -> None:
        details = {"rows": run.rows, "customers": run.customers, "problem": run.problem_code}
        with self._store.begin() as work:
            work.queries.note_run(record.id, run)
            work.audit.record(actor, "query.run", "query", record.id, details)


def _has_seen(query: QueryRecord, build: BuildInfo) -> bool:
    return query.last_run is not None and query.last_run.build_id == build.id


def _failed(error: UserError) -> QueryRun:
    return QueryRun(
        build_id=None,
        as_of=None,
        rows=None,
        customers=None,
        ended_at=utc_now(),
        problem_code=error.code,
        problem=error.message,
    )
