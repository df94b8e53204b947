"""Refetching by id: the Node interface of Relay and who can load what."""

from __future__ import annotations

import strawberry

__all__ = ["Node"]


@strawberry.interface(description="Something with an id by which it can be fetched again.")
class Node:
    """The node of Relay."""

    id: strawberry.ID = strawberry.field(
        description="An opaque id, unique over all types and for ever."
    )
