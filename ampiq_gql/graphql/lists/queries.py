"""Root fields that read lists."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.paging import After, Before, Connection, First, Last, connection
from ampiq_gql.graphql.types.customer_list import CustomerList
from ampiq_gql.store.paging import PageRequest

__all__ = ["ListQuery"]


@strawberry.type
class ListQuery:
    """Root fields about uploaded lists."""

    @resolved("The uploaded lists, by name.")
    async def lists(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[CustomerList]:
        """List the lists."""
        lists = info.context.services.lists
        request = PageRequest(first=first, after=after, last=last, before=before)
        page = await info.context.run(lists.page, request)
        return connection(page, CustomerList.from_domain, lambda context: context.run(lists.count))
