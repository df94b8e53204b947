"""Configured destinations: which plugin, with which settings. Secrets are stored sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Select, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import ID, Base, Json, UtcDateTime
from ampiq_gql.store.errors import StaleRevision
from ampiq_gql.store.names import claim_name, name_key
from ampiq_gql.store.paging import Ordering, Page, PageRequest, count_rows, fetch_page

__all__ = ["DestinationRecord", "DestinationRepository", "DestinationRow"]


class DestinationRow(Base):
    """A destination. Deleting keeps the row, for the history, and frees its name."""

    __tablename__ = "destinations"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    type: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str | None] = mapped_column(String(600), unique=True)
    description: Mapped[str] = mapped_column(Text)
    shown_settings: Mapped[dict[str, Any]] = mapped_column(Json)
    sealed_settings: Mapped[str] = mapped_column(Text)
    allows_limited_pii: Mapped[bool]
    revision: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(String(200))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationRecord:
    """A destination. `shown_settings` has its secrets masked, `sealed_settings` is ciphertext.

    `allows_limited_pii`: people who may not read restricted columns may send them there.
    """

    id: str
    type: str
    name: str
    description: str
    shown_settings: Mapping[str, object]
    sealed_settings: str = field(repr=False)
    allows_limited_pii: bool
    revision: int
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime


_BY_NAME = Ordering(name="destinations", columns=(DestinationRow.name_key, DestinationRow.id))


class DestinationRepository:
    """Reads and writes destinations. Deleted ones are invisible here."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, destination: DestinationRecord) -> None:
        """Store a new destination. Raises `NameNotUnique`."""
        row = DestinationRow(
            id=destination.id,
            type=destination.type,
            created_by=destination.created_by,
            created_at=destination.created_at,
            **_state(destination),
        )
        with claim_name(self._session, "destination", destination.name):
            self._session.add(row)

    def update(self, destination: DestinationRecord) -> None:
        """Store the next revision. Raises `StaleRevision` or `NameNotUnique`."""
        with claim_name(self._session, "destination", destination.name):
            self._advance(destination, _state(destination))

    def remove(self, destination: DestinationRecord) -> None:
        """Delete; `destination` is the last revision. Raises `StaleRevision`."""
        gone = {"name_key": None, "deleted_at": destination.updated_at}
        self._advance(destination, _state(destination) | gone)

    def get(self, destination_id: str) -> DestinationRecord | None:
        """Return the destination, or None."""
        return self.get_many(frozenset((destination_id,))).get(destination_id)

    def get_many(self, destination_ids: frozenset[str]) -> dict[str, DestinationRecord]:
        """Return those of the destinations that exist, by id."""
        rows = self._session.scalars(_live().where(DestinationRow.id.in_(destination_ids)))
        return {row.id: _record(row) for row in rows}

    def by_name(self, name: str) -> DestinationRecord | None:
        """Return the destination of that name, whatever its case, or None."""
        row = self._session.scalar(_live().where(DestinationRow.name_key == name_key(name)))
        return None if row is None else _record(row)

    def list_page(self, request: PageRequest) -> Page[DestinationRecord]:
        """Return one page, by name."""
        return fetch_page(self._session, _live(), _BY_NAME, request, _record)

    def count(self) -> int:
        """Count the destinations."""
        return count_rows(self._session, _live())

    def _advance(self, destination: DestinationRecord, values: Mapping[str, object]) -> None:
        result = self._session.execute(
            update(DestinationRow)
            .where(
                DestinationRow.id == destination.id,
                DestinationRow.revision == destination.revision - 1,
                DestinationRow.deleted_at.is_(None),
            )
            .values(values)
        )
        if not isinstance(result, CursorResult) or result.rowcount != 1:
            raise StaleRevision(f'Destination "{destination.name}"')


def _live() -> Select[DestinationRow]:
    return select(DestinationRow).where(DestinationRow.deleted_at.is_(None))


def _state(destination: DestinationRecord) -> dict[str, object]:
    """Return the columns that every change writes."""
    return {
        "name": destination.name,
        "name_key": name_key(destination.name),
        "description": destination.description,
        "shown_settings": dict(destination.shown_settings),
        "sealed_settings": destination.sealed_settings,
        "allows_limited_pii": destination.allows_limited_pii,
        "revision": destination.revision,
        "updated_by": destination.updated_by,
        "updated_at": destination.updated_at,
    }


def _record(row: DestinationRow) -> DestinationRecord:
    return DestinationRecord(
        id=row.id,
        type=row.type,
        name=row.name,
        description=row.description,
        shown_settings=row.shown_settings,
        sealed_settings=row.sealed_settings,
        allows_limited_pii=row.allows_limited_pii,
        revision=row.revision,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )
