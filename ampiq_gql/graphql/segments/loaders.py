"""Segments and what belongs to them, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ampiq_gql.segments import SegmentUse
from ampiq_gql.store.segments import SegmentRecord

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["segments_by_id", "uses_by_segment"]


def segments_by_id(services: Services, ids: Sequence[str]) -> Sequence[SegmentRecord | None]:
    """Return the segment of each id, None where there is none."""
    found = services.segments.get_many(frozenset(ids))
    return [found.get(segment_id) for segment_id in ids]


def uses_by_segment(services: Services, ids: Sequence[str]) -> Sequence[tuple[SegmentUse, ...]]:
    """Return what builds on each segment."""
    found = services.segments.used_in(frozenset(ids))
    return [found[segment_id] for segment_id in ids]
