"""Which types can be fetched again by their id, and how each is loaded.

A type joins by one line in `NODE_TYPES`; an id that is unknown, malformed or of a thing that is
gone finds nothing, and the answer does not tell which.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

import strawberry

from ampiq_gql.graphql.campaigns.loaders import campaigns_by_id, runs_by_id
from ampiq_gql.graphql.context import Batch, Info, RequestContext
from ampiq_gql.graphql.destinations.loaders import deliveries_by_id, destinations_by_id
from ampiq_gql.graphql.faults import LimitExceeded
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.ids import decode_id
from ampiq_gql.graphql.lists.loaders import lists_by_id
from ampiq_gql.graphql.node import Node
from ampiq_gql.graphql.queries.loaders import queries_by_id
from ampiq_gql.graphql.segments.loaders import folders_by_id, segments_by_id
from ampiq_gql.graphql.types.campaign import Campaign, CampaignRun
from ampiq_gql.graphql.types.customer_list import CustomerList
from ampiq_gql.graphql.types.delivery import Delivery
from ampiq_gql.graphql.types.destination import Destination
from ampiq_gql.graphql.types.folder import Folder
from ampiq_gql.graphql.types.saved_query import SavedQuery
from ampiq_gql.graphql.types.segment import Segment
from ampiq_gql.store.paging import MAX_PAGE_ROWS

__all__ = ["NODE_TYPES", "NodeQuery", "found_node"]

N = TypeVar("N", bound=Node)


@dataclass(frozen=True, slots=True)
class _Loading:
    """How things of one type are loaded: many records by their keys, then each shown."""

    batch: Batch[str, Any]
    show: Callable[[Any], Node]


NODE_TYPES: Mapping[str, _Loading] = MappingProxyType(
    {
        "Campaign": _Loading(campaigns_by_id, Campaign.from_domain),
        "CampaignRun": _Loading(runs_by_id, CampaignRun.from_domain),
        "CustomerList": _Loading(lists_by_id, CustomerList.from_domain),
        "Delivery": _Loading(deliveries_by_id, Delivery.from_domain),
        "Destination": _Loading(destinations_by_id, Destination.from_domain),
        "Folder": _Loading(folders_by_id, Folder.from_domain),
        "SavedQuery": _Loading(queries_by_id, SavedQuery.from_domain),
        "Segment": _Loading(segments_by_id, Segment.from_domain),
    }
)


async def found_node(context: RequestContext, global_id: str, expected: type[N]) -> N | None:
    """Return the thing of that id if it is of the expected type, else None."""
    node = await _load(context, global_id)
    return node if isinstance(node, expected) else None


async def _load(context: RequestContext, global_id: str) -> Node | None:
    named = decode_id(global_id)
    loading = NODE_TYPES.get(named.type_name) if named else None
    if named is None or loading is None:
        return None
    record = await context.load(loading.batch, named.key)
    return None if record is None else loading.show(record)


@strawberry.type
class NodeQuery:
    """Root fields that fetch anything by its id."""

    @resolved("The thing of that id; null when there is none.")
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="An id as it was returned.")],
    ) -> Node | None:
        """Fetch one thing."""
        return await found_node(info.context, id, Node)

    @resolved("The things of these ids in their order, with null for an id that finds nothing.")
    async def nodes(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(description="Ids as they were returned, at most 1000."),
        ],
    ) -> list[Node | None]:
        """Fetch many things at once."""
        if len(ids) > MAX_PAGE_ROWS:
            raise LimitExceeded("Too many ids", limit=MAX_PAGE_ROWS, actual=len(ids))
        return await asyncio.gather(*(found_node(info.context, one, Node) for one in ids))
