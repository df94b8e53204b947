"""The ledger of deliveries: what was sent in which chunk, and which rows were refused.

A chunk is committed as leased before it is sent and answered after; what is still leased when a
process comes back is in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import Base, UtcDateTime, utc_now
from ampiq_gql.store.paging import Ordering, PageRequest, fetch_pages

__all__ = [
    "ChunkRecord", "ChunkRow", "ChunkState", "DeliveryLedger", "RowErrorRecord", "RowErrorRow",
]  # fmt: skip

MAX_ROW_ERRORS = 10_000
"""Refused rows that are kept of one delivery; their number is counted in full."""


class ChunkState(StrEnum):
    """Where a chunk stands."""

    LEASED = "LEASED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


class ChunkRow(Base):
    """A chunk."""

    __tablename__ = "delivery_chunks"

    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    row_count: Mapped[int]
    rejected_count: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    remote_ref: Mapped[str | None] = mapped_column(String(255))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RowErrorRow(Base):
    """A refused row: which and why, never what was in it."""

    __tablename__ = "delivery_row_errors"

    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    row_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    message: Mapped[str] = mapped_column(Text)
    is_retryable: Mapped[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkRecord:
    """The smallest thing that is sent; `digest` is the SHA-256 of its body."""

    delivery_id: str
    number: int
    digest: str
    row_count: int
    rejected_count: int
    state: ChunkState
    attempts: int
    remote_ref: str | None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RowErrorRecord:
    """A refused row, by the customer's id."""

    delivery_id: str
    row_key: str
    code: str
    message: str
    is_retryable: bool


_BY_KEY = Ordering(name="row errors", columns=(RowErrorRow.row_key, RowErrorRow.code))


class DeliveryLedger:
    """Reads and writes chunks and row errors."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lease(self, delivery_id: str, number: int, *, digest: str, row_count: int) -> None:
        """Note that a chunk is about to be sent, for the first time or again."""
        row = self._session.get(ChunkRow, (delivery_id, number))
        if row is None:
            row = ChunkRow(delivery_id=delivery_id, number=number, attempts=0)
            self._session.add(row)
        row.digest = digest
        row.row_count = row_count
        row.rejected_count = 0
        row.state = ChunkState.LEASED.value
        row.attempts += 1
        row.remote_ref = None
        row.changed_at = utc_now()

    def answer(
        self,
        delivery_id: str,
        number: int,
        *,
        state: ChunkState,
        remote_ref: str | None,
        rejected_count: int,
        errors: Sequence[RowErrorRecord],
    ) -> None:
        """Note what the destination said of a leased chunk."""
        self._session.execute(
            update(ChunkRow)
            .where(ChunkRow.delivery_id == delivery_id, ChunkRow.number == number)
            .values(
                state=state.value,
                remote_ref=remote_ref,
                rejected_count=rejected_count,
                changed_at=utc_now(),
            )
        )
        room = MAX_ROW_ERRORS - self._kept_errors(delivery_id)
        if errors and room > 0:
            self._session.execute(insert(RowErrorRow), [asdict(one) for one in errors[:room]])

    def chunks(self, delivery_id: str) -> tuple[ChunkRecord, ...]:
        """Return all chunks so far, by number."""
        statement = select(ChunkRow).where(ChunkRow.delivery_id == delivery_id)
        return tuple(map(_chunk, self._session.scalars(statement.order_by(ChunkRow.number))))

    def row_errors(self, delivery_id: str, *, limit: int = 100) -> tuple[RowErrorRecord, ...]:
        """Return refused rows, by key."""
        return self.row_errors_of(frozenset((delivery_id,)), limit=limit)[delivery_id]

    def row_errors_of(
        self, delivery_ids: frozenset[str], *, limit: int
    ) -> dict[str, tuple[RowErrorRecord, ...]]:
        """Return the first refused rows of each delivery, by key; all deliveries are keys."""
        pages = fetch_pages(
            self._session,
            select(RowErrorRow),
            RowErrorRow.delivery_id,
            delivery_ids,
            _BY_KEY,
            PageRequest(first=limit),
            _error,
        )
        return {delivery_id: page.items for delivery_id, page in pages.items()}

    def clear(self, delivery_id: str) -> None:
        """Forget chunks and errors: the delivery is sent again from its first row."""
        for table in (ChunkRow, RowErrorRow):
            self._session.execute(delete(table).where(table.delivery_id == delivery_id))

    def _kept_errors(self, delivery_id: str) -> int:
        statement = select(func.count()).where(RowErrorRow.delivery_id == delivery_id)
        return self._session.scalar(statement) or 0


def _chunk(row: ChunkRow) -> ChunkRecord:
    return ChunkRecord(
        delivery_id=row.delivery_id,
        number=row.number,
        digest=row.digest,
        row_count=row.row_count,
        rejected_count=row.rejected_count,
        state=ChunkState(row.state),
        attempts=row.attempts,
        remote_ref=row.remote_ref,
        changed_at=row.changed_at,
    )


def _error(row: RowErrorRow) -> RowErrorRecord:
    return RowErrorRecord(
        delivery_id=row.delivery_id,
        row_key=row.row_key,
        code=row.code,
        message=row.message,
        is_retryable=row.is_retryable,
    )
