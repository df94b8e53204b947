"""The parts of a campaign's plan: its treatments, and what is to be mended in it."""

from __future__ import annotations

import asyncio

import strawberry

from ampiq_gql import campaigns as domain
from ampiq_gql.campaigns import IssueLevel
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.destinations.loaders import destinations_by_id
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.types.destination import Destination
from ampiq_gql.store.campaigns import TreatmentRecord

__all__ = ["CampaignIssue", "Treatment"]

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
