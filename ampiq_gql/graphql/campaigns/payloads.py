"""What mutations of campaigns answer."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from ampiq_gql.graphql.campaigns.problems import (
    CampaignInvalid,
    CampaignNameTaken,
    CampaignStateConflict,
)
from ampiq_gql.graphql.problems import Conflict, InvalidInput, NotFound
from ampiq_gql.graphql.revisions import RevisionConflict
from ampiq_gql.graphql.types.campaign import Campaign, CampaignRun

__all__ = [
    "CreateCampaignPayload",
    "CreateCampaignSuccess",
    "DeleteCampaignPayload",
    "DeleteCampaignSuccess",
    "RunCampaignNowPayload",
    "RunCampaignNowSuccess",
    "ScheduleCampaignPayload",
    "ScheduleCampaignSuccess",
    "StopCampaignRunPayload",
    "StopCampaignRunSuccess",
    "UpdateCampaignPayload",
    "UpdateCampaignSuccess",
]


@strawberry.type(description="The campaign was made.")
class CreateCampaignSuccess:
    """What `createCampaign` made."""

    campaign: Campaign = strawberry.field(description="The new campaign, a draft.")


@strawberry.type(description="The campaign was changed.")
class UpdateCampaignSuccess:
    """What `updateCampaign` changed."""

    campaign: Campaign = strawberry.field(description="The campaign as it stands now.")


@strawberry.type(description="The campaign is approved for running.")
class ScheduleCampaignSuccess:
    """What `scheduleCampaign` changed."""

    campaign: Campaign = strawberry.field(description="The campaign as it stands now.")


@strawberry.type(description="The campaign was deleted.")
class DeleteCampaignSuccess:
    """What `deleteCampaign` removed."""

    deleted_id: strawberry.ID = strawberry.field(
        description="The id that finds nothing from now on."
    )
    name: str = strawberry.field(description="The name, free for other campaigns again.")


@strawberry.type(description="A run was begun and goes on in the background.")
class RunCampaignNowSuccess:
    """What `runCampaignNow` began."""

    run: CampaignRun = strawberry.field(
        description="The run; fetch it again to see how far it came."
    )


@strawberry.type(description="The run was asked to stop; what has arrived stays.")
class StopCampaignRunSuccess:
    """What `stopCampaignRun` asked for."""

    run: CampaignRun = strawberry.field(description="The run as it stands now.")


CreateCampaignPayload: TypeAlias = Annotated[
    CreateCampaignSuccess | CampaignNameTaken | NotFound | Conflict | InvalidInput,
    strawberry.union("CreateCampaignPayload", description="What `createCampaign` answers."),
]
UpdateCampaignPayload: TypeAlias = Annotated[
    UpdateCampaignSuccess
    | CampaignNameTaken
    | CampaignStateConflict
    | RevisionConflict
    | NotFound
    | Conflict
    | InvalidInput,
    strawberry.union("UpdateCampaignPayload", description="What `updateCampaign` answers."),
]
ScheduleCampaignPayload: TypeAlias = Annotated[
    ScheduleCampaignSuccess
    | CampaignInvalid
    | CampaignStateConflict
    | RevisionConflict
    | NotFound
    | Conflict
    | InvalidInput,
    strawberry.union("ScheduleCampaignPayload", description="What `scheduleCampaign` answers."),
]
DeleteCampaignPayload: TypeAlias = Annotated[
    DeleteCampaignSuccess
    | CampaignStateConflict
    | RevisionConflict
    | NotFound
    | Conflict
    | InvalidInput,
    strawberry.union("DeleteCampaignPayload", description="What `deleteCampaign` answers."),
]
RunCampaignNowPayload: TypeAlias = Annotated[
    RunCampaignNowSuccess
    | CampaignInvalid
    | CampaignStateConflict
    | NotFound
    | Conflict
    | InvalidInput,
    strawberry.union("RunCampaignNowPayload", description="What `runCampaignNow` answers."),
]
StopCampaignRunPayload: TypeAlias = Annotated[
    StopCampaignRunSuccess | NotFound | Conflict | InvalidInput,
    strawberry.union("StopCampaignRunPayload", description="What `stopCampaignRun` answers."),
]
