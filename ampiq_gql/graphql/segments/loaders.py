"""Segments and what belongs to them, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ampiq_gql.graphql.paging import OwnedPage, pages_by_owner
from ampiq_gql.segments import SegmentUse
from ampiq_gql.store.folders import FolderRecord
from ampiq_gql.store.paging import Page
from ampiq_gql.store.segments import SegmentRecord, SegmentVersionRecord

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = [
    "folders_by_id",
    "segments_by_id",
    "uses_by_segment",
    "version_counts",
    "versions_by_segment",
]


def segments_by_id(services: Services, ids: Sequence[str]) -> Sequence[SegmentRecord | None]:
    """Return the segment of each id, None where there is none."""
    found = services.segments.get_many(frozenset(ids))
    return [found.get(segment_id) for segment_id in ids]


def folders_by_id(services: Services, ids: Sequence[str]) -> Sequence[FolderRecord | None]:
    """Return the folder of each id, None where there is none."""
    found = services.folders.get_many(frozenset(ids))
    return [found.get(folder_id) for folder_id in ids]


def versions_by_segment(
    services: Services, asked: Sequence[OwnedPage]
) -> Sequence[Page[SegmentVersionRecord] | BaseException]:
    """Return a page of the versions of each segment."""
    with services.store.read() as work:
        return pages_by_owner(asked, work.segments.versions_pages)


def version_counts(services: Services, ids: Sequence[str]) -> Sequence[int]:
    """Return how many versions each segment has."""
    with services.store.read() as work:
        found = work.segments.version_counts(frozenset(ids))
    return [found[segment_id] for segment_id in ids]


def uses_by_segment(services: Services, ids: Sequence[str]) -> Sequence[tuple[SegmentUse, ...]]:
    """Return what builds on each segment."""
    found = services.segments.used_in(frozenset(ids))
    return [found[segment_id] for segment_id in ids]
