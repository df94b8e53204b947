"""The life of saved queries: written, looked at, activated, run, and used as lists of customers.

What runs was judged just before it runs, against the build that it reads: a column that went away
is found then. A run that fails leaves the former result in place.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from ampiq_gql.errors import Invalid, UserError
from ampiq_gql.insights.table_files import TableFormat, format_of, write_table
from ampiq_gql.queries.errors import (
    QueryNameTaken,
    QueryNotActive,
    QueryNotFound,
    QueryRevisionConflict,
)
from ampiq_gql.queries.models import (
    MAX_CSV_ROWS,
    MAX_PREVIEW_ROWS,
    QueryCheck,
    QueryResult,
    SaveQuery,
)
from ampiq_gql.queries.reading import judged, refuse_probes
from ampiq_gql.queries.results import Kept, bounded, first_rows, keep
from ampiq_gql.segments import SegmentService
from ampiq_gql.segments.properties import check_description, check_name
from ampiq_gql.settings import Settings
from ampiq_gql.store import Page, PageRequest, Store, UnitOfWork
from ampiq_gql.store.base import new_id, utc_now
from ampiq_gql.store.errors import NameNotUnique, StaleRevision
from ampiq_gql.store.queries import QueryRecord, QueryRun
from ampiq_gql.warehouse import BuildInfo, Session, Warehouse
from ampiq_gql.warehouse.user_sql import SqlRefused, UserSql
from dsl.suggestions import Candidate, nearest

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

        Raises `SqlRefused`, `Invalid` (PREVIEW_LIMIT, PII_RESTRICTED), `QueryTimeout`.
        """
        if not 0 <= limit <= MAX_PREVIEW_ROWS:
            raise Invalid(
                "PREVIEW_LIMIT", f"A preview has 0 to {MAX_PREVIEW_ROWS:,} rows, not {limit:,}."
            )
        with self._warehouse.read() as session:
            query = self._judged(session, text)
            refuse_probes(query, may_read_pii=may_read_pii)
            return first_rows(session, query, limit, may_read_pii=may_read_pii)

    def export(self, text: str, to: Path) -> int:
        """Write all rows of a query to a .csv, .parquet or .arrow file; return how many.

        Raises `SqlRefused` and `Invalid` (FILE_FORMAT_UNKNOWN, FOLDER_MISSING, RESULT_TOO_LARGE).
        """
        file_format = format_of(to)
        with self._warehouse.read(timeout_seconds=RUN_TIMEOUT_SECONDS) as session:
            rows = self._judged(session, text).statement()
            with session.record_batch_reader(rows) as reader:
                most = MAX_CSV_ROWS if file_format is TableFormat.CSV else None
                return write_table(bounded(reader, most), to, file_format)

    def get(self, query_id: str | None = None, *, name: str | None = None) -> QueryRecord:
        """Return the query of that id or of that name. Raises `QueryNotFound`."""
        with self._store.read() as work:
            if name is None:
                return _present(work, query_id or "")
            found = work.queries.by_name(name)
            if found is None:
                raise _no_such_name(work, name)
            return found

    def get_many(self, query_ids: frozenset[str]) -> dict[str, QueryRecord]:
        """Return those of the queries that exist, by id."""
        with self._store.read() as work:
            return work.queries.get_many(query_ids)

    def page(self, request: PageRequest) -> Page[QueryRecord]:
        """Return one page of the queries, by name."""
        with self._store.read() as work:
            return work.queries.list_page(request)

    def count(self) -> int:
        """Count the queries."""
        with self._store.read() as work:
            return work.queries.count()

    def save(self, wanted: SaveQuery, actor: str) -> QueryRecord:
        """Make a draft, or change a query; an active text goes on until the new one is activated.

        Raises `SqlRefused`, `QueryNameTaken`, `QueryNotFound`, `QueryRevisionConflict`,
        `InvalidName` and `Invalid` (REVISION_REQUIRED, ROWS_EXPECTED).
        """
        _check_properties(wanted)
        if wanted.text is not None:
            with self._warehouse.read() as session:
                self._judged(session, wanted.text)
        if wanted.id is None:
            return self._create(wanted, actor)
        return self._change(wanted, wanted.id, actor)

    def activate(self, query_id: str, actor: str, *, revision: int | None = None) -> QueryRecord:
        """Make the draft what runs. Raises `SqlRefused` when the data no longer fit it."""
        seen = self.get(query_id)
        with self._warehouse.read() as session:
            self._judged(session, seen.text)
        with self._store.begin() as work:
            before = _present(work, query_id)
            _require_revision(before, seen.revision if revision is None else revision, seen.text)
            after = _next(replace(before, active_text=before.text), actor)
            _update(work, after)
            work.audit.record(actor, "query.activate", "query", query_id, {"text": after.text})
        return after

    def delete(self, query_id: str, actor: str, *, revision: int | None = None) -> QueryRecord:
        """Delete a query with its result; return what it was."""
        with self._store.begin() as work:
            before = _present(work, query_id)
            _require_revision(before, revision, before.text)
            work.queries.remove(_next(before, actor))
            work.audit.record(actor, "query.delete", "query", query_id, {"name": before.name})
        self._warehouse.remove_file(LISTS, query_id)
        return before

    def run(self, query_id: str, actor: str) -> QueryRecord:
        """Run the active text over the current build and keep its result for segments.

        Raises `QueryNotActive`, and what made the run fail: that is noted with the query, whose
        former result stays.
        """
        record = self.get(query_id)
        if record.active_text is None:
            raise QueryNotActive(record.name)
        try:
            build, kept = self._publish(record, record.active_text)
        except UserError as error:
            self._note(record, actor, _failed(error))
            raise
        run = QueryRun(
            build_id=build.id,
            as_of=build.as_of,
            rows=kept.rows,
            customers=kept.customers,
            ended_at=utc_now(),
        )
        self._note(record, actor, run)
        return replace(record, last_run=run, has_result=True)

    def refresh(self, actor: str) -> tuple[QueryRecord, ...]:
        """Run every query that follows the builds and has not seen the current one.

        Returns them as they stand then; one that failed does not stop the others.
        """
        build = self._warehouse.current_build()
        if build is None:
            return ()
        with self._store.read() as work:
            following = work.queries.refreshing()
        waiting = [query for query in following if not _has_seen(query, build)]
        for query in waiting:
            try:
                self.run(query.id, actor)
            except UserError:
                continue  # noted with the query
        found = self.get_many(frozenset(query.id for query in waiting))
        return tuple(found[query.id] for query in waiting if query.id in found)

    def _judged(self, session: Session, text: str) -> UserSql:
        return judged(text, self._warehouse.dialect, self._segments.catalog(session))

    def _publish(self, record: QueryRecord, text: str) -> tuple[BuildInfo, Kept]:
        folder = self._settings.home / LISTS
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".query-") as scratch:
            path = Path(scratch) / f"{record.id}.parquet"
            with self._warehouse.read(timeout_seconds=RUN_TIMEOUT_SECONDS) as session:
                kept = keep(session, record, self._judged(session, text), path)
                build = session.build
            self._warehouse.publish_file(LISTS, record.id, path)
        return build, kept

    def _note(self, record: QueryRecord, actor: str, run: QueryRun) -> None:
        details = {"rows": run.rows, "customers": run.customers, "problem": run.problem_code}
        with self._store.begin() as work:
            work.queries.note_run(record.id, run)
            work.audit.record(actor, "query.run", "query", record.id, details)

    def _create(self, wanted: SaveQuery, actor: str) -> QueryRecord:
        if wanted.text is None:
            raise Invalid("QUERY_TEXT_REQUIRED", "A query needs a text.", place="text")
        now = utc_now()
        record = QueryRecord(
            id=new_id(),
            name=check_name(wanted.name),
            description=wanted.description or "",
            text=wanted.text,
            active_text=None,
            key=wanted.key,
            refreshes=bool(wanted.refreshes),
            fewest_rows=wanted.fewest_rows,
            most_rows=wanted.most_rows,
            revision=1,
            created_by=actor,
            created_at=now,
            updated_by=actor,
            updated_at=now,
        )
        details = {"name": record.name, "text": record.text}
        with self._store.begin() as work:
            try:
                work.queries.add(record)
            except NameNotUnique as error:
                raise QueryNameTaken(record.name) from error
            work.audit.record(actor, "query.create", "query", record.id, details)
        return record

    def _change(self, wanted: SaveQuery, query_id: str, actor: str) -> QueryRecord:
        if wanted.revision is None:
            raise Invalid(
                "REVISION_REQUIRED",
                "A change must name the revision that it was made from.",
                hint="Send the `revision` that was read with the query.",
                place="revision",
            )
        with self._store.begin() as work:
            before = _present(work, query_id)
            _require_revision(before, wanted.revision, wanted.text or before.text)
            after = _changed(before, wanted)
            if after == before:
                return before
            after = _next(after, actor)
            _update(work, after)
            details = {"name": after.name, "text": after.text}
            work.audit.record(actor, "query.save", "query", query_id, details)
        return after


def _check_properties(wanted: SaveQuery) -> None:
    if wanted.name is not None:
        check_name(wanted.name)
    check_description(wanted.description or "")
    fewest, most = wanted.fewest_rows or 0, wanted.most_rows
    if fewest < 0 or (most is not None and most < fewest):
        raise Invalid(
            "ROWS_EXPECTED",
            f"A result of {fewest:,} to {most:,} rows cannot be expected."
            if most is not None
            else f"A result of at least {fewest:,} rows cannot be expected.",
            hint="The fewest rows are 0 or more, the most not below them.",
        )


def _present(work: UnitOfWork, query_id: str) -> QueryRecord:
    found = work.queries.get(query_id)
    if found is None:
        raise QueryNotFound
    return found


def _require_revision(before: QueryRecord, revision: int | None, yours: str) -> None:
    if revision is not None and revision != before.revision:
        raise QueryRevisionConflict(before.name, theirs=before.text, yours=yours)


def _update(work: UnitOfWork, after: QueryRecord) -> None:
    try:
        work.queries.update(after)
    except NameNotUnique as error:
        raise QueryNameTaken(after.name) from error
    except StaleRevision as error:
        found = _present(work, after.id)
        raise QueryRevisionConflict(after.name, theirs=found.text, yours=after.text) from error


def _changed(before: QueryRecord, wanted: SaveQuery) -> QueryRecord:
    """Return the query with what is asked for; what is None stays."""
    key = before.key if wanted.key is None else wanted.key
    return replace(
        before,
        name=before.name if wanted.name is None else wanted.name,
        text=before.text if wanted.text is None else wanted.text,
        description=before.description if wanted.description is None else wanted.description,
        key=None if wanted.is_plain else key,
        refreshes=before.refreshes if wanted.refreshes is None else wanted.refreshes,
        fewest_rows=before.fewest_rows if wanted.fewest_rows is None else wanted.fewest_rows,
        most_rows=before.most_rows if wanted.most_rows is None else wanted.most_rows,
    )


def _next(query: QueryRecord, actor: str) -> QueryRecord:
    return replace(query, revision=query.revision + 1, updated_by=actor, updated_at=utc_now())


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


def _no_such_name(work: UnitOfWork, name: str) -> QueryNotFound:
    near = nearest(name, [Candidate(other) for other in work.queries.names()])
    hint = " or ".join(f'"{other}"' for other in near)
    return QueryNotFound(
        f'There is no query named "{name}".', hint=f"Did you mean {hint}?" if near else None
    )
