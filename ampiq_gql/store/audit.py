"""The audit log: who did what to which thing, and when. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import ID, Base, Json, UtcDateTime, utc_now
from ampiq_gql.store.paging import Ordering, Page, PageRequest, fetch_page

__all__ = ["AuditLog", "AuditRecord", "AuditRow"]


class AuditRow(Base):
    """One entry of the log; the number gives the order in which entries were written."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "target_type", "target_id"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200), index=True)
    action: Mapped[str] = mapped_column(String(64))
    target_type: Mapped[str] = mapped_column(String(32))
    target_id: Mapped[str] = mapped_column(ID)
    details: Mapped[dict[str, Any]] = mapped_column(Json)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One thing that was done. `details` never holds secrets or customers' data."""

    number: int
    at: datetime
    actor: str
    action: str
    target_type: str
    target_id: str
    details: Mapping[str, object]


class AuditLog:
    """Writes and reads the log."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(
        self,
        actor: str,
        action: str,
        target_type: str,
        target_id: str,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Add an entry; it lasts only if the unit of work commits, as does what it tells of."""
        self._session.add(
            AuditRow(
                at=utc_now(),
                actor=actor,
                action=action,
                target_type=target_type,
                target_id=target_id,
                details=dict(details or {}),
            )
        )

    def list_page(
        self,
        request: PageRequest,
        *,
        target_type: str | None = None,
        target_id: str | None = None,
        actor: str | None = None,
    ) -> Page[AuditRecord]:
        """Return entries, the newest first."""
        wanted = {"target_type": target_type, "target_id": target_id, "actor": actor}
        statement = select(AuditRow).filter_by(
            **{column: value for column, value in wanted.items() if value is not None}
        )
        newest_first = Ordering(name="audit", columns=(AuditRow.number,), is_descending=True)
        return fetch_page(self._session, statement, newest_first, request, _record)


def _record(row: AuditRow) -> AuditRecord:
    return AuditRecord(
        number=row.number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        target_type=row.target_type,
        target_id=row.target_id,
        details=row.details,
    )
