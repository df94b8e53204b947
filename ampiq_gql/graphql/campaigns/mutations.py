"""Commands about campaigns."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.campaigns.arguments import (
    CampaignInput,
    CreateCampaignInput,
    RunCampaignNowInput,
    StopCampaignRunInput,
    UpdateCampaignInput,
)
from ampiq_gql.graphql.campaigns.payloads import (
    CreateCampaignPayload,
    CreateCampaignSuccess,
    DeleteCampaignPayload,
    DeleteCampaignSuccess,
    RunCampaignNowPayload,
    RunCampaignNowSuccess,
    ScheduleCampaignPayload,
    ScheduleCampaignSuccess,
    StopCampaignRunPayload,
    StopCampaignRunSuccess,
    UpdateCampaignPayload,
    UpdateCampaignSuccess,
)
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import Input, command
from ampiq_gql.graphql.ids import key_of
from ampiq_gql.graphql.types.campaign import Campaign, CampaignRun

__all__ = ["CampaignMutation"]


@strawberry.type
class CampaignMutation:
    """Mutations of campaigns."""

    @command("Make a campaign as a draft, with a draw of its own.")
    async def create_campaign(
        self, info: Info, input: Input[CreateCampaignInput]
    ) -> CreateCampaignPayload:
        """Make a campaign."""
        create = info.context.services.campaigns.create
        record = await info.context.run(create, input.to_domain(), info.context.actor)
        return CreateCampaignSuccess(campaign=Campaign.from_domain(record))

    @command("Change a campaign; one that has run becomes the draft of its next version.")
    async def update_campaign(
        self, info: Info, input: Input[UpdateCampaignInput]
    ) -> UpdateCampaignPayload:
        """Change a campaign."""
        update = info.context.services.campaigns.update
        record = await info.context.run(update, input.to_domain(), info.context.actor)
        return UpdateCampaignSuccess(campaign=Campaign.from_domain(record))

    @command("Approve a draft for running, once nothing blocks it.")
    async def schedule_campaign(
        self, info: Info, input: Input[CampaignInput]
    ) -> ScheduleCampaignPayload:
        """Schedule a campaign."""
        record = await info.context.run(
            info.context.services.campaigns.schedule,
            key_of(input.id, "Campaign"),
            info.context.actor,
            revision=input.expected_revision,
        )
        return ScheduleCampaignSuccess(campaign=Campaign.from_domain(record))

    @command("Delete a campaign that never ran; its name becomes free.")
    async def delete_campaign(
        self, info: Info, input: Input[CampaignInput]
    ) -> DeleteCampaignPayload:
        """Delete a campaign."""
        record = await info.context.run(
            info.context.services.campaigns.delete,
            key_of(input.id, "Campaign"),
            info.context.actor,
            revision=input.expected_revision,
        )
        return DeleteCampaignSuccess(deleted_id=input.id, name=record.name)

    @command("Draw the audience of the present build and deliver the treatments.")
    async def run_campaign_now(
        self, info: Info, input: Input[RunCampaignNowInput]
    ) -> RunCampaignNowPayload:
        """Run a campaign."""
        record = await info.context.run(
            info.context.services.campaigns.run,
            key_of(input.id, "Campaign"),
            info.context.actor,
            idempotency_key=input.idempotency_key,
            may_read_pii=info.context.may_read_pii,
        )
        return RunCampaignNowSuccess(run=CampaignRun.from_domain(record))

    @command("Stop a run: begin no new delivery and cancel those under way.")
    async def stop_campaign_run(
        self, info: Info, input: Input[StopCampaignRunInput]
    ) -> StopCampaignRunPayload:
        """Stop a run."""
        stop = info.context.services.campaigns.stop
        key = key_of(input.id, "CampaignRun")
        record = await info.context.run(stop, key, info.context.actor)
        return StopCampaignRunSuccess(run=CampaignRun.from_domain(record))
