"""Which segment names which in its expression, by id: names may change, the graph does not.

Deleted segments name nobody, so every user found here is a living one.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ForeignKey, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import Base

__all__ = ["ReferenceRepository", "SegmentReferenceRow"]


class SegmentReferenceRow(Base):
    """One segment names another."""

    __tablename__ = "segment_references"

    segment_id: Mapped[str] = mapped_column(ForeignKey("segments.id"), primary_key=True)
    referenced_id: Mapped[str] = mapped_column(
        ForeignKey("segments.id"), primary_key=True, index=True
    )


class ReferenceRepository:
    """Reads and writes the graph of references."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def replace(self, segment_id: str, referenced_ids: Iterable[str]) -> None:
        """Store whom the segment names now."""
        mine = SegmentReferenceRow.segment_id == segment_id
        self._session.execute(delete(SegmentReferenceRow).where(mine))
        rows = [
            {"segment_id": segment_id, "referenced_id": referenced_id}
            for referenced_id in sorted(set(referenced_ids))
        ]
        if rows:
            self._session.execute(insert(SegmentReferenceRow), rows)

    def named_by(self, segment_id: str) -> frozenset[str]:
        """Return whom the segment itself names."""
        statement = select(SegmentReferenceRow.referenced_id)
        mine = SegmentReferenceRow.segment_id == segment_id
        return frozenset(self._session.scalars(statement.where(mine)))

    def users_of(self, segment_ids: frozenset[str]) -> dict[str, frozenset[str]]:
        """Return who names each of the segments; all of them are keys."""
        statement = select(SegmentReferenceRow.referenced_id, SegmentReferenceRow.segment_id)
        theirs = SegmentReferenceRow.referenced_id.in_(segment_ids)
        users: dict[str, set[str]] = {segment_id: set() for segment_id in segment_ids}
        for referenced_id, user_id in self._session.execute(statement.where(theirs)):
            users[referenced_id].add(user_id)
        return {segment_id: frozenset(found) for segment_id, found in users.items()}

    def reached_from(self, segment_ids: frozenset[str]) -> frozenset[str]:
        """Return the segments themselves and all that they name, directly or through others."""
        start = select(SegmentReferenceRow.referenced_id).where(
            SegmentReferenceRow.segment_id.in_(segment_ids)
        )
        reached = start.cte("reached", recursive=True)
        further = select(SegmentReferenceRow.referenced_id).join(
            reached, SegmentReferenceRow.segment_id == reached.c.referenced_id
        )
        # UNION, not UNION ALL: what was reached before is dropped, so loops end.
        found = self._session.scalars(select(reached.union(further).c.referenced_id))
        return segment_ids | frozenset(found)
