"""Folders of segments and queries: at most three levels, names unique as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import ID, Base, UtcDateTime
from ampiq_gql.store.names import claim_name, name_key

__all__ = ["MAX_FOLDER_LEVEL", "FolderRecord", "FolderRepository", "FolderRow"]

MAX_FOLDER_LEVEL = 3


class FolderRow(Base):
    """A folder; `level` counts from 1 below the root."""

    __tablename__ = "folders"
    __table_args__ = (CheckConstraint(f"level BETWEEN 1 AND {MAX_FOLDER_LEVEL}", name="level"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(600), unique=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("folders.id"), index=True)
    level: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderRecord:
    """A folder; `parent_id` is None below the root."""

    id: str
    name: str
    parent_id: str | None
    level: int
    created_by: str
    created_at: datetime


class FolderRepository:
    """Reads and writes folders."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, folder: FolderRecord) -> None:
        """Store a new folder. Raises `NameNotUnique`."""
        row = FolderRow(
            id=folder.id,
            name=folder.name,
            name_key=name_key(folder.name),
            parent_id=folder.parent_id,
            level=folder.level,
            created_by=folder.created_by,
            created_at=folder.created_at,
        )
        with claim_name(self._session, "folder", folder.name):
            self._session.add(row)

    def get(self, folder_id: str) -> FolderRecord | None:
        """Return the folder, or None."""
        row = self._session.get(FolderRow, folder_id)
        return None if row is None else _record(row)

    def get_many(self, folder_ids: frozenset[str]) -> dict[str, FolderRecord]:
        """Return those of the folders that exist, by id."""
        rows = self._session.scalars(select(FolderRow).where(FolderRow.id.in_(folder_ids)))
        return {row.id: _record(row) for row in rows}

    def by_name(self, name: str) -> FolderRecord | None:
        """Return the folder of that name, whatever its case, or None."""
        row = self._session.scalar(select(FolderRow).where(FolderRow.name_key == name_key(name)))
        return None if row is None else _record(row)

    def tree(self) -> tuple[FolderRecord, ...]:
        """Return all folders, parents before their children, then by name."""
        rows = self._session.scalars(
            select(FolderRow).order_by(FolderRow.level, FolderRow.name_key)
        )
        return tuple(_record(row) for row in rows)


def _record(row: FolderRow) -> FolderRecord:
    return FolderRecord(
        id=row.id,
        name=row.name,
        parent_id=row.parent_id,
        level=row.level,
        created_by=row.created_by,
        created_at=row.created_at,
    )
