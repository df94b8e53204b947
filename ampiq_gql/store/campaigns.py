"""Campaigns: who is to get what, and where the plan stands. Runs are in `campaign_runs`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CursorResult, Select, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import ID, Base, Json, UtcDateTime
from ampiq_gql.store.errors import StaleRevision
from ampiq_gql.store.names import claim_name, name_key
from ampiq_gql.store.paging import Ordering, Page, PageRequest, count_rows, fetch_page

__all__ = [
    "CampaignDefinition", "CampaignFilter", "CampaignKind", "CampaignRecord", "CampaignRepository",
    "CampaignRow", "CampaignState", "TreatmentRecord",
]  # fmt: skip


class CampaignKind(StrEnum):
    """How often it is sent."""

    ONE_TIME = "ONE_TIME"


class CampaignState(StrEnum):
    """Where a campaign stands in its life (campaigns.md §1.2)."""

    DRAFT = "DRAFT"
    SCHEDULED = "SCHEDULED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    ERROR = "ERROR"


_AHEAD = tuple(
    state.value for state in (CampaignState.DRAFT, CampaignState.SCHEDULED, CampaignState.RUNNING)
)


class CampaignRow(Base):
    """A campaign. Deleting keeps the row, for the history, and frees its name."""

    __tablename__ = "campaigns"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str | None] = mapped_column(String(600), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), index=True)
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    salt: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    revision: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(String(200))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentRecord:
    """One way to treat customers; `id` is stable across versions, `share_bp` in 1/10,000."""

    id: str
    name: str
    share_bp: int
    destination_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignDefinition:
    """Who is meant and what they get. Treatments keep the order in which they were made."""

    include_segment_ids: tuple[str, ...]
    exclude_segment_ids: tuple[str, ...] = ()
    control_bp: int = 1_000
    treatments: tuple[TreatmentRecord, ...]
    columns: tuple[str, ...] = ("amperity_id",)

    @property
    def segment_ids(self) -> frozenset[str]:
        """All segments that it names."""
        return frozenset((*self.include_segment_ids, *self.exclude_segment_ids))

    @property
    def destination_ids(self) -> frozenset[str]:
        """All destinations that its treatments are sent to."""
        return frozenset(key for one in self.treatments for key in one.destination_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRecord:
    """A campaign. `salt` decides who is in which group: it is made once and never copied.

    `version` counts definitions that were run, `revision` every change.
    """

    id: str
    name: str
    kind: CampaignKind
    state: CampaignState
    definition: CampaignDefinition
    salt: str = field(repr=False)
    version: int
    revision: int
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFilter:
    """Which campaigns; what is empty or None does not filter."""

    states: tuple[CampaignState, ...] = ()
    search: str | None = None


_NEWEST_FIRST = Ordering(
    name="campaigns", columns=(CampaignRow.updated_at, CampaignRow.id), is_descending=True
)


class CampaignRepository:
    """Reads and writes campaigns. Deleted ones are invisible here."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, campaign: CampaignRecord) -> None:
        """Store a new campaign. Raises `NameNotUnique`."""
        row = CampaignRow(
            id=campaign.id,
            salt=campaign.salt,
            created_by=campaign.created_by,
            created_at=campaign.created_at,
            **_state(campaign),
        )
        with claim_name(self._session, "campaign", campaign.name):
            self._session.add(row)

    def update(self, campaign: CampaignRecord) -> None:
        """Store the next revision. Raises `StaleRevision` or `NameNotUnique`."""
        with claim_name(self._session, "campaign", campaign.name):
            self._advance(campaign, _state(campaign))

    def remove(self, campaign: CampaignRecord) -> None:
        """Delete; `campaign` is the last revision. Raises `StaleRevision`."""
        gone = {"name_key": None, "deleted_at": campaign.updated_at}
        self._advance(campaign, _state(campaign) | gone)

    def get(self, campaign_id: str) -> CampaignRecord | None:
        """Return the campaign, or None."""
        return self.get_many(frozenset((campaign_id,))).get(campaign_id)

    def get_many(self, campaign_ids: frozenset[str]) -> dict[str, CampaignRecord]:
        """Return those of the campaigns that exist, by id."""
        rows = self._session.scalars(_live().where(CampaignRow.id.in_(campaign_ids)))
        return {row.id: _record(row) for row in rows}

    def by_name(self, name: str) -> CampaignRecord | None:
        """Return the campaign of that name, whatever its case, or None."""
        row = self._session.scalar(_live().where(CampaignRow.name_key == name_key(name)))
        return None if row is None else _record(row)

    def names(self) -> tuple[str, ...]:
        """Return the names of all campaigns, sorted."""
        live = select(CampaignRow.name).where(CampaignRow.deleted_at.is_(None))
        return tuple(self._session.scalars(live.order_by(CampaignRow.name_key)))

    def users_of(self, segment_ids: frozenset[str]) -> dict[str, tuple[CampaignRecord, ...]]:
        """Return the campaigns that name each of the segments, by name; all of them are keys."""
        # Definitions are JSON, and campaigns are few: reading all is simpler than a table of names.
        campaigns = [_record(row) for row in self._session.scalars(_live())]
        campaigns.sort(key=lambda campaign: name_key(campaign.name))
        return {
            segment_id: tuple(one for one in campaigns if segment_id in one.definition.segment_ids)
            for segment_id in segment_ids
        }

    def sending_to(self, destination_id: str) -> tuple[CampaignRecord, ...]:
        """Return the campaigns that are yet to send to the destination, by name."""
        ahead = _live().where(CampaignRow.state.in_(_AHEAD)).order_by(CampaignRow.name_key)
        campaigns = map(_record, self._session.scalars(ahead))
        return tuple(one for one in campaigns if destination_id in one.definition.destination_ids)

    def list_page(self, wanted: CampaignFilter, request: PageRequest) -> Page[CampaignRecord]:
        """Return one page, the last changed first."""
        return fetch_page(self._session, _filtered(wanted), _NEWEST_FIRST, request, _record)

    def count(self, wanted: CampaignFilter) -> int:
        """Count the campaigns that pass the filter."""
        return count_rows(self._session, _filtered(wanted))

    def _advance(self, campaign: CampaignRecord, values: Mapping[str, object]) -> None:
        result = self._session.execute(
            update(CampaignRow)
            .where(
                CampaignRow.id == campaign.id,
                CampaignRow.revision == campaign.revision - 1,
                CampaignRow.deleted_at.is_(None),
            )
            .values(values)
        )
        if not isinstance(result, CursorResult) or result.rowcount != 1:
            raise StaleRevision(f'Campaign "{campaign.name}"')


def _live() -> Select[CampaignRow]:
    return select(CampaignRow).where(CampaignRow.deleted_at.is_(None))


def _filtered(wanted: CampaignFilter) -> Select[CampaignRow]:
    statement = _live()
    if wanted.states:
        states = [state.value for state in wanted.states]
        statement = statement.where(CampaignRow.state.in_(states))
    if wanted.search:
        found = CampaignRow.name_key.contains(name_key(wanted.search), autoescape=True)
        statement = statement.where(found)
    return statement


def _state(campaign: CampaignRecord) -> dict[str, object]:
    """Return the columns that every change writes; the salt is not among them."""
    return {
        "name": campaign.name,
        "name_key": name_key(campaign.name),
        "kind": campaign.kind.value,
        "state": campaign.state.value,
        "definition": asdict(campaign.definition),
        "version": campaign.version,
        "revision": campaign.revision,
        "updated_by": campaign.updated_by,
        "updated_at": campaign.updated_at,
    }


def _definition(stored: Mapping[str, Any]) -> CampaignDefinition:
    treatments = tuple(
        TreatmentRecord(**one | {"destination_ids": tuple(one["destination_ids"])})
        for one in stored["treatments"]
    )
    return CampaignDefinition(
        include_segment_ids=tuple(stored["include_segment_ids"]),
        exclude_segment_ids=tuple(stored["exclude_segment_ids"]),
        control_bp=stored["control_bp"],
        treatments=treatments,
        columns=tuple(stored["columns"]),
    )


def _record(row: CampaignRow) -> CampaignRecord:
    return CampaignRecord(
        id=row.id,
        name=row.name,
        kind=CampaignKind(row.kind),
        state=CampaignState(row.state),
        definition=_definition(row.definition),
        salt=row.salt,
        version=row.version,
        revision=row.revision,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )
