"""The services that deliver, over the shop; `open_house` may be called again, as a restart.

Most tests only read the shop, so a home without builds reads one that all of them share.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
from tests.shop import make_shop

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


@cache
def shared_shop() -> Warehouse:
    folder = Path(tempfile.mkdtemp(prefix="delivery-"))
    warehouse = open_warehouse(make_shop(folder / "home"))

    def remove() -> None:
        warehouse.close()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return warehouse


@contextmanager
def _warehouse(settings: Settings) -> Iterator[Warehouse]:
    if not (settings.home / "builds").exists():
        yield shared_shop()
        return
    warehouse = open_warehouse(settings)
    yield warehouse
    warehouse.close()


@contextmanager
def open_house(settings: Settings, *extra: Candidate) -> Iterator[House]:
    """Open the home as a server would, with more plugins if wanted."""
    context = PluginContext(exports=settings.home / "exports", time_zone=settings.time_zone)
    ours = [one for one in installed() if one.distribution == "ampiq-graphql"]
    replaced = {candidate.name for candidate in extra}
    plugins = PluginRegistry.of(
        [*(one for one in ours if one.name not in replaced), *extra], context
    )
    with _warehouse(settings) as warehouse, closing(Store.open(settings)) as store:
        segments = SegmentService(store, warehouse, settings)
        with closing(DeliveryService(store, warehouse, plugins, segments, settings)) as delivery:
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
