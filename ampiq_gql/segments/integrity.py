"""What must hold between segments when one of them is written, inside the writing unit."""

from __future__ import annotations

from collections import deque

from ampiq_gql.segments.errors import FolderNotFound, InvalidExpression
from ampiq_gql.segments.models import Definition
from ampiq_gql.segments.references import mentions
from ampiq_gql.store import UnitOfWork
from ampiq_gql.store.names import name_key
from ampiq_gql.store.segments import SegmentRecord
from dsl.ast import Member
from dsl.diagnostics import Diagnostic

__all__ = ["require_active", "require_folder", "require_no_loop", "require_present"]


def require_folder(work: UnitOfWork, folder_id: str | None) -> None:
    """Refuse a folder that does not exist; None is the root."""
    if folder_id is not None and work.folders.get(folder_id) is None:
        raise FolderNotFound(place="folderId")


def require_present(work: UnitOfWork, definition: Definition) -> None:
    """Refuse names of segments that were deleted since the check."""
    present = _named(work, definition)
    gone = [member for member in mentions(definition.tree) if _key(member) not in present]
    _refuse(definition, [(member, f"there is no segment {_title(member)}") for member in gone])


def require_active(work: UnitOfWork, definition: Definition) -> None:
    """Refuse names of drafts: what is active may build only on what is active."""
    named = _named(work, definition)
    drafts = {key for key, segment in named.items() if not segment.is_active}
    found = [member for member in mentions(definition.tree) if _key(member) in drafts]
    reason = "is a draft; an active segment can name only active ones"
    _refuse(definition, [(member, f"segment {_title(member)} {reason}") for member in found])


def require_no_loop(work: UnitOfWork, segment: SegmentRecord, definition: Definition) -> None:
    """Refuse a definition that would come to itself by way of the segments it names."""
    named = _named(work, definition)
    loops = []
    for member in mentions(definition.tree):
        path = _path(work, named[_key(member)].id, segment.id)
        if path:
            steps = work.segments.get_many(frozenset(path))
            names = (segment.name, *(steps[step].name for step in path))
            loop = " → ".join(f'"{name}"' for name in names)
            loops.append((member, f"the segments name each other in a loop: {loop}"))
    _refuse(definition, loops)


def _path(work: UnitOfWork, start: str, goal: str) -> list[str]:
    """Return the ids on a shortest way along references, both ends included; none, if none."""
    seen = {start}
    paths = deque([[start]])
    while paths:
        path = paths.popleft()
        if path[-1] == goal:
            return path
        further = work.references.named_by(path[-1]) - seen
        seen |= further
        paths.extend([*path, step] for step in sorted(further))
    return []


def _named(work: UnitOfWork, definition: Definition) -> dict[str, SegmentRecord]:
    """Return the segments that the definition names, by what makes names the same."""
    segments = work.segments.get_many(definition.referenced_ids).values()
    return {name_key(segment.name): segment for segment in segments}


def _key(member: Member) -> str:
    return name_key(member.name.value)


def _title(member: Member) -> str:
    return f'"{member.name.value}"'


def _refuse(definition: Definition, findings: list[tuple[Member, str]]) -> None:
    """Raise when there are findings, each shown at the name it is about."""
    if findings:
        errors = [Diagnostic("E203", message, member.name.span) for member, message in findings]
        raise InvalidExpression(definition.text, (*errors, *definition.warnings))
