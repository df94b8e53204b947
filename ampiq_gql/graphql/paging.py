"""Relay connections over the pages of the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Generic, TypeAlias, TypeVar

import strawberry

from ampiq_gql.errors import Invalid, UserError
from ampiq_gql.graphql.context import Info, RequestContext
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.ids import decode_id, encode_id
from ampiq_gql.store.paging import DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS, Page, PageRequest

__all__ = [
    "After",
    "Before",
    "Connection",
    "Edge",
    "First",
    "Last",
    "OwnedPage",
    "PageInfo",
    "connection",
    "page_of",
    "pages_by_owner",
]

N = TypeVar("N")
R = TypeVar("R")

Count: TypeAlias = Callable[[RequestContext], Awaitable[int]]
"""How the items of a whole list are counted when somebody asks."""

OwnedPage: TypeAlias = tuple[str, PageRequest]
"""The key of a page of one owner's list, such as the runs of a campaign."""

First: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=(
            f"How many items to return from the start, at most {MAX_PAGE_ROWS}; "
            f"{DEFAULT_PAGE_ROWS} when neither `first` nor `last` is given."
        )
    ),
]
After: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Return the items after this cursor.")
]
Last: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many items to return from the end, at most {MAX_PAGE_ROWS}."
    ),
]
Before: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Return the items before this cursor.")
]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """The page information of Relay."""

    has_next_page: bool = strawberry.field(description="True when more items follow this page.")
    has_previous_page: bool = strawberry.field(description="True when items come before this page.")
    start_cursor: str | None = strawberry.field(
        description="The cursor of the first item; null when the page is empty."
    )
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last item; null when the page is empty."
    )

    @classmethod
    def from_domain(cls, page: Page[R]) -> PageInfo:
        """Show the ends of a page."""
        return cls(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        )


@strawberry.type(description="One item of a page, with the cursor that leads to it.")
class Edge(Generic[N]):
    """An edge of Relay."""

    cursor: str = strawberry.field(description="Where the item stands in the list.")
    node: N = strawberry.field(description="The item itself.")


@strawberry.type(description="One page of a list, and the way to the others.")
class Connection(Generic[N]):
    """A connection of Relay."""

    edges: list[Edge[N]] = strawberry.field(description="The items of the page, in order.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")
    count: strawberry.Private[Count]

    @resolved("How many items the whole list holds; costs a query when asked.")
    async def total_count(self, info: Info) -> int:
        """Count the whole list."""
        return await self.count(info.context)


def connection(page: Page[R], to_node: Callable[[R], N], count: Count) -> Connection[N]:
    """Show a page of the store."""
    edges = [
        Edge(cursor=cursor, node=to_node(item))
        for cursor, item in zip(page.cursors, page.items, strict=True)
    ]
    return Connection(edges=edges, page_info=PageInfo.from_domain(page), count=count)


def pages_by_owner(
    asked: Sequence[OwnedPage],
    read: Callable[[frozenset[str], PageRequest], Mapping[str, Page[R]]],
) -> list[Page[R] | BaseException]:
    """Read pages of many owners: those who are asked the same are read together."""
    owners: dict[PageRequest, set[str]] = {}
    for owner_id, request in asked:
        owners.setdefault(request, set()).add(owner_id)
    answers: dict[OwnedPage, Page[R] | BaseException] = {}
    for request, owner_ids in owners.items():
        answers |= _answers(frozenset(owner_ids), request, read)
    return [answers[key] for key in asked]


def _answers(
    owner_ids: frozenset[str],
    request: PageRequest,
    read: Callable[[frozenset[str], PageRequest], Mapping[str, Page[R]]],
) -> dict[OwnedPage, Page[R] | BaseException]:
    """Return the page of each owner, or for all of them what is wrong with the request."""
    try:
        pages = read(owner_ids, request)
    except UserError as error:
        return {(owner_id, request): error for owner_id in owner_ids}
    return {(owner_id, request): page for owner_id, page in pages.items()}


def page_of(items: Sequence[R], key: Callable[[R], str], request: PageRequest) -> Page[R]:
    """Cut a page out of a list that is in memory; `key` tells its items apart.

    Raises `Invalid` (PAGE_INVALID) for a cursor of an item that the list does not hold.
    """
    keys = [key(item) for item in items]
    begin = 0 if request.after is None else _position(keys, request.after, "after") + 1
    end = len(keys) if request.before is None else _position(keys, request.before, "before")
    if request.is_backward:
        begin = max(begin, end - request.rows)
    else:
        end = min(end, begin + request.rows)
    end = max(begin, end)
    return Page(
        items=tuple(items[begin:end]),
        cursors=tuple(encode_id("At", one) for one in keys[begin:end]),
        has_next=end < len(keys),
        has_previous=begin > 0,
    )


def _position(keys: Sequence[str], cursor: str, place: str) -> int:
    found = decode_id(cursor)
    if found is None or found.key not in keys:
        raise Invalid(
            "PAGE_INVALID", f"`{place}` is not a cursor of this list: {cursor!r}.", place=place
        )
    return keys.index(found.key)
