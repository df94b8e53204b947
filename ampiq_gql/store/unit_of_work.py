"""One transaction on the store: its repositories commit or roll back together."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ampiq_gql.store.audit import AuditLog
from ampiq_gql.store.folders import FolderRepository
from ampiq_gql.store.references import ReferenceRepository
from ampiq_gql.store.segments import SegmentRepository

__all__ = ["UnitOfWork"]


class UnitOfWork:
    """The repositories of one transaction. Used by one thread, and not after the transaction."""

    def __init__(self, session: Session) -> None:
        self.audit = AuditLog(session)
        self.folders = FolderRepository(session)
        self.references = ReferenceRepository(session)
        self.segments = SegmentRepository(session)
