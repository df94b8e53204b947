"""Records for tests: everything has a default, a test names what it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ampiq_gql.store.base import new_id
from ampiq_gql.store.segments import SegmentKind, SegmentRecord, SegmentStatus

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def segment(
    name: str = "West coast",
    *,
    text: str = "everyone",
    status: SegmentStatus = SegmentStatus.DRAFT,
    kind: SegmentKind = SegmentKind.VISUAL,
    description: str = "",
    folder_id: str | None = None,
    labels: tuple[str, ...] = (),
    revision: int = 1,
    created_by: str = "ada",
    minutes: int = 0,
) -> SegmentRecord:
    at = LONG_AGO + timedelta(minutes=minutes)
    return SegmentRecord(
        id=new_id(),
        kind=kind,
        status=status,
        name=name,
        text=text,
        definition_hash="0" * 64,
        description=description,
        folder_id=folder_id,
        labels=labels,
        revision=revision,
        created_by=created_by,
        created_at=at,
        updated_by=created_by,
        updated_at=at,
    )
