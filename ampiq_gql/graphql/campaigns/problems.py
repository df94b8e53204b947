"""User errors of campaigns that front-ends show in their own way."""

from __future__ import annotations

from typing import Self, cast

import strawberry

from ampiq_gql import campaigns as domain
from ampiq_gql import errors
from ampiq_gql.graphql.problems import UserError
from ampiq_gql.graphql.types.campaign_plan import CampaignIssue
from ampiq_gql.graphql.types.campaign_states import CampaignState

__all__ = ["CampaignInvalid", "CampaignNameTaken", "CampaignStateConflict"]


@strawberry.type(description="Something must be mended before the campaign can run.")
class CampaignInvalid(UserError):
    """All blocking issues at once."""

    answers_to = (domain.CampaignInvalid,)

    issues: list[CampaignIssue] = strawberry.field(description="Everything that blocks it.")

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show the issues too."""
        error = cast("domain.CampaignInvalid", error)
        return cls(**cls.told(error), issues=list(map(CampaignIssue.from_domain, error.issues)))


@strawberry.type(description="Another campaign has the name already.")
class CampaignNameTaken(UserError):
    """Names of campaigns are unique, whatever their case."""

    answers_to = (domain.CampaignNameTaken,)


@strawberry.type(description="The campaign is in a state that forbids the command.")
class CampaignStateConflict(UserError):
    """The command comes too early or too late."""

    answers_to = (domain.CampaignStateConflict,)

    state: CampaignState = strawberry.field(description="The present state.")
    allowed_states: list[CampaignState] = strawberry.field(
        description="The states in which the command is allowed."
    )

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show the states too."""
        error = cast("domain.CampaignStateConflict", error)
        return cls(**cls.told(error), state=error.present, allowed_states=list(error.allowed))
