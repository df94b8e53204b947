"""What builds on a segment."""

from __future__ import annotations

import strawberry

from ampiq_gql import segments as domain
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.ids import encode_id
from ampiq_gql.segments import UserKind

__all__ = ["SegmentUse"]

show_enum(
    UserKind,
    name="SegmentUserKind",
    description="What can build on a segment or list.",
    values={
        UserKind.SEGMENT: "Another segment names it in its expression.",
        UserKind.CAMPAIGN: "A campaign has it as its audience.",
        UserKind.QUERY: "A saved query reads it as a table.",
    },
)
_TYPES = {UserKind.SEGMENT: "Segment", UserKind.CAMPAIGN: "Campaign", UserKind.QUERY: "SavedQuery"}


@strawberry.type(description="Something that builds on a segment or list.")
class SegmentUse:
    """A user of a segment."""

    kind: UserKind = strawberry.field(description="What it is.")
    id: strawberry.ID = strawberry.field(description="Its id, to fetch it by `node`.")
    name: str = strawberry.field(description="Its name.")

    @classmethod
    def from_domain(cls, use: domain.SegmentUse) -> SegmentUse:
        """Show a user."""
        return cls(kind=use.kind, id=encode_id(_TYPES[use.kind], use.id), name=use.name)
