"""Writes of one segment and what follows from them, inside one unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ampiq_gql.segments.errors import RevisionConflict, SegmentNameTaken, SegmentNotFound
from ampiq_gql.segments.references import rename_mentions
from ampiq_gql.segments.uses import list_uses
from ampiq_gql.store import UnitOfWork
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.errors import NameNotUnique, StaleRevision
from ampiq_gql.store.segments import SegmentRecord
from dsl.catalog import ListKind
from dsl.parser import parse
from dsl.tree_json import definition_hash

__all__ = ["add", "change", "follow_list_rename", "note", "present"]


def present(work: UnitOfWork, segment_id: str, revision: int | None = None) -> SegmentRecord:
    """Return the segment as it stands; refuse when that is not the revision asked for."""
    segment = work.segments.get(segment_id)
    if segment is None:
        raise SegmentNotFound("There is no such segment.", place="id")
    if revision is not None and revision != segment.revision:
        raise RevisionConflict(segment.name, expected=revision, found=segment.revision)
    return segment


def add(work: UnitOfWork, segment: SegmentRecord, referenced_ids: frozenset[str]) -> None:
    """Store a new segment."""
    try:
        work.segments.add(segment, referenced_ids)
    except NameNotUnique as error:
        raise _name_taken(work, segment) from error
    note(work, segment, "segment.create", {"name": segment.name, "text": segment.text})


def change(
    work: UnitOfWork,
    before: SegmentRecord,
    after: SegmentRecord,
    referenced_ids: frozenset[str],
    action: str,
) -> None:
    """Store the next revision; a new name is written into the expressions that use it."""
    try:
        work.segments.update(after, referenced_ids)
    except NameNotUnique as error:
        raise _name_taken(work, after) from error
    except StaleRevision as error:
        found = present(work, after.id).revision
        raise RevisionConflict(before.name, expected=before.revision, found=found) from error
    note(work, after, action, _differences(before, after))
    if after.name != before.name:
        _follow_rename(work, before, after)


def note(
    work: UnitOfWork, segment: SegmentRecord, action: str, details: Mapping[str, object]
) -> None:
    """Write the last change of a segment into the audit log."""
    work.audit.record(segment.updated_by, action, "segment", segment.id, details)


def follow_list_rename(
    work: UnitOfWork,
    kinds: frozenset[ListKind],
    list_id: str,
    old: str,
    new: str,
    actor: str,
    *,
    table: str | None,
) -> None:
    """Write the new name of a list that is no segment into every expression that names it.

    `table` is its name as a table, which stays; None when it is none.
    """
    user_ids = frozenset(use.id for use in list_uses(work, kinds, old))
    for user in work.segments.get_many(user_ids).values():
        renamed = replace(
            user,
            text=rename_mentions(user.text, old, new, kinds, table=table),
            updated_by=actor,
            updated_at=utc_now(),
        )
        _rewrite(work, renamed, {"renamed": list_id, "from": old, "to": new})


def _follow_rename(work: UnitOfWork, before: SegmentRecord, after: SegmentRecord) -> None:
    """Write the new name into every expression that names the segment.

    References are by id; the texts follow, so that what people read stays what is computed.
    """
    user_ids = work.references.users_of(frozenset((after.id,)))[after.id]
    for user in work.segments.get_many(user_ids).values():
        renamed = replace(
            user,
            text=rename_mentions(user.text, before.name, after.name),
            updated_by=after.updated_by,
            updated_at=after.updated_at,
        )
        _rewrite(work, renamed, {"renamed": after.id, "from": before.name, "to": after.name})


def _rewrite(work: UnitOfWork, renamed: SegmentRecord, details: Mapping[str, object]) -> None:
    """Store a segment whose text follows the name of something that it names."""
    tree = parse(renamed.text).tree
    renamed = replace(
        renamed,
        definition_hash=renamed.definition_hash if tree is None else definition_hash(tree),
        revision=renamed.revision + 1,
    )
    work.segments.update(renamed, work.references.named_by(renamed.id))
    note(work, renamed, "segment.follow_rename", details)


def _differences(before: SegmentRecord, after: SegmentRecord) -> dict[str, object]:
    """Return the new values of what a person changed."""
    watched = ("status", "name", "text", "description", "folder_id", "labels")
    return {
        field: getattr(after, field)
        for field in watched
        if getattr(after, field) != getattr(before, field)
    }


def _name_taken(work: UnitOfWork, segment: SegmentRecord) -> SegmentNameTaken:
    other = work.segments.by_name(segment.name)
    return SegmentNameTaken(segment.name, None if other is None else other.id)
