"""A demonstration home: files loaded, customer-360 built, samples saved, customers scored.

Every step does only what is not done yet, so that the second demonstration starts at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from ampiq_gql.campaigns import CreateCampaign, TreatmentInput
from ampiq_gql.delivery import CreateDestination
from ampiq_gql.demo import journey, synthetic
from ampiq_gql.demo.samples import CAMPAIGN, JOURNEY_SEGMENTS, SYNTHETIC_SEGMENTS, SampleSegment
from ampiq_gql.errors import Conflict
from ampiq_gql.ingest import IngestRequest
from ampiq_gql.ingest.sources import LOADS, prepare_tables
from ampiq_gql.predict import DataUnfit, TrainReport
from ampiq_gql.progress import Progress
from ampiq_gql.segments import SaveSegment, SegmentNotFound
from ampiq_gql.services import Services
from ampiq_gql.store.campaigns import CampaignRecord
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import BuildInfo, Warehouse

__all__ = ["ACTOR", "Demonstration", "prepare"]

ACTOR = "demo"
DESTINATION = "Exports folder"
SOURCE = "complete-journey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """What stands in the home; `training` is None when the model was there already."""

    build: BuildInfo
    segments: tuple[SegmentRecord, ...]
    campaign: CampaignRecord
    training: TrainReport | None
    warnings: tuple[str, ...]


def prepare(
    services: Services, progress: Progress, *, synthetic_customers: int | None
) -> Demonstration:
    """Fill the home with the Complete Journey, or with a synthetic shop of that many customers.

    Raises `Conflict` (`HOME_HOLDS_OTHER_DATA`) in a home that other data was loaded into.
    """
    _refuse_other_data(services, journey_wanted=synthetic_customers is None)
    if synthetic_customers is None:
        as_of, warnings = _load_journey(services, progress)
    else:
        as_of, warnings = _load_synthetic(services, synthetic_customers, progress)
    build = services.build.run(as_of, progress).build
    services.queries.refresh(ACTOR)
    training, unfit = _score(services, build, progress)
    samples = JOURNEY_SEGMENTS if synthetic_customers is None else SYNTHETIC_SEGMENTS
    progress.start("Save the sample segments and the sample campaign", len(samples) + 1)
    segments = tuple(_segment(services, sample, progress) for sample in samples)
    campaign = _campaign(services)
    progress.advance()
    progress.finish()
    return Demonstration(
        build=build,
        segments=segments,
        campaign=campaign,
        training=training,
        warnings=(*warnings, *unfit),
    )


def _refuse_other_data(services: Services, *, journey_wanted: bool) -> None:
    wanted = SOURCE if journey_wanted else synthetic.SOURCE
    other = _loaded_sources(services.warehouse) - {wanted}
    if other:
        raise _other_data(services, f"data of {', '.join(sorted(other))}")


def _other_data(services: Services, held: str) -> Conflict:
    return Conflict(
        "HOME_HOLDS_OTHER_DATA",
        f"{services.settings.home} holds {held}.",
        hint="Choose a folder of its own: ampiq --home .ampiq-demo demo",
    )


def _loaded_sources(warehouse: Warehouse) -> frozenset[str]:
    with warehouse.sources("ampiq demo") as sources, sources.connection.begin():
        prepare_tables(sources.connection)
        names = sources.connection.execute(sa.select(LOADS.c.datasource).distinct())
        return frozenset(names.scalars())


def _load_journey(services: Services, progress: Progress) -> tuple[date, tuple[str, ...]]:
    files = journey.write_files(services.settings.home / "demo", progress)
    warnings: list[str] = []
    for file in files:
        request = IngestRequest(files=(file.path,), kind=file.kind, source=SOURCE)
        warnings += services.ingest.load(request, progress).warnings
    return journey.as_of(files), tuple(warnings)


def _load_synthetic(
    services: Services, customers: int, progress: Progress
) -> tuple[date, tuple[str, ...]]:
    present = synthetic.size(services.warehouse)
    if present is None:
        synthetic.generate(services.warehouse, customers, progress)
    elif present != customers:
        raise _other_data(services, f"a synthetic shop of {present:,} customers")
    return synthetic.AS_OF, ()


def _score(
    services: Services, build: BuildInfo, progress: Progress
) -> tuple[TrainReport | None, tuple[str, ...]]:
    if services.predict.is_current(build):
        return None, ()
    try:
        training = services.predict.train(progress=progress)
    except DataUnfit as error:
        # A shop of a few hundred customers has no model; everything else works without one.
        return None, (error.message,)
    services.predict.predict(progress)
    return training, ()


def _segment(services: Services, sample: SampleSegment, progress: Progress) -> SegmentRecord:
    try:
        segment = services.segments.get(name=sample.name)
    except SegmentNotFound:
        wanted = SaveSegment(
            name=sample.name, text=sample.expression, description=sample.description
        )
        draft = services.segments.save(wanted, ACTOR)
        segment = services.segments.activate(draft.id, ACTOR, revision=draft.revision)
    progress.advance()
    return segment


def _campaign(services: Services) -> CampaignRecord:
    known = services.campaigns.by_name(CAMPAIGN.name)
    if known is not None:
        return known
    destination = services.delivery.destinations.by_name(DESTINATION)
    if destination is None:
        wanted = CreateDestination(type="local_file", name=DESTINATION, settings={})
        destination = services.delivery.destinations.create(wanted, ACTOR)
    audience = services.segments.get(name=CAMPAIGN.audience)
    campaign = CreateCampaign(
        name=CAMPAIGN.name,
        include_segment_ids=(audience.id,),
        control_bp=CAMPAIGN.control,
        treatments=tuple(
            TreatmentInput(name=name, share_bp=share, destination_ids=(destination.id,))
            for name, share in CAMPAIGN.treatments
        ),
        columns=("amperity_id", "given_name", "email"),
    )
    return services.campaigns.create(campaign, ACTOR)
