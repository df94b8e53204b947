"""Root fields that read saved queries, or look at one before it is saved."""

from __future__ import annotations

from typing import Annotated

import strawberry

from ampiq_gql.errors import Invalid
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.nodes import found_node
from ampiq_gql.graphql.paging import After, Before, Connection, First, Last, connection
from ampiq_gql.graphql.queries.arguments import SavedQueryFilter
from ampiq_gql.graphql.types.query_preview import QueryPreview
from ampiq_gql.graphql.types.saved_query import SavedQuery
from ampiq_gql.store.paging import PageRequest

__all__ = ["SavedQueryQuery"]


@strawberry.type
class SavedQueryQuery:
    """Root fields about saved queries."""

    @resolved("One saved query; null when there is none of that id.")
    async def saved_query(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The query's id.")],
    ) -> SavedQuery | None:
        """Find one query."""
        return await found_node(info.context, id, SavedQuery)

    @resolved("The saved queries that pass a filter, by name.")
    async def saved_queries(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[
            SavedQueryFilter | None, strawberry.argument(description="Which queries to list.")
        ] = None,
    ) -> Connection[SavedQuery]:
        """List the queries."""
        queries = info.context.services.queries
        wanted = (filter or SavedQueryFilter()).to_domain()
        request = PageRequest(first=first, after=after, last=last, before=before)
        page = await info.context.run(queries.page, request, wanted)
        return connection(
            page, SavedQuery.from_domain, lambda context: context.run(queries.count, wanted)
        )

    @resolved("The first rows of a SELECT over the tables, or why it is not run.")
    async def query_preview(
        self,
        info: Info,
        text: Annotated[str, strawberry.argument(description="One SELECT.")],
        first: Annotated[
            int, strawberry.argument(description="How many rows, at most 1000.")
        ] = 100,
    ) -> QueryPreview:
        """Look at a query."""
        context = info.context
        preview, may_read_pii = context.services.queries.preview, context.may_read_pii
        try:
            result = await context.run(preview, text, limit=first, may_read_pii=may_read_pii)
        except Invalid as error:
            return QueryPreview.refused(text, error)
        return QueryPreview.from_domain(text, result)
