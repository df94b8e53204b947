"""Root fields that read the catalog."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

import strawberry

from ampiq_gql.graphql.catalog.reads import (
    all_activation_ids,
    all_tables,
    attributes_matching,
    table_named,
)
from ampiq_gql.graphql.context import Info, RequestContext
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.paging import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection,
    page_of,
)
from ampiq_gql.graphql.types.activation_id import ActivationId
from ampiq_gql.graphql.types.attribute import Attribute, FoundTable, Table
from ampiq_gql.store.paging import PageRequest

__all__ = ["CatalogQuery"]


@strawberry.type
class CatalogQuery:
    """Root fields about tables and attributes."""

    @resolved(
        "All tables in the order in which names are looked up, uploaded files (`file.…`) last."
    )
    async def tables(self, info: Info) -> list[Table]:
        """List the tables."""
        found = await info.context.run(all_tables, info.context.services)
        return list(map(Table.from_domain, found))

    @resolved("By what lists can name customers: their own id first, then other keys.")
    async def activation_ids(self, info: Info) -> list[ActivationId]:
        """List the keys."""
        found = await info.context.run(all_activation_ids, info.context.services)
        return list(map(ActivationId.from_domain, found))

    @resolved("One table of the customer-360; null when there is none of that name.")
    async def table(
        self,
        info: Info,
        name: Annotated[str, strawberry.argument(description="The table's name or label.")],
    ) -> Table | None:
        """Find one table."""
        found = await info.context.run(table_named, info.context.services, name)
        return None if found is None else Table.from_domain(found)

    @resolved(
        "The tables and columns whose names, labels or descriptions hold all the words, by table "
        "and the best match first."
    )
    async def search_data(
        self,
        info: Info,
        text: Annotated[
            str, strawberry.argument(description="Words to look for; without any, every table.")
        ],
    ) -> list[FoundTable]:
        """Search the catalog."""
        found = await info.context.run(info.context.services.explorer.search, text)
        return list(map(FoundTable.from_domain, found))

    @resolved("The attributes that match a search, the best match first; else in lookup order.")
    async def attributes(
        self,
        info: Info,
        *,
        search: Annotated[
            str | None,
            strawberry.argument(
                description="Words that must all occur in the name, the label or the description."
            ),
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Attribute]:
        """Search the attributes."""
        request = PageRequest(first=first, after=after, last=last, before=before)
        found = await info.context.run(attributes_matching, info.context.services, search)
        page = page_of(found, lambda column: f"{column.table_name}.{column.name}", request)
        return connection(page, Attribute.from_domain, _counting(len(found)))


def _counting(number: int) -> Callable[[RequestContext], Awaitable[int]]:
    async def count(_context: RequestContext) -> int:
        return number

    return count
