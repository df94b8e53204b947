"""Root fields that read destinations and deliveries."""

from __future__ import annotations

from typing import Annotated

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.destinations.arguments import DeliveryFilter
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.paging import After, Before, Connection, First, Last, connection
from ampiq_gql.graphql.types.delivery import Delivery
from ampiq_gql.graphql.types.destination import Destination, DestinationType
from ampiq_gql.store.paging import PageRequest

__all__ = ["DestinationQuery"]


@strawberry.type
class DestinationQuery:
    """Root fields about destinations and deliveries."""

    @resolved("The kinds of destinations that the installed plugins offer.")
    def destination_types(self, info: Info) -> list[DestinationType]:
        """List the kinds."""
        return list(
            map(DestinationType.from_domain, info.context.services.plugins.destination_types)
        )

    @resolved("The configured destinations, by name.")
    async def destinations(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Destination]:
        """List destinations."""
        destinations = info.context.services.delivery.destinations
        request = PageRequest(first=first, after=after, last=last, before=before)
        page = await info.context.run(destinations.page, request)
        return connection(
            page, Destination.from_domain, lambda context: context.run(destinations.count)
        )

    @resolved("The deliveries that pass a filter, the newest first.")
    async def deliveries(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[
            DeliveryFilter | None, strawberry.argument(description="Which deliveries to list.")
        ] = None,
    ) -> Connection[Delivery]:
        """List deliveries."""
        delivery = info.context.services.delivery
        wanted = (filter or DeliveryFilter()).to_domain()
        request = PageRequest(first=first, after=after, last=last, before=before)
        page = await info.context.run(delivery.page, wanted, request)
        return connection(
            page, Delivery.from_domain, lambda context: context.run(delivery.count, wanted)
        )
