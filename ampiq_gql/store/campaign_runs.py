"""Runs of campaigns: one evaluation of the audience on one build, and what became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import Base, Json, UtcDateTime
from ampiq_gql.store.leases import Leased, take_lease
from ampiq_gql.store.paging import (
    Ordering,
    Page,
    PageRequest,
    count_by_owner,
    fetch_pages,
)

__all__ = [
    "CampaignRunRecord", "CampaignRunRepository", "CampaignRunRow", "CampaignRunState",
    "CellRecord", "FunnelRecord", "RunProblem",
]  # fmt: skip


class CampaignRunState(StrEnum):
    """Where a run stands (campaigns.md §3.2)."""

    QUEUED = "QUEUED"
    PREPARING = "PREPARING"
    SENDING = "SENDING"
    SUCCEEDED = "SUCCEEDED"
    SUCCEEDED_WITH_ISSUES = "SUCCEEDED_WITH_ISSUES"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    STOPPED = "STOPPED"
    SKIPPED = "SKIPPED"

    @property
    def is_unfinished(self) -> bool:
        """Somebody drives it, or should."""
        return self in UNFINISHED


UNFINISHED = frozenset(
    {CampaignRunState.QUEUED, CampaignRunState.PREPARING, CampaignRunState.SENDING}
)


class CampaignRunRow(Leased, Base):
    """A run."""

    __tablename__ = "campaign_runs"
    __table_args__ = (UniqueConstraint("campaign_id", "sequence"),)

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.id"))
    sequence: Mapped[int]
    idempotency_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(32), index=True)
    build_id: Mapped[str | None] = mapped_column(String(64))
    as_of: Mapped[date | None] = mapped_column(Date)
    funnel: Mapped[dict[str, Any] | None] = mapped_column(Json)
    cells: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRecord:
    """How the audience narrowed: `assigned = included - excluded = controls + treated`."""

    included: int
    excluded: int
    assigned: int
    controls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRecord:
    """A treatment or the control group, and how many customers were drawn into it."""

    treatment_id: str
    name: str
    is_control: bool
    share_bp: int
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProblem:
    """Why a run failed, and what to do."""

    code: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRunRecord:
    """A run. Build and day are pinned when it begins; everything in it reads only those."""

    id: str
    campaign_id: str
    sequence: int
    idempotency_key: str | None
    version: int
    created_by: str
    created_at: datetime
    state: CampaignRunState = CampaignRunState.QUEUED
    build_id: str | None = None
    as_of: date | None = None
    funnel: FunnelRecord | None = None
    cells: tuple[CellRecord, ...] = ()
    problem: RunProblem | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    owner: str | None = None
    lease_until: datetime | None = None


_NEWEST_FIRST = Ordering(
    name="campaign runs", columns=(CampaignRunRow.sequence,), is_descending=True
)


class CampaignRunRepository:
    """Reads and writes runs of campaigns."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, run: CampaignRunRecord) -> CampaignRunRecord:
        """Store it, or return the one that was stored before with the same idempotency key."""
        try:
            with self._session.begin_nested():
                self._session.add(CampaignRunRow(**_columns(run)))
        except IntegrityError:
            known = self.by_key(run.idempotency_key)
            if known is None:
                raise
            return known
        return run

    def save(self, run: CampaignRunRecord) -> None:
        """Store how far it came; for the process that holds its lease."""
        statement = update(CampaignRunRow).where(CampaignRunRow.id == run.id)
        self._session.execute(statement.values(_columns(run)))

    def claim(
        self, run_id: str, *, owner: str, until: datetime, dead_owners: frozenset[str]
    ) -> bool:
        """Take the lease, from nobody or from the dead."""
        return take_lease(
            self._session,
            CampaignRunRow,
            run_id,
            owner=owner,
            until=until,
            dead_owners=dead_owners,
        )

    def get(self, run_id: str) -> CampaignRunRecord | None:
        """Return the run as it stands now, or None."""
        return self.get_many(frozenset((run_id,))).get(run_id)

    def get_many(self, run_ids: frozenset[str]) -> dict[str, CampaignRunRecord]:
        """Return those of the runs that exist, by id, as they stand now."""
        statement = select(CampaignRunRow).where(CampaignRunRow.id.in_(run_ids))
        fresh = statement.execution_options(populate_existing=True)
        return {row.id: _record(row) for row in self._session.scalars(fresh)}

    def by_key(self, key: str | None) -> CampaignRunRecord | None:
        """Return the run with this idempotency key, or None."""
        if key is None:
            return None
        found = select(CampaignRunRow).where(CampaignRunRow.idempotency_key == key)
        row = self._session.scalar(found)
        return None if row is None else _record(row)

    def next_sequence(self, campaign_id: str) -> int:
        """Return the number of the campaign's next run, from 1."""
        last = select(func.max(CampaignRunRow.sequence)).where(
            CampaignRunRow.campaign_id == campaign_id
        )
        return (self._session.scalar(last) or 0) + 1

    def unfinished(self) -> tuple[CampaignRunRecord, ...]:
        """Return those that somebody drives or should drive, the oldest first."""
        states = [state.value for state in UNFINISHED]
        statement = select(CampaignRunRow).where(CampaignRunRow.state.in_(states))
        ordered = statement.order_by(CampaignRunRow.created_at)
        return tuple(map(_record, self._session.scalars(ordered)))

    def list_page(self, campaign_id: str, request: PageRequest) -> Page[CampaignRunRecord]:
        """Return one page of a campaign's runs, the newest first."""
        return self.list_pages(frozenset((campaign_id,)), request)[campaign_id]

    def list_pages(
        self, campaign_ids: frozenset[str], request: PageRequest
    ) -> dict[str, Page[CampaignRunRecord]]:
        """Return the same page of the runs of each campaign, the newest first."""
        return fetch_pages(
            self._session,
            select(CampaignRunRow),
            CampaignRunRow.campaign_id,
            campaign_ids,
            _NEWEST_FIRST,
            request,
            _record,
        )

    def counts(self, campaign_ids: frozenset[str]) -> dict[str, int]:
        """Count the runs of each campaign; all of them are keys."""
        return count_by_owner(self._session, CampaignRunRow.campaign_id, campaign_ids)


def _columns(run: CampaignRunRecord) -> dict[str, Any]:
    return asdict(run) | {"state": run.state.value}


def _record(row: CampaignRunRow) -> CampaignRunRecord:
    plain = {
        column.key: getattr(row, column.key) for column in CampaignRunRow.__mapper__.column_attrs
    }
    typed: dict[str, Any] = {
        "state": CampaignRunState(row.state),
        "funnel": None if row.funnel is None else FunnelRecord(**row.funnel),
        "cells": tuple(CellRecord(**cell) for cell in row.cells),
        "problem": None if row.problem is None else RunProblem(**row.problem),
    }
    return CampaignRunRecord(**plain | typed)
