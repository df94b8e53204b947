"""What must hold in the store when a segment is written, inside the writing unit."""

from __future__ import annotations

from ampiq_gql.errors import Conflict
from ampiq_gql.segments.errors import FolderNotFound
from ampiq_gql.segments.models import Definition
from ampiq_gql.store import UnitOfWork

__all__ = ["require_folder", "require_still_right"]


def require_folder(work: UnitOfWork, folder_id: str | None) -> None:
    """Refuse a folder that does not exist; None is the root."""
    if folder_id is not None and work.folders.get(folder_id) is None:
        raise FolderNotFound(place="folderId")


def require_still_right(work: UnitOfWork, segment_id: str, definition: Definition) -> None:
    """Refuse a definition that was right when it was checked, but is no longer.

    Between check and write somebody may delete a segment that it names, or close a loop.
    """
    named = work.segments.get_many(definition.referenced_ids)
    reached = work.references.reached_from(definition.referenced_ids)
    if len(named) < len(definition.referenced_ids) or segment_id in reached:
        raise Conflict(
            "SEGMENTS_CHANGED",
            "The segments that the expression names were changed meanwhile.",
            hint="Save again.",
            place="expression",
        )
