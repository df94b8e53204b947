"""Where campaigns and their runs stand."""

from __future__ import annotations

from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.store.campaign_runs import CampaignRunState
from ampiq_gql.store.campaigns import CampaignKind, CampaignState

__all__ = ["CampaignKind", "CampaignRunState", "CampaignState"]

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
