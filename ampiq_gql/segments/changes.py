"""Writes of one segment and what follows from them, inside one unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ampiq_gql.segments.errors import RevisionConflict, SegmentNameTaken, SegmentNotFound
from ampiq_gql.segments.references import rename_mentions
from ampiq_gql.store import UnitOfWork
from ampiq_gql.store.errors import NameNotUnique, StaleRevision
from ampiq_gql.store.segments import SegmentRecord
from dsl.parser import parse
from dsl.tree_json import definition_hash

__all__ = ["add", "change", "note", "present"]


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


def _follow_rename(work: UnitOfWork, before: SegmentRecord, after: SegmentRecord) -> None:
    """Write the new name into every expression that names the segment.

    References are by id; the texts follow, so that what people read stays what is computed.
    """
    user_ids = work.references.users_of(frozenset((after.id,)))[after.id]
    for user in work.segments.get_many(user_ids).values():
        text = rename_mentions(user.text, before.name, after.name)
        tree = parse(text).tree
        renamed = replace(
            user,
            text=text,
            definition_hash=user.definition_hash if tree is None else definition_hash(tree),
            revision=user.revision + 1,
            updated_by=after.updated_by,
            updated_at=after.updated_at,
        )
        work.segments.update(renamed, work.references.named_by(user.id))
        details = {"renamed": after.id, "from": before.name, "to": after.name}
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
