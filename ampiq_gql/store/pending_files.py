"""Files about to be shown and recorded: what a process that dies in between leaves is found.

The word is written before the file is shown, and taken back with the record of the file.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import ID, Base, UtcDateTime

__all__ = ["PENDING_LEASE", "PendingFileRepository", "PendingFileRow"]

PENDING_LEASE = timedelta(days=1)
"""Of a process on another machine nobody knows more than when it began."""


class PendingFileRow(Base):
    """A file that some process shows and has not recorded yet."""

    __tablename__ = "pending_files"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    host: Mapped[str] = mapped_column(String(255))
    process: Mapped[int]
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class PendingFileRepository:
    """Reads and writes the words about files."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, file_id: str, *, host: str, process: int, since: datetime) -> None:
        """Say that the process is about to show the file."""
        row = PendingFileRow(id=file_id, host=host, process=process, since=since)
        self._session.add(row)
        self._session.flush()

    def remove(self, file_id: str) -> None:
        """Say that the file is recorded, or gone."""
        self._session.execute(delete(PendingFileRow).where(PendingFileRow.id == file_id))

    def abandoned(
        self, now: datetime, *, host: str, is_alive: Callable[[int], bool]
    ) -> tuple[str, ...]:
        """Return the files of processes that died, sorted; `is_alive` tells of this host's."""
        rows = self._session.scalars(select(PendingFileRow).order_by(PendingFileRow.id)).all()
        return tuple(
            row.id
            for row in rows
            if (row.host == host and not is_alive(row.process))
            or (row.host != host and row.since < now - PENDING_LEASE)
        )
