"""Writes of one query and what follows from them, inside one unit of work.

What segments build on is guarded here: a query that they name keeps its key, and its new name is
written into their expressions.
"""

from __future__ import annotations

from dataclasses import replace

from ampiq_gql.errors import Invalid
from ampiq_gql.queries.errors import (
    QueryInUse,
    QueryNameTaken,
    QueryNotFound,
    QueryRevisionConflict,
)
from ampiq_gql.queries.models import SaveQuery
from ampiq_gql.segments.changes import follow_list_rename
from ampiq_gql.segments.integrity import require_folder
from ampiq_gql.segments.properties import check_description, check_name
from ampiq_gql.segments.uses import query_uses
from ampiq_gql.store import UnitOfWork
from ampiq_gql.store.base import new_id, utc_now
from ampiq_gql.store.errors import NameNotUnique, StaleRevision
from ampiq_gql.store.queries import QueryRecord
from dsl.catalog import ListKind
from dsl.suggestions import Candidate, nearest

__all__ = ["activate", "add", "change", "check_properties", "made", "named", "present", "remove"]

_QUERIES = frozenset({ListKind.QUERY})


def present(work: UnitOfWork, query_id: str) -> QueryRecord:
    """Return the query as it stands. Raises `QueryNotFound`."""
    found = work.queries.get(query_id)
    if found is None:
        raise QueryNotFound
    return found


def named(work: UnitOfWork, name: str) -> QueryRecord:
    """Return the query of that name. Raises `QueryNotFound` with the nearest names."""
    found = work.queries.by_name(name)
    if found is not None:
        return found
    near = nearest(name, [Candidate(other) for other in work.queries.names()])
    hint = " or ".join(f'"{other}"' for other in near)
    raise QueryNotFound(
        f'There is no query named "{name}".', hint=f"Did you mean {hint}?" if near else None
    )


def check_properties(wanted: SaveQuery) -> None:
    """Check what is given, before anything is read. Raises `InvalidName` and `Invalid`."""
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


def made(wanted: SaveQuery, actor: str) -> QueryRecord:
    """Return a new draft. Raises `Invalid` (QUERY_TEXT_REQUIRED) and `InvalidName`."""
    if wanted.text is None:
        raise Invalid("QUERY_TEXT_REQUIRED", "A query needs a text.", place="text")
    now = utc_now()
    return QueryRecord(
        id=new_id(),
        name=check_name(wanted.name),
        description=wanted.description or "",
        text=wanted.text,
        active_text=None,
        folder_id=wanted.folder_id or None,
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


def add(work: UnitOfWork, query: QueryRecord) -> None:
    """Store a new query. Raises `QueryNameTaken` and `FolderNotFound`."""
    require_folder(work, query.folder_id)
    try:
        work.queries.add(query)
    except NameNotUnique as error:
        raise QueryNameTaken(query.name) from error
    details = {"name": query.name, "text": query.text}
    work.audit.record(query.created_by, "query.create", "query", query.id, details)


def change(work: UnitOfWork, wanted: SaveQuery, query_id: str, actor: str) -> QueryRecord:
    """Store what is asked for and return the query as it stands then.

    Raises `QueryRevisionConflict`, `QueryInUse`, `QueryNameTaken` and `FolderNotFound`.
    """
    before = present(work, query_id)
    _require_revision(before, wanted.revision, wanted.text or before.text)
    after = _changed(before, wanted)
    if after == before:
        return before
    require_folder(work, after.folder_id)
    if before.key is not None and after.key is None:
        _refuse_in_use(work, before)
    if before.key is None and after.key is not None:
        work.queries.forget_result(query_id)  # it was counted, and no list was made of it
        after = replace(after, has_result=False)
    after = _update(work, after, actor, "query.save", {"name": after.name, "text": after.text})
    if after.name != before.name:
        follow_list_rename(
            work, _QUERIES, after.id, before.name, after.name, actor, table=before.result_name
        )
    return after


def remove(work: UnitOfWork, query_id: str, actor: str, revision: int | None) -> QueryRecord:
    """Delete the query; return what it was. Raises `QueryInUse` when segments name it."""
    before = present(work, query_id)
    _require_revision(before, revision, before.text)
    _refuse_in_use(work, before)
    work.queries.remove(_next(before, actor))
    work.audit.record(actor, "query.delete", "query", query_id, {"name": before.name})
    return before


def activate(work: UnitOfWork, seen: QueryRecord, actor: str, revision: int | None) -> QueryRecord:
    """Make the text of the query, judged as it was `seen`, what runs."""
    before = present(work, seen.id)
    _require_revision(before, seen.revision if revision is None else revision, seen.text)
    active = replace(before, active_text=before.text, broken_by=None)
    return _update(work, active, actor, "query.activate", {"text": active.text})


def _update(
    work: UnitOfWork, query: QueryRecord, actor: str, action: str, details: dict[str, object]
) -> QueryRecord:
    """Store the query as its next revision and return that."""
    after = _next(query, actor)
    try:
        work.queries.update(after)
    except NameNotUnique as error:
        raise QueryNameTaken(after.name) from error
    except StaleRevision as error:
        found = present(work, after.id)
        raise QueryRevisionConflict(after.name, theirs=found.text, yours=after.text) from error
    work.audit.record(actor, action, "query", after.id, details)
    return after


def _require_revision(before: QueryRecord, revision: int | None, yours: str) -> None:
    if revision is not None and revision != before.revision:
        raise QueryRevisionConflict(before.name, theirs=before.text, yours=yours)


def _refuse_in_use(work: UnitOfWork, query: QueryRecord) -> None:
    if uses := query_uses(work, query):
        raise QueryInUse(query.name, uses)


def _changed(before: QueryRecord, wanted: SaveQuery) -> QueryRecord:
    """Return the query with what is asked for; what is None stays."""
    key = before.key if wanted.key is None else wanted.key
    folder = before.folder_id if wanted.folder_id is None else wanted.folder_id or None
    return replace(
        before,
        name=before.name if wanted.name is None else wanted.name,
        text=before.text if wanted.text is None else wanted.text,
        description=before.description if wanted.description is None else wanted.description,
        folder_id=folder,
        key=None if wanted.is_plain else key,
        refreshes=before.refreshes if wanted.refreshes is None else wanted.refreshes,
        fewest_rows=before.fewest_rows if wanted.fewest_rows is None else wanted.fewest_rows,
        most_rows=before.most_rows if wanted.most_rows is None else wanted.most_rows,
    )


def _next(query: QueryRecord, actor: str) -> QueryRecord:
    return replace(query, revision=query.revision + 1, updated_by=actor, updated_at=utc_now())
