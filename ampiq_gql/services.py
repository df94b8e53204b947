"""The services of one home, opened once at the edge and handed to the API and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from ampiq_gql.build import BuildService, KeptBuildService, ValidationService
from ampiq_gql.build.features import FeatureService
from ampiq_gql.build.flags.rules import RuleService
from ampiq_gql.build.flags.service import FlagService
from ampiq_gql.campaigns import CampaignService
from ampiq_gql.campaigns.history import CampaignHistory
from ampiq_gql.delivery import DeliveryService
from ampiq_gql.explorer import ExplorerService
from ampiq_gql.ingest import IngestService
from ampiq_gql.insights import CustomerService, InsightService
from ampiq_gql.plugin import PluginRegistry
from ampiq_gql.predict import PredictService
from ampiq_gql.queries import QueryService
from ampiq_gql.segments import FolderService, SegmentService
from ampiq_gql.segments.lists import ListService
from ampiq_gql.segments.received_files import ReceivedFiles
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.warehouse import Warehouse, open_warehouse

__all__ = ["Services"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that can be asked; each service may be used from many threads."""

    settings: Settings
    store: Store
    warehouse: Warehouse
    plugins: PluginRegistry
    ingest: IngestService
    build: BuildService
    builds: KeptBuildService
    validation: ValidationService
    features: FeatureService
    flags: FlagService
    rules: RuleService
    segments: SegmentService
    folders: FolderService
    lists: ListService
    received: ReceivedFiles
    queries: QueryService
    insights: InsightService
    customers: CustomerService
    delivery: DeliveryService
    campaigns: CampaignService
    history: CampaignHistory
    predict: PredictService
    explorer: ExplorerService

    @classmethod
    def open(cls, settings: Settings) -> Services:
        """Open the home, making it when it is new, and wire the services.

        Raises `UserError` when the home or a database cannot be used.
        """
        return cls.over(settings, Store.open(settings), open_warehouse(settings))

    @classmethod
    def over(cls, settings: Settings, store: Store, warehouse: Warehouse) -> Services:
        """Wire the services over databases that are open already."""
        plugins = PluginRegistry.load(settings)
        segments = SegmentService(store, warehouse, settings)
        delivery = DeliveryService(store, warehouse, plugins, segments, settings)
        return cls(
            settings=settings,
            store=store,
            warehouse=warehouse,
            plugins=plugins,
            ingest=IngestService(warehouse, settings),
            build=BuildService(warehouse, settings, store=store),
            builds=KeptBuildService(warehouse, store),
            validation=ValidationService(warehouse, settings),
            features=FeatureService(warehouse),
            flags=FlagService(warehouse, settings),
            rules=RuleService(store, settings.classification),
            segments=segments,
            folders=FolderService(store),
            lists=ListService(store, warehouse, plugins, settings),
            received=ReceivedFiles(settings),
            queries=QueryService(store, warehouse, segments, settings),
            insights=InsightService(warehouse, segments, settings),
            customers=CustomerService(warehouse, segments),
            delivery=delivery,
            campaigns=CampaignService(store, warehouse, segments, delivery, settings),
            history=CampaignHistory(warehouse),
            predict=PredictService(warehouse, settings),
            explorer=ExplorerService(store, warehouse, segments),
        )

    def close(self) -> None:
        """Let running deliveries end their step, then release databases and files."""
        self.delivery.close()
        self.warehouse.close()
        self.store.close()
