"""Deliveries: one run of rows to one destination, and where it stands.

The ledger of its chunks and row errors is in `delivery_ledger`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Index, Select, String, Text, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import ID, Base, Json, UtcDateTime
from ampiq_gql.store.leases import Leased, take_lease
from ampiq_gql.store.paging import Ordering, Page, PageRequest, count_rows, fetch_page

__all__ = [
    "ArtefactRecord", "DeliveryFilter", "DeliveryProblem", "DeliveryRecord", "DeliveryRepository",
    "DeliveryRow", "DeliveryState",
]  # fmt: skip


class DeliveryState(StrEnum):
    """Where a delivery stands (campaigns.md §3.2)."""

    PENDING = "PENDING"
    VALIDATING = "VALIDATING"
    SENDING = "SENDING"
    SUCCEEDED = "SUCCEEDED"
    SUCCEEDED_WITH_ROW_ERRORS = "SUCCEEDED_WITH_ROW_ERRORS"
    FAILED_RETRYABLE = "FAILED_RETRYABLE"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"  # it broke off and nobody can tell what arrived
    SKIPPED = "SKIPPED"
    CANCELLED = "CANCELLED"

    @property
    def is_unfinished(self) -> bool:
        """Somebody drives it, or should."""
        return self in UNFINISHED

    @property
    def is_success(self) -> bool:
        """Rows arrived."""
        return self in (DeliveryState.SUCCEEDED, DeliveryState.SUCCEEDED_WITH_ROW_ERRORS)


UNFINISHED = frozenset({DeliveryState.PENDING, DeliveryState.VALIDATING, DeliveryState.SENDING})


class DeliveryRow(Leased, Base):
    """One run."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "created_at", "id"),)

    idempotency_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    destination_id: Mapped[str] = mapped_column(ID, index=True)
    destination_name: Mapped[str] = mapped_column(String(200))
    destination_type: Mapped[str] = mapped_column(String(64))
    segment_id: Mapped[str | None] = mapped_column(ID, index=True)
    segment_name: Mapped[str | None] = mapped_column(String(200))
    segment_text: Mapped[str | None] = mapped_column(Text)
    campaign_run_id: Mapped[str | None] = mapped_column(ID, index=True)
    campaign_name: Mapped[str | None] = mapped_column(String(200))
    treatment_id: Mapped[str | None] = mapped_column(ID)
    treatment_name: Mapped[str | None] = mapped_column(String(200))
    columns: Mapped[list[str]] = mapped_column(Json)
    as_of: Mapped[date] = mapped_column(Date)
    build_id: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(32), index=True)
    rows_accepted: Mapped[int]
    rows_rejected: Mapped[int]
    artefacts: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json)
    attempts: Mapped[int]
    is_cancel_requested: Mapped[bool]
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtefactRecord:
    """Something that the run left at the destination."""

    name: str
    location: str
    row_count: int
    byte_count: int
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryProblem:
    """Why it failed, and what to do."""

    code: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """One run. Either a segment is sent, whose text is kept here, or a treatment of a campaign."""

    id: str
    idempotency_key: str | None
    request_digest: str
    destination_id: str
    destination_name: str
    destination_type: str
    columns: tuple[str, ...]
    as_of: date
    build_id: str
    created_by: str
    created_at: datetime
    segment_id: str | None = None
    segment_name: str | None = None
    segment_text: str | None = None
    campaign_run_id: str | None = None
    campaign_name: str | None = None
    treatment_id: str | None = None
    treatment_name: str | None = None
    state: DeliveryState = DeliveryState.PENDING
    rows_accepted: int = 0
    rows_rejected: int = 0
    artefacts: tuple[ArtefactRecord, ...] = ()
    problem: DeliveryProblem | None = None
    attempts: int = 0
    is_cancel_requested: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None
    owner: str | None = None
    lease_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries; what is None or empty does not filter."""

    states: tuple[DeliveryState, ...] = ()
    destination_id: str | None = None
    segment_id: str | None = None
    campaign_run_id: str | None = None


_NEWEST_FIRST = Ordering(
    name="deliveries", columns=(DeliveryRow.created_at, DeliveryRow.id), is_descending=True
)
_PROGRESS = (
    "state", "build_id", "rows_accepted", "rows_rejected", "artefacts", "problem", "attempts",
    "started_at", "ended_at", "owner", "lease_until",
)  # fmt: skip


class DeliveryRepository:
    """Reads and writes deliveries."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, delivery: DeliveryRecord) -> DeliveryRecord:
        """Store it, or return the one that was stored before with the same idempotency key."""
        try:
            with self._session.begin_nested():
                self._session.add(DeliveryRow(**_columns(delivery)))
        except IntegrityError:
            known = self._by_key(delivery.idempotency_key)
            if known is None:
                raise
            return known
        return delivery

    def save(self, delivery: DeliveryRecord) -> None:
        """Store how far it came; for the process that holds its lease."""
        columns = _columns(delivery)
        self._session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id == delivery.id)
            .values({name: columns[name] for name in _PROGRESS})
        )

    def request_cancel(self, delivery_id: str) -> None:
        """Ask whoever drives it to stop after the present chunk."""
        self._session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id == delivery_id)
            .values(is_cancel_requested=True)
        )

    def claim(
        self, delivery_id: str, *, owner: str, until: datetime, dead_owners: frozenset[str]
    ) -> bool:
        """Take the lease, from nobody or from the dead."""
        return take_lease(
            self._session,
            DeliveryRow,
            delivery_id,
            owner=owner,
            until=until,
            dead_owners=dead_owners,
        )

    def get(self, delivery_id: str) -> DeliveryRecord | None:
        """Return the delivery as it stands now, or None."""
        return self.get_many(frozenset((delivery_id,))).get(delivery_id)

    def get_many(self, delivery_ids: frozenset[str]) -> dict[str, DeliveryRecord]:
        """Return those of the deliveries that exist, by id, as they stand now."""
        statement = select(DeliveryRow).where(DeliveryRow.id.in_(delivery_ids))
        fresh = statement.execution_options(populate_existing=True)
        return {row.id: _record(row) for row in self._session.scalars(fresh)}

    def unfinished(self) -> tuple[DeliveryRecord, ...]:
        """Return those of no campaign that somebody drives or should drive, the oldest first."""
        statement = select(DeliveryRow).where(
            DeliveryRow.state.in_([state.value for state in UNFINISHED]),
            DeliveryRow.campaign_run_id.is_(None),
        )
        return tuple(
            map(_record, self._session.scalars(statement.order_by(DeliveryRow.created_at)))
        )

    def list_page(self, wanted: DeliveryFilter, request: PageRequest) -> Page[DeliveryRecord]:
        """Return one page, the newest first."""
        return fetch_page(self._session, _filtered(wanted), _NEWEST_FIRST, request, _record)

    def count(self, wanted: DeliveryFilter) -> int:
        """Count the deliveries that pass the filter."""
        return count_rows(self._session, _filtered(wanted))

    def of_campaign_run(self, run_id: str) -> tuple[DeliveryRecord, ...]:
        """Return all deliveries of a run of a campaign, in the order of their planning."""
        return self.of_campaign_runs(frozenset((run_id,)))[run_id]

    def of_campaign_runs(self, run_ids: frozenset[str]) -> dict[str, tuple[DeliveryRecord, ...]]:
        """Return the deliveries of each run, as planned; all the runs are keys."""
        statement = select(DeliveryRow).where(DeliveryRow.campaign_run_id.in_(run_ids))
        ordered = statement.order_by(DeliveryRow.created_at, DeliveryRow.id)
        found: dict[str, list[DeliveryRecord]] = {run_id: [] for run_id in run_ids}
        for row in self._session.scalars(ordered):
            found[row.campaign_run_id or ""].append(_record(row))
        return {run_id: tuple(deliveries) for run_id, deliveries in found.items()}

    def _by_key(self, key: str | None) -> DeliveryRecord | None:
        if key is None:
            return None
        row = self._session.scalar(select(DeliveryRow).where(DeliveryRow.idempotency_key == key))
        return None if row is None else _record(row)


def _filtered(wanted: DeliveryFilter) -> Select[DeliveryRow]:
    statement = select(DeliveryRow)
    if wanted.states:
        statement = statement.where(DeliveryRow.state.in_([state.value for state in wanted.states]))
    for column, value in (
        (DeliveryRow.destination_id, wanted.destination_id),
        (DeliveryRow.segment_id, wanted.segment_id),
        (DeliveryRow.campaign_run_id, wanted.campaign_run_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return statement


def _columns(delivery: DeliveryRecord) -> dict[str, Any]:
    return asdict(delivery) | {"state": delivery.state.value, "columns": list(delivery.columns)}


def _record(row: DeliveryRow) -> DeliveryRecord:
    plain = {column.key: getattr(row, column.key) for column in DeliveryRow.__mapper__.column_attrs}
    typed: dict[str, Any] = {
        "state": DeliveryState(row.state),
        "columns": tuple(row.columns),
        "artefacts": tuple(ArtefactRecord(**artefact) for artefact in row.artefacts),
        "problem": None if row.problem is None else DeliveryProblem(**row.problem),
    }
    return DeliveryRecord(**plain | typed)
