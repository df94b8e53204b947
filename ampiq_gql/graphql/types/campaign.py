"""Campaigns, their runs, and whom they reached."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

import strawberry

from ampiq_gql.campaigns import history as domain
from ampiq_gql.graphql.campaigns.arguments import RunId, TreatmentKey
from ampiq_gql.graphql.campaigns.loaders import (
    campaigns_by_id,
    deliveries_by_run,
    issues_by_campaign,
    run_counts,
    runs_by_campaign,
    runs_by_id,
)
from ampiq_gql.graphql.campaigns.recipients import recipient_page, recipient_window
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.destinations.loaders import deliveries_by_id
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.ids import encode_id, key_of
from ampiq_gql.graphql.node import Node
from ampiq_gql.graphql.paging import After, Before, Connection, First, Last, connection
from ampiq_gql.graphql.segments.loaders import segments_by_id
from ampiq_gql.graphql.types.campaign_draw import CampaignCell, CampaignFunnel
from ampiq_gql.graphql.types.campaign_plan import CampaignIssue, Treatment
from ampiq_gql.graphql.types.campaign_states import CampaignKind, CampaignRunState, CampaignState
from ampiq_gql.graphql.types.delivery import Delivery
from ampiq_gql.graphql.types.segment import Segment
from ampiq_gql.store import campaign_runs as stored_runs
from ampiq_gql.store.campaign_runs import CampaignRunRecord
from ampiq_gql.store.campaigns import CampaignRecord
from ampiq_gql.store.paging import PageRequest

__all__ = ["Campaign", "CampaignRecipient", "CampaignRun"]


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
        issues = await info.context.load(issues_by_campaign, self.record.id)
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
        page = await info.context.load(runs_by_campaign, (self.record.id, request))
        return connection(
            page,
            CampaignRun.from_domain,
            lambda context: context.load(run_counts, self.record.id),
        )

    @resolved("Whom its runs have drawn, whatever day the build stands for; by customer id.")
    async def recipients(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        run_id: RunId = None,
        treatment_key: TreatmentKey = None,
    ) -> Connection[CampaignRecipient]:
        """Read the history."""
        history = info.context.services.history
        wanted = domain.RecipientFilter(
            campaign_id=self.record.id,
            run_id=None if run_id is None else key_of(run_id, "CampaignRun"),
            treatment_id=treatment_key,
        )
        request = PageRequest(first=first, after=after, last=last, before=before)
        found = await info.context.run(history.recipients, wanted, recipient_window(request))
        return connection(
            recipient_page(found),
            CampaignRecipient.from_domain,
            lambda context: context.run(history.count, wanted),
        )

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


@strawberry.type(description="A customer whom a run has drawn, once for each delivery to make.")
class CampaignRecipient:
    """A row of the history."""

    customer_id: str = strawberry.field(description="The customer's id.")
    treatment_key: str = strawberry.field(description="The key of the treatment.")
    treatment_name: str = strawberry.field(
        description="The name of the treatment or of the control group, when it was run."
    )
    is_control: bool = strawberry.field(description="True for the control group.")
    has_arrived: bool = strawberry.field(
        description="True when the delivery has succeeded; never for the control group."
    )
    recipient: strawberry.Private[domain.CampaignRecipient]

    @resolved("The run that has drawn the customer; null when its record is gone.")
    async def run(self, info: Info) -> CampaignRun | None:
        """Load the run."""
        found = await info.context.load(runs_by_id, self.recipient.run_id)
        return None if found is None else CampaignRun.from_domain(found)

    @resolved("The delivery; null for the control group and where nothing was to be sent.")
    async def delivery(self, info: Info) -> Delivery | None:
        """Load the delivery."""
        if self.recipient.delivery_id is None:
            return None
        found = await info.context.load(deliveries_by_id, self.recipient.delivery_id)
        return None if found is None else Delivery.from_domain(found)

    @classmethod
    def from_domain(cls, recipient: domain.CampaignRecipient) -> CampaignRecipient:
        """Show a recipient."""
        return cls(
            customer_id=str(recipient.place.customer_id),
            treatment_key=recipient.treatment_id,
            treatment_name=recipient.treatment_name,
            is_control=recipient.is_control,
            has_arrived=recipient.has_arrived,
            recipient=recipient,
        )


async def _segments(info: Info, ids: tuple[str, ...]) -> list[Segment]:
    found = await asyncio.gather(*(info.context.load(segments_by_id, one) for one in ids))
    return [Segment.from_domain(record) for record in found if record is not None]
