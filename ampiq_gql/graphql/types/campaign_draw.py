"""How the audience of a campaign is drawn: counted before a run, and as a run drew it."""

from __future__ import annotations

from datetime import date

import strawberry

from ampiq_gql import campaigns as domain
from ampiq_gql.store import campaign_runs as stored

__all__ = ["CampaignCell", "CampaignFunnel", "CampaignPreview"]


@strawberry.type(description="How the audience of a campaign narrows, in customers.")
class CampaignFunnel:
    """Assigned = included − excluded."""

    included: int = strawberry.field(description="Customers of the included segments.")
    excluded: int = strawberry.field(description="Those of them who are in an excluded segment.")
    assigned: int = strawberry.field(description="Those who are left, the control group included.")
    controls: int = strawberry.field(description="Those who were drawn into the control group.")

    @classmethod
    def from_domain(cls, funnel: stored.FunnelRecord) -> CampaignFunnel:
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
    def from_domain(cls, cell: stored.CellRecord) -> CampaignCell:
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
