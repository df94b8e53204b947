"""The services that deliver, over the shop; `open_house` may be called again, as a restart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ampiq_gql.campaigns import CampaignService
from ampiq_gql.delivery import CreateDestination, DeliverSegment, DeliveryService
from ampiq_gql.plugin import PluginContext, PluginRegistry
from ampiq_gql.plugin.discovery import Candidate, installed
from ampiq_gql.segments import SaveSegment, SegmentService
from ampiq_gql.segments.lists import ListService
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.store.deliveries import DeliveryRecord
from ampiq_gql.store.destinations import DestinationRecord
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import Warehouse, open_warehouse

ADA = "ada"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that a delivery needs."""

    settings: Settings
    store: Store
    warehouse: Warehouse
    plugins: PluginRegistry
    segments: SegmentService
    lists: ListService
    delivery: DeliveryService
    campaigns: CampaignService

    def segment(self, name: str = "Everybody", text: str = "everyone") -> SegmentRecord:
        saved = self.segments.save(SaveSegment(name=name, text=text), ADA)
        return self.segments.activate(saved.id, ADA)

    def destination(
        self, name: str = "Files", type_key: str = "local_file", **settings: object
    ) -> DestinationRecord:
        wanted = CreateDestination(type=type_key, name=name, settings=settings)
        return self.delivery.destinations.create(wanted, ADA)

    def deliver(
        self,
        segment: SegmentRecord,
        destination: DestinationRecord,
        columns: Sequence[str] = (),
        *,
        key: str | None = None,
    ) -> DeliveryRecord:
        """Deliver and wait for the end."""
        wanted = DeliverSegment(
            segment_id=segment.id,
            destination_id=destination.id,
            columns=columns,
            idempotency_key=key,
        )
        started = self.delivery.deliver_segment(wanted, ADA)
        return self.delivery.wait(started.id, timeout_seconds=30)


@contextmanager
def open_house(settings: Settings, *extra: Candidate) -> Iterator[House]:
    """Open the home as a server would, with more plugins if wanted."""
    context = PluginContext(exports=settings.home / "exports", time_zone=settings.time_zone)
    ours = [one for one in installed() if one.distribution == "ampiq-graphql"]
    replaced = {candidate.name for candidate in extra}
    plugins = PluginRegistry.of(
        [*(one for one in ours if one.name not in replaced), *extra], context
    )
    store = Store.open(settings)
    warehouse = open_warehouse(settings)
    segments = SegmentService(store, warehouse, settings)
    delivery = DeliveryService(store, warehouse, plugins, segments, settings)
    try:
        yield House(
            settings=settings,
            store=store,
            warehouse=warehouse,
            plugins=plugins,
            segments=segments,
            lists=ListService(store, warehouse, plugins, settings),
            delivery=delivery,
            campaigns=CampaignService(store, warehouse, segments, delivery, settings),
        )
    finally:
        delivery.close()
        warehouse.close()
        store.close()
