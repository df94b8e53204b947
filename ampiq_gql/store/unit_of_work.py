"""One transaction on the store: its repositories commit or roll back together."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ampiq_gql.store.audit import AuditLog
from ampiq_gql.store.campaign_runs import CampaignRunRepository
from ampiq_gql.store.campaigns import CampaignRepository
from ampiq_gql.store.classification import RuleRepository
from ampiq_gql.store.deliveries import DeliveryRepository
from ampiq_gql.store.delivery_ledger import DeliveryLedger
from ampiq_gql.store.destinations import DestinationRepository
from ampiq_gql.store.folders import FolderRepository
from ampiq_gql.store.lists import ListRepository
from ampiq_gql.store.pending_files import PendingFileRepository
from ampiq_gql.store.queries import QueryRepository
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
        self.lists = ListRepository(session)
        self.rules = RuleRepository(session)
        self.pending_files = PendingFileRepository(session)
        self.queries = QueryRepository(session)
        self.destinations = DestinationRepository(session)
        self.deliveries = DeliveryRepository(session)
        self.ledger = DeliveryLedger(session)
        self.campaigns = CampaignRepository(session)
        self.campaign_runs = CampaignRunRepository(session)
