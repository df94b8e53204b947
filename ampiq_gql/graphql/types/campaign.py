"""Campaigns, their runs and what a run would do."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

import strawberry

from ampiq_gql import campaigns as domain
from ampiq_gql.campaigns import IssueLevel
from ampiq_gql.graphql.campaigns.loaders import campaigns_by_id, deliveries_by_run
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.destinations.loaders import destinations_by_id
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.ids import encode_id
from ampiq_gql.graphql.node import Node
from ampiq_gql.graphql.paging import After, Before, Connection, First, Last, connection
from ampiq_gql.graphql.segments.loaders import segments_by_id
from ampiq_gql.graphql.types.delivery import Delivery
from ampiq_gql.graphql.types.destination import Destination
from ampiq_gql.graphql.types.segment import Segment
from ampiq_gql.store import campaign_runs as stored_runs
from ampiq_gql.store.campaign_runs import CampaignRunRecord, CampaignRunState
from ampiq_gql.store.campaigns import (
    CampaignKind,
    CampaignRecord,
    CampaignState,
    TreatmentRecord,
)
from ampiq_gql.store.paging import PageRequest

__all__ = [
    "Campaign",
    "CampaignCell",
    "CampaignFunnel",
    "CampaignIssue",
    "CampaignPreview",
    "CampaignRun",
    "CampaignState",
    "Treatment",
]

show_enum(
    CampaignKind,
    description="How often a campaign is sent.",
    values={CampaignKind.ONE_TIME: "Once, when it is told to."},
)
show_enum(
    CampaignState,
    description="Where a campaign stands in its life.",
    values={
        CampaignState.DRAFT: "Being worked on.",
        CampaignState.SCHEDULED: "Approved, and waiting to be run.",
        CampaignState.RUNNING: "A run is under way.",
        CampaignState.COMPLETED: "Its run has ended.",
        CampaignState.ERROR: "Its run has failed.",
    },
)
show_enum(
    CampaignRunState,
    description="Where a run of a campaign stands.",
    values={
        CampaignRunState.QUEUED: "It will begin.",
        CampaignRunState.PREPARING: "The audience is being drawn.",
        CampaignRunState.SENDING: "The treatments are being delivered.",
        CampaignRunState.SUCCEEDED: "Every delivery has succeeded.",
        CampaignRunState.SUCCEEDED_WITH_ISSUES: "Every delivery has ended, some with remarks.",
        CampaignRunState.PARTIAL: "Some deliveries have succeeded and some have failed.",
        CampaignRunState.FAILED: "No delivery has succeeded.",
        CampaignRunState.STOPPED: "A person has stopped it.",
        CampaignRunState.SKIPPED: "There was nothing to do.",
    },
)
show_enum(
    IssueLevel,
    name="CampaignIssueLevel",
    description="Whether an issue keeps a campaign from running.",
    values={
        IssueLevel.BLOCK: "It must be mended before the campaign can run.",
        IssueLevel.WARN: "The campaign can run; the result may disappoint.",
    },
)


@strawberry.type(description="Something in a campaign to mend or to mind.")
class CampaignIssue:
    """A finding of the validation."""

    code: str = strawberry.field(description="A stable upper-case code.")
    level: IssueLevel = strawberry.field(description="How bad it is.")
    message: str = strawberry.field(description="What was found, in plain words.")
    path: list[str] | None = strawberry.field(
        description="The way to the part of the input; null when it is about the whole."
    )

    @classmethod
    def from_domain(cls, issue: domain.ValidationIssue) -> CampaignIssue:
        """Show an issue."""
        return cls(
            code=issue.code,
            level=issue.level,
            message=issue.message,
            path=None if issue.path is None else issue.path.split("."),
        )


@strawberry.type(description="One way to treat customers of a campaign.")
class Treatment:
    """A treatment."""

    key: str = strawberry.field(
        description="What tells the treatments of a campaign apart, the same in all versions."
    )
    name: str = strawberry.field(description="Its name, unique in the campaign.")
    share_bp: int = strawberry.field(
        description="The share of the audience, in 1/10,000: 4500 is 45 %."
    )
    record: strawberry.Private[TreatmentRecord]

    @resolved("Where its customers are sent; destinations that were deleted since are left out.")
    async def destinations(self, info: Info) -> list[Destination]:
        """Load the destinations."""
        found = await asyncio.gather(
            *(info.context.load(destinations_by_id, one) for one in self.record.destination_ids)
        )
        return [Destination.from_domain(record) for record in found if record is not None]

    @classmethod
    def from_domain(cls, record: TreatmentRecord) -> Treatment:
        """Show a treatment."""
        return cls(key=record.id, name=record.name, share_bp=record.share_bp, record=record)


@strawberry.type(description="How the audience of a campaign narrows, in customers.")
class CampaignFunnel:
    """Assigned = included − excluded."""

    included: int = strawberry.field(description="Customers of the included segments.")
    excluded: int = strawberry.field(description="Those of them who are in an excluded segment.")
    assigned: int = strawberry.field(description="Those who are left, the control group included.")
    controls: int = strawberry.field(description="Those who were drawn into the control group.")

    @classmethod
    def from_domain(cls, funnel: stored_runs.FunnelRecord) -> CampaignFunnel:
        """Show a funnel."""
        return cls(
            included=funnel.included,
            excluded=funnel.excluded,
            assigned=funnel.assigned,
            controls=funnel.controls,
        )


@strawberry.type(description="A treatment or the control group, and who was drawn into it.")
class CampaignCell:
    """A cell of the draw."""

    treatment_key: str = strawberry.field(description="The key of the treatment.")
    name: str = strawberry.field(description="The name of the treatment or of the control group.")
    is_control: bool = strawberry.field(description="True for the control group.")
    share_bp: int = strawberry.field(description="The planned share, in 1/10,000.")
    customers: int = strawberry.field(description="How many customers were drawn into it.")

    @classmethod
    def from_domain(cls, cell: stored_runs.CellRecord) -> CampaignCell:
        """Show a cell."""
        return cls(
            treatment_key=cell.treatment_id,
            name=cell.name,
            is_control=cell.is_control,
            share_bp=cell.share_bp,
            customers=cell.customers,
        )


@strawberry.type(description="What a run of a campaign would do now.")
class CampaignPreview:
    """A count without a run."""

    as_of: date = strawberry.field(
        description="The day that the segments stand for, in the site's time zone."
    )
    build_id: strawberry.ID = strawberry.field(description="The build that was counted.")
    funnel: CampaignFunnel = strawberry.field(description="How the audience narrows.")
    cells: list[CampaignCell] = strawberry.field(
        description="Who would be drawn into which treatment."
    )

    @classmethod
    def from_domain(cls, preview: domain.CampaignPreview) -> CampaignPreview:
        """Show a preview."""
        return cls(
            as_of=preview.as_of,
            build_id=strawberry.ID(preview.build_id),
            funnel=CampaignFunnel.from_domain(preview.funnel),
            cells=list(map(CampaignCell.from_domain, preview.cells)),
        )


@strawberry.type(description="Why a run of a campaign failed.")
class CampaignRunProblem:
    """The reason and the way out."""

    code: str = strawberry.field(description="A stable upper-case code.")
    message: str = strawberry.field(description="What happened, in plain words.")
    hint: str | None = strawberry.field(
        description="How to mend it; null when there is no known way."
    )

    @classmethod
    def from_domain(cls, problem: stored_runs.RunProblem) -> CampaignRunProblem:
        """Show a problem."""
        return cls(code=problem.code, message=problem.message, hint=problem.hint)


@strawberry.type(description="A plan of who gets what: an audience, treatments, a control group.")
class Campaign(Node):
    """A campaign."""

    name: str = strawberry.field(description="The name, unique whatever its case.")
    kind: CampaignKind = strawberry.field(description="How often it is sent.")
    state: CampaignState = strawberry.field(description="Where it stands in its life.")
    control_bp: int = strawberry.field(
        description="The share of the audience that gets nothing, in 1/10,000: 1000 is 10 %."
    )
    treatments: list[Treatment] = strawberry.field(description="The treatments, in their order.")
    columns: list[str] = strawberry.field(description="The columns that are sent, in order.")
    version: int = strawberry.field(
        description="A number that grows when a campaign that has run is changed."
    )
    revision: int = strawberry.field(
        description="A number that grows by one with every change; send it with the next one."
    )
    created_at: datetime = strawberry.field(description="When the campaign was made.")
    created_by: str = strawberry.field(description="Who made it.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    updated_by: str = strawberry.field(description="Who changed it last.")
    record: strawberry.Private[CampaignRecord]

    @resolved("The segments whose customers are meant; deleted ones are left out.")
    async def included_segments(self, info: Info) -> list[Segment]:
        """Load the segments."""
        return await _segments(info, self.record.definition.include_segment_ids)

    @resolved("The segments whose customers are left out; deleted ones are not shown.")
    async def excluded_segments(self, info: Info) -> list[Segment]:
        """Load the segments."""
        return await _segments(info, self.record.definition.exclude_segment_ids)

    @resolved("What to mend before it can run, and what to mind.")
    async def validation(self, info: Info) -> list[CampaignIssue]:
        """Validate the campaign."""
        campaigns = info.context.services.campaigns
        issues = await info.context.run(campaigns.validate, self.record.id)
        return list(map(CampaignIssue.from_domain, issues))

    @resolved("Its runs, the newest first.")
    async def runs(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[CampaignRun]:
        """List the runs."""
        request = PageRequest(first=first, after=after, last=last, before=before)
        page = await info.context.run(info.context.services.campaigns.runs, self.record.id, request)
        return connection(page, CampaignRun.from_domain)

    @classmethod
    def from_domain(cls, record: CampaignRecord) -> Campaign:
        """Show a campaign."""
        definition = record.definition
        return cls(
            id=encode_id("Campaign", record.id),
            name=record.name,
            kind=record.kind,
            state=record.state,
            control_bp=definition.control_bp,
            treatments=list(map(Treatment.from_domain, definition.treatments)),
            columns=list(definition.columns),
            version=record.version,
            revision=record.revision,
            created_at=record.created_at,
            created_by=record.created_by,
            updated_at=record.updated_at,
            updated_by=record.updated_by,
            record=record,
        )


@strawberry.type(description="One run of a campaign: the audience of one build, drawn and sent.")
class CampaignRun(Node):
    """A run."""

    sequence: int = strawberry.field(description="Its number among the campaign's runs, from 1.")
    state: CampaignRunState = strawberry.field(description="Where it stands.")
    version: int = strawberry.field(description="The version of the campaign that was run.")
    as_of: date | None = strawberry.field(
        description="The day that the segments stood for; null until the run has begun."
    )
    build_id: strawberry.ID | None = strawberry.field(
        description="The build that was read; null until the run has begun."
    )
    funnel: CampaignFunnel | None = strawberry.field(
        description="How the audience narrowed; null until it was drawn."
    )
    cells: list[CampaignCell] = strawberry.field(
        description="Who was drawn into which treatment; empty until they were."
    )
    problem: CampaignRunProblem | None = strawberry.field(
        description="Why it failed; null when it did not."
    )
    created_at: datetime = strawberry.field(description="When it was asked for.")
    created_by: str = strawberry.field(description="Who asked for it.")
    started_at: datetime | None = strawberry.field(
        description="When it began; null when it has not."
    )
    ended_at: datetime | None = strawberry.field(
        description="When it ended; null while it has not."
    )
    record: strawberry.Private[CampaignRunRecord]

    @resolved("The campaign; null when it was deleted since.")
    async def campaign(self, info: Info) -> Campaign | None:
        """Load the campaign."""
        found = await info.context.load(campaigns_by_id, self.record.campaign_id)
        return None if found is None else Campaign.from_domain(found)

    @resolved("Its deliveries: one for each treatment and destination.")
    async def deliveries(self, info: Info) -> list[Delivery]:
        """Load the deliveries."""
        found = await info.context.load(deliveries_by_run, self.record.id)
        return list(map(Delivery.from_domain, found))

    @classmethod
    def from_domain(cls, record: CampaignRunRecord) -> CampaignRun:
        """Show a run."""
        funnel, problem = record.funnel, record.problem
        return cls(
            id=encode_id("CampaignRun", record.id),
            sequence=record.sequence,
            state=record.state,
            version=record.version,
            as_of=record.as_of,
            build_id=None if record.build_id is None else strawberry.ID(record.build_id),
            funnel=None if funnel is None else CampaignFunnel.from_domain(funnel),
            cells=list(map(CampaignCell.from_domain, record.cells)),
            problem=None if problem is None else CampaignRunProblem.from_domain(problem),
            created_at=record.created_at,
            created_by=record.created_by,
            started_at=record.started_at,
            ended_at=record.ended_at,
            record=record,
        )


async def _segments(info: Info, ids: tuple[str, ...]) -> list[Segment]:
    found = await asyncio.gather(*(info.context.load(segments_by_id, one) for one in ids))
    return [Segment.from_domain(record) for record in found if record is not None]
