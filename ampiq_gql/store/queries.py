"""Saved queries: the SQL that people write, what of it is active, and how its last run ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    ForeignKey,
    Select,
    String,
    Text,
    case,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import ID, Base, Json, UtcDateTime
from ampiq_gql.store.errors import StaleRevision
from ampiq_gql.store.names import claim_name, name_key
from ampiq_gql.store.paging import Ordering, Page, PageRequest, count_rows, fetch_page
from ampiq_gql.store.query_tables import QueryTable, stored_table
from dsl.catalog import QUERY_PREFIX

__all__ = [
    "INACTIVE_AFTER", "RUN_LEASE", "WAIT_LEASE", "QueryFilter", "QueryRecord", "QueryRepository",
    "QueryRow", "QueryRun", "QueryStatus",
]  # fmt: skip

INACTIVE_AFTER = timedelta(days=30)
"""A query whose last run is older counts as inactive (data-model.md §7)."""

RUN_LEASE = timedelta(minutes=15)
"""A run is stopped before that; one that seems to take longer died with its process."""

WAIT_LEASE = timedelta(hours=1)
"""A query that has waited longer was left behind by a process that died."""


class QueryStatus(StrEnum):
    """Where a query stands in its life."""

    DRAFT = "DRAFT"  # never activated
    NOT_RUN = "NOT_RUN"  # active, without a result
    WAITING = "WAITING"  # its turn comes: a build was made and queries run one by one
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    INACTIVE = "INACTIVE"  # completed, but not run for INACTIVE_AFTER
    FAILED = "FAILED"  # the last run; a result of an earlier one stays
    BROKEN = "BROKEN"  # the data no longer have what the active text reads


class QueryRow(Base):
    """A query. Deleting keeps the row, for the history, and frees its name."""

    __tablename__ = "queries"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str | None] = mapped_column(String(600), unique=True)
    description: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    active_text: Mapped[str | None] = mapped_column(Text)
    folder_id: Mapped[str | None] = mapped_column(ForeignKey("folders.id"), index=True)
    broken_by: Mapped[str | None] = mapped_column(Text)
    key: Mapped[str | None] = mapped_column(String(64))
    refreshes: Mapped[bool]
    fewest_rows: Mapped[int | None]
    most_rows: Mapped[int | None]
    revision: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(String(200))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    run_build_id: Mapped[str | None] = mapped_column(String(64))
    run_as_of: Mapped[date | None]
    run_rows: Mapped[int | None]
    run_customers: Mapped[int | None]
    run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem_code: Mapped[str | None] = mapped_column(String(64))
    problem: Mapped[str | None] = mapped_column(Text)
    has_result: Mapped[bool]
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    running_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result_table: Mapped[dict[str, Any] | None] = mapped_column(Json)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRun:
    """How the last run ended: with a result over one build, or with a problem.

    `table` is the result of a query with a key, as it stands: of this run, or of an earlier one.
    """

    build_id: str | None
    as_of: date | None
    rows: int | None
    customers: int | None
    ended_at: datetime
    problem_code: str | None = None
    problem: str | None = None
    table: QueryTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRecord:
    """A query. `text` is what people edit, `active_text` what runs.

    `broken_by` says what the current build lacks for it, None when it lacks nothing. `key` is the
    column by which its result names customers, None for a query that segments cannot use.
    `refreshes`: it runs again after every build. `fewest_rows` and `most_rows` bound a result that
    is believed. `has_result`: some run has left one. `waiting_since` and `running_since` are set
    while a run is to come or under way; after `WAIT_LEASE` and `RUN_LEASE` they mean nothing.
    """

    id: str
    name: str
    description: str
    text: str
    active_text: str | None
    key: str | None
    refreshes: bool
    fewest_rows: int | None
    most_rows: int | None
    revision: int
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime
    folder_id: str | None = None
    broken_by: str | None = None
    last_run: QueryRun | None = None
    has_result: bool = False
    waiting_since: datetime | None = None
    running_since: datetime | None = None

    def status_at(self, now: datetime) -> QueryStatus:
        """Where it stands."""
        if self.active_text is None:
            return QueryStatus.DRAFT
        if self.running_since is not None and self.running_since > now - RUN_LEASE:
            return QueryStatus.RUNNING
        if self.waiting_since is not None and self.waiting_since > now - WAIT_LEASE:
            return QueryStatus.WAITING
        if self.broken_by is not None:
            return QueryStatus.BROKEN
        if self.last_run is None:
            return QueryStatus.NOT_RUN
        if self.last_run.problem_code:
            return QueryStatus.FAILED
        is_old = self.last_run.ended_at < now - INACTIVE_AFTER
        return QueryStatus.INACTIVE if is_old else QueryStatus.COMPLETED

    @property
    def problem(self) -> str | None:
        """What keeps it from a fresh result: what the data lack, or why the last run failed."""
        return self.broken_by or (self.last_run.problem if self.last_run else None)

    @property
    def has_draft(self) -> bool:
        """Say if the text differs from the active one."""
        return self.text != self.active_text

    @property
    def is_usable(self) -> bool:
        """Say if segments can ask who is in its result."""
        return self.key is not None and self.has_result

    @property
    def result_name(self) -> str | None:
        """The result as a table in expressions; None when segments cannot use it."""
        table = self.last_run.table if self.last_run else None
        return f"{QUERY_PREFIX}{table.slug}" if table and self.is_usable else None

    @property
    def table_name(self) -> str:
        """The table of the customer-360 that holds its result; names may change, ids do not."""
        return f"list_{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFilter:
    """Which queries: kinds of filter are joined by and, the values of one kind by or.

    An empty tuple does not filter. `statuses` are those at `now`. `folder_ids` may hold None, the
    root. `search` is looked for in names and texts, whatever its case.
    """

    now: datetime
    statuses: tuple[QueryStatus, ...] = ()
    folder_ids: tuple[str | None, ...] = ()
    created_by: tuple[str, ...] = ()
    search: str | None = None


_AT_REST: Mapping[str, object] = {"waiting_since": None, "running_since": None}
_BY_NAME = Ordering(name="queries", columns=(QueryRow.name_key, QueryRow.id))


class QueryRepository:
    """Reads and writes queries. Deleted ones are invisible here."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, query: QueryRecord) -> None:
        """Store a new query. Raises `NameNotUnique`."""
        row = QueryRow(
            id=query.id,
            created_by=query.created_by,
            created_at=query.created_at,
            has_result=False,
            **_state(query),
        )
        with claim_name(self._session, "query", query.name):
            self._session.add(row)

    def update(self, query: QueryRecord) -> None:
        """Store the next revision. Raises `StaleRevision` or `NameNotUnique`."""
        with claim_name(self._session, "query", query.name):
            self._advance(query, _state(query))

    def remove(self, query: QueryRecord) -> None:
        """Delete; `query` is the last revision. Raises `StaleRevision`."""
        self._advance(query, _state(query) | {"name_key": None, "deleted_at": query.updated_at})

    def note_run(self, query_id: str, run: QueryRun) -> None:
        """Store how a run ended. That is no change of the query: its revision stays."""
        ended: dict[str, object] = {
            **_AT_REST,
            "run_at": run.ended_at,
            "problem_code": run.problem_code,
            "problem": run.problem,
        }
        if run.problem_code is None:
            ended |= {
                "run_build_id": run.build_id,
                "run_as_of": run.as_of,
                "run_rows": run.rows,
                "run_customers": run.customers,
                "result_table": None if run.table is None else run.table.document(),
                "has_result": True,
                "broken_by": None,
            }
        self._session.execute(update(QueryRow).where(QueryRow.id == query_id).values(ended))

    def claim_run(self, query_id: str, now: datetime) -> bool:
        """Store that a run begins; False when another one is under way."""
        is_free = or_(QueryRow.running_since.is_(None), QueryRow.running_since <= now - RUN_LEASE)
        claim = update(QueryRow).where(QueryRow.id == query_id, is_free)
        result = self._session.execute(claim.values(running_since=now, waiting_since=None))
        return isinstance(result, CursorResult) and result.rowcount == 1

    def release_run(self, query_id: str) -> None:
        """Store that no run is under way: one ended without a word of how."""
        self._session.execute(update(QueryRow).where(QueryRow.id == query_id).values(_AT_REST))

    def note_waiting(self, query_ids: frozenset[str], now: datetime) -> None:
        """Store of these queries that their runs are to come."""
        waiting = update(QueryRow).where(QueryRow.id.in_(query_ids))
        self._session.execute(waiting.values(waiting_since=now))

    def forget_result(self, query_id: str) -> None:
        """Store that no run has left what segments could use; the revision stays."""
        values = {"has_result": False}
        self._session.execute(update(QueryRow).where(QueryRow.id == query_id).values(values))

    def get(self, query_id: str) -> QueryRecord | None:
        """Return the query, or None."""
        return self.get_many(frozenset((query_id,))).get(query_id)

    def get_many(self, query_ids: frozenset[str]) -> dict[str, QueryRecord]:
        """Return those of the queries that exist, by id."""
        rows = self._session.scalars(_live().where(QueryRow.id.in_(query_ids)))
        return {row.id: _record(row) for row in rows}

    def by_name(self, name: str) -> QueryRecord | None:
        """Return the query of that name, whatever its case, or None."""
        row = self._session.scalar(_live().where(QueryRow.name_key == name_key(name)))
        return None if row is None else _record(row)

    def names(self) -> tuple[str, ...]:
        """Return the names of all queries, sorted."""
        return tuple(row.name for row in self._session.scalars(_live().order_by(QueryRow.name_key)))

    def usable(self) -> tuple[QueryRecord, ...]:
        """Return the queries whose results segments can use, by name."""
        found = _live().where(QueryRow.key.is_not(None), QueryRow.has_result)
        return tuple(map(_record, self._session.scalars(found.order_by(QueryRow.name_key))))

    def usable_names(self) -> tuple[str, ...]:
        """Return the names of the queries that segments can use, sorted."""
        return tuple(query.name for query in self.usable())

    def all(self) -> tuple[QueryRecord, ...]:
        """Return all queries, by name."""
        return tuple(map(_record, self._session.scalars(_live().order_by(QueryRow.name_key))))

    def active(self) -> tuple[QueryRecord, ...]:
        """Return the queries that have an active text, by name."""
        wanted = _live().where(QueryRow.active_text.is_not(None))
        return tuple(map(_record, self._session.scalars(wanted.order_by(QueryRow.name_key))))

    def note_broken(self, query_id: str, broken_by: str | None) -> None:
        """Store what the data lack for the query, None for nothing; its revision stays."""
        values = {"broken_by": broken_by}
        self._session.execute(update(QueryRow).where(QueryRow.id == query_id).values(values))

    def list_page(self, wanted: QueryFilter, request: PageRequest) -> Page[QueryRecord]:
        """Return one page of the queries that pass the filter, by name."""
        passing = _live().where(*_conditions(wanted))
        return fetch_page(self._session, passing, _BY_NAME, request, _record)

    def count(self, wanted: QueryFilter) -> int:
        """Count the queries that pass the filter."""
        return count_rows(self._session, _live().where(*_conditions(wanted)))

    def _advance(self, query: QueryRecord, values: Mapping[str, object]) -> None:
        result = self._session.execute(
            update(QueryRow)
            .where(
                QueryRow.id == query.id,
                QueryRow.revision == query.revision - 1,
                QueryRow.deleted_at.is_(None),
            )
            .values(values)
        )
        if not isinstance(result, CursorResult) or result.rowcount != 1:
            raise StaleRevision(f'Query "{query.name}"')


def _live() -> Select[QueryRow]:
    return select(QueryRow).where(QueryRow.deleted_at.is_(None))


def _conditions(wanted: QueryFilter) -> list[ColumnElement[bool]]:
    """Return what a row must meet; filters that are empty ask nothing."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.statuses:
        conditions.append(_status_at(wanted.now).in_(wanted.statuses))
    if wanted.created_by:
        conditions.append(QueryRow.created_by.in_(wanted.created_by))
    if wanted.folder_ids:
        named = [folder_id for folder_id in wanted.folder_ids if folder_id is not None]
        inside = QueryRow.folder_id.in_(named)
        at_root = QueryRow.folder_id.is_(None)
        conditions.append(or_(inside, at_root) if None in wanted.folder_ids else inside)
    if wanted.search:
        by_name = QueryRow.name_key.contains(name_key(wanted.search), autoescape=True)
        by_text = QueryRow.text.icontains(wanted.search, autoescape=True)
        conditions.append(or_(by_name, by_text))
    return conditions


def _status_at(now: datetime) -> ColumnElement[str]:
    """Say in SQL what `QueryRecord.status_at` says."""
    return case(
        (QueryRow.active_text.is_(None), QueryStatus.DRAFT.value),
        (QueryRow.running_since > now - RUN_LEASE, QueryStatus.RUNNING.value),
        (QueryRow.waiting_since > now - WAIT_LEASE, QueryStatus.WAITING.value),
        (QueryRow.broken_by.is_not(None), QueryStatus.BROKEN.value),
        (QueryRow.run_at.is_(None), QueryStatus.NOT_RUN.value),
        (QueryRow.problem_code.is_not(None), QueryStatus.FAILED.value),
        (QueryRow.run_at < now - INACTIVE_AFTER, QueryStatus.INACTIVE.value),
        else_=QueryStatus.COMPLETED.value,
    )


def _state(query: QueryRecord) -> dict[str, object]:
    """Return the columns that every change writes."""
    return {
        "name": query.name,
        "name_key": name_key(query.name),
        "description": query.description,
        "text": query.text,
        "active_text": query.active_text,
        "folder_id": query.folder_id,
        "broken_by": query.broken_by,
        "key": query.key,
        "refreshes": query.refreshes,
        "fewest_rows": query.fewest_rows,
        "most_rows": query.most_rows,
        "revision": query.revision,
        "updated_by": query.updated_by,
        "updated_at": query.updated_at,
    }


def _record(row: QueryRow) -> QueryRecord:
    return QueryRecord(
        id=row.id,
        name=row.name,
        description=row.description,
        text=row.text,
        active_text=row.active_text,
        folder_id=row.folder_id,
        broken_by=row.broken_by,
        key=row.key,
        refreshes=row.refreshes,
        fewest_rows=row.fewest_rows,
        most_rows=row.most_rows,
        revision=row.revision,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_by=row.updated_by,
        updated_at=row.updated_at,
        last_run=_last_run(row),
        has_result=row.has_result,
        waiting_since=row.waiting_since,
        running_since=row.running_since,
    )


def _last_run(row: QueryRow) -> QueryRun | None:
    if row.run_at is None:
        return None
    return QueryRun(
        build_id=row.run_build_id,
        as_of=row.run_as_of,
        rows=row.run_rows,
        customers=row.run_customers,
        ended_at=row.run_at,
        problem_code=row.problem_code,
        problem=row.problem,
        table=stored_table(row.result_table),
    )
