"""Root fields that read segments and expressions."""

from __future__ import annotations

from typing import Annotated

import strawberry

from ampiq_gql.errors import Invalid
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.nodes import found_node
from ampiq_gql.graphql.paging import After, Before, Connection, First, Last, connection
from ampiq_gql.graphql.segments.arguments import SegmentFilter, SegmentOrder
from ampiq_gql.graphql.segments.reads import checked_expression, proposals, segment_named
from ampiq_gql.graphql.types.audience import AsOf
from ampiq_gql.graphql.types.completion import Completion
from ampiq_gql.graphql.types.folder import Folder
from ampiq_gql.graphql.types.preview import Preview
from ampiq_gql.graphql.types.segment import Segment
from ampiq_gql.store.paging import PageRequest
from ampiq_gql.store.segments import SegmentOrder as StoredOrder

__all__ = ["SegmentQuery"]


@strawberry.type
class SegmentQuery:
    """Root fields about segments."""

    @resolved("One saved segment, by its id or by its name: one of the two; null for none.")
    async def segment(
        self,
        info: Info,
        id: Annotated[
            strawberry.ID | None, strawberry.argument(description="The segment's id.")
        ] = None,
        name: Annotated[
            str | None, strawberry.argument(description="The segment's name, whatever its case.")
        ] = None,
    ) -> Segment | None:
        """Find one segment."""
        if id is not None and name is None:
            return await found_node(info.context, id, Segment)
        if name is None or id is not None:
            raise Invalid("ARGUMENTS_INVALID", "Ask by `id` or by `name`: by one of the two.")
        record = await info.context.run(segment_named, info.context.services, name)
        return None if record is None else Segment.from_domain(record)

    @resolved("The saved segments that pass a filter; the last changed first unless ordered.")
    async def segments(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[
            SegmentFilter | None, strawberry.argument(description="Which segments to list.")
        ] = None,
        order_by: Annotated[
            SegmentOrder | None, strawberry.argument(description="How to sort them.")
        ] = None,
    ) -> Connection[Segment]:
        """List segments."""
        segments = info.context.services.segments
        wanted = (filter or SegmentFilter()).to_domain()
        order = order_by.to_domain() if order_by else StoredOrder()
        request = PageRequest(first=first, after=after, last=last, before=before)
        page = await info.context.run(segments.page, wanted, order, request)
        return connection(
            page, Segment.from_domain, lambda context: context.run(segments.count, wanted)
        )

    @resolved("All folders of segments and queries, parents before their children.")
    async def folders(self, info: Info) -> list[Folder]:
        """List the folders."""
        found = await info.context.run(info.context.services.folders.tree)
        return list(map(Folder.from_domain, found))

    @resolved("An expression, checked and measured without saving it.")
    async def preview(
        self,
        info: Info,
        expression: Annotated[
            str, strawberry.argument(description="A text in the segment language.")
        ],
        as_of: AsOf = None,
    ) -> Preview:
        """Check an expression; the figures are measured only where they are selected."""
        context = info.context
        checked = await context.run(
            checked_expression,
            context.services,
            expression,
            as_of,
            may_read_pii=context.may_read_pii,
        )
        return Preview.from_domain(checked)

    @resolved("What can be typed at a place of an expression, the likeliest first, at most 100.")
    async def completions(
        self,
        info: Info,
        text: Annotated[str, strawberry.argument(description="The expression so far.")],
        offset: Annotated[
            int, strawberry.argument(description="Where the cursor stands, in characters from 0.")
        ],
    ) -> list[Completion]:
        """Propose what comes next."""
        found = await info.context.run(proposals, info.context.services, text, offset)
        return list(map(Completion.from_domain, found))
