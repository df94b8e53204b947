"""Root fields that read campaigns."""

from __future__ import annotations

from typing import Annotated

import strawberry

from ampiq_gql.graphql.campaigns.arguments import CampaignFilter
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.ids import key_of
from ampiq_gql.graphql.nodes import found_node
from ampiq_gql.graphql.paging import After, Before, Connection, First, Last, connection
from ampiq_gql.graphql.types.campaign import Campaign
from ampiq_gql.graphql.types.campaign_draw import CampaignPreview
from ampiq_gql.store.paging import PageRequest

__all__ = ["CampaignQuery"]


@strawberry.type
class CampaignQuery:
    """Root fields about campaigns."""

    @resolved("One campaign; null when there is none of that id.")
    async def campaign(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The campaign's id.")],
    ) -> Campaign | None:
        """Find one campaign."""
        return await found_node(info.context, id, Campaign)

    @resolved("The campaigns that pass a filter, the last changed first.")
    async def campaigns(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[
            CampaignFilter | None, strawberry.argument(description="Which campaigns to list.")
        ] = None,
    ) -> Connection[Campaign]:
        """List campaigns."""
        campaigns = info.context.services.campaigns
        wanted = (filter or CampaignFilter()).to_domain()
        request = PageRequest(first=first, after=after, last=last, before=before)
        page = await info.context.run(campaigns.page, wanted, request)
        return connection(
            page, Campaign.from_domain, lambda context: context.run(campaigns.count, wanted)
        )

    @resolved("Who would be drawn into which treatment if the campaign ran now.")
    async def campaign_preview(
        self,
        info: Info,
        campaign_id: Annotated[
            strawberry.ID, strawberry.argument(description="The campaign's id.")
        ],
    ) -> CampaignPreview | None:
        """Count a campaign without running it."""
        preview = info.context.services.campaigns.preview
        found = await info.context.run(preview, key_of(campaign_id, "Campaign"))
        return CampaignPreview.from_domain(found)
