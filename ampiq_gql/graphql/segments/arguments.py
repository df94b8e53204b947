"""Filters, orders and inputs of segments."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.ids import key_of
from ampiq_gql.graphql.ordering import OrderDirection
from ampiq_gql.graphql.types.segment import SegmentKind, SegmentStatus
from ampiq_gql.segments import SaveSegment
from ampiq_gql.store import segments as stored
from ampiq_gql.store.segments import SegmentOrderField

__all__ = [
    "ActivateSegmentInput",
    "CreateFolderInput",
    "DeleteSegmentInput",
    "SaveSegmentInput",
    "SegmentFilter",
    "SegmentOrder",
]

show_enum(
    SegmentOrderField,
    description="What a list of segments can be sorted by; ties are broken by name.",
    values={
        SegmentOrderField.NAME: "By name, whatever its case.",
        SegmentOrderField.STATUS: "By status.",
        SegmentOrderField.UPDATED_AT: "By the time of the last change.",
        SegmentOrderField.CREATED_AT: "By the time of creation.",
    },
)


@strawberry.input(
    description=(
        "Which segments to list: filters of different kinds must all hold, of the values of one "
        "kind any."
    )
)
class SegmentFilter:
    """A filter of segments."""

    statuses: list[SegmentStatus] | None = strawberry.field(
        default=None, description="Only segments of one of these statuses."
    )
    kinds: list[SegmentKind] | None = strawberry.field(
        default=None, description="Only segments of one of these kinds."
    )
    labels: list[str] | None = strawberry.field(
        default=None, description="Only segments with one of these labels."
    )
    folder_ids: list[strawberry.ID | None] | None = strawberry.field(
        default=None, description="Only segments in one of these folders; null means in none."
    )
    created_by: list[str] | None = strawberry.field(
        default=None, description="Only segments made by one of these."
    )
    updated_by: list[str] | None = strawberry.field(
        default=None, description="Only segments changed last by one of these."
    )
    search: str | None = strawberry.field(
        default=None, description="Only segments whose name contains this text."
    )
    searches_expressions: bool = strawberry.field(
        default=False, description="Search in the expressions as well as in the names."
    )

    def to_domain(self) -> stored.SegmentFilter:
        """Return the filter of the store."""
        return stored.SegmentFilter(
            statuses=tuple(self.statuses or ()),
            kinds=tuple(self.kinds or ()),
            labels=tuple(self.labels or ()),
            folder_ids=tuple(
                None if one is None else key_of(one, "Folder") for one in self.folder_ids or ()
            ),
            created_by=tuple(self.created_by or ()),
            updated_by=tuple(self.updated_by or ()),
            search=self.search,
            searches_expressions=self.searches_expressions,
        )


@strawberry.input(description="How to sort a list of segments.")
class SegmentOrder:
    """An order of segments."""

    field: SegmentOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.ASC, description="Which end comes first."
    )

    def to_domain(self) -> stored.SegmentOrder:
        """Return the order of the store."""
        return stored.SegmentOrder(
            field=self.field, is_descending=self.direction is OrderDirection.DESC
        )


@strawberry.input(description="A segment to make, or a change of one; what is left out stays.")
class SaveSegmentInput:
    """What to save."""

    id: strawberry.ID | None = strawberry.field(
        default=None, description="The segment to change; a new one is made when not given."
    )
    expected_revision: int | None = strawberry.field(
        default=None, description="The revision that a change was made from; needed with `id`."
    )
    name: str | None = strawberry.field(
        default=None,
        description="The name, 1 to 200 characters without `/` and `\\`; needed for a new one.",
    )
    expression: str | None = strawberry.field(
        default=None, description="The definition; needed for a new segment."
    )
    description: str | None = strawberry.field(
        default=None, description="What the segment is for; an empty text clears it."
    )
    labels: list[str] | None = strawberry.field(
        default=None, description="All labels that the segment shall have."
    )
    folder_id: strawberry.ID | None = strawberry.field(
        default=None, description="The folder to lie in; an empty text takes it out of its folder."
    )

    def to_domain(self) -> SaveSegment:
        """Return the command of the service."""
        return SaveSegment(
            id=None if self.id is None else key_of(self.id, "Segment"),
            revision=self.expected_revision,
            name=self.name,
            text=self.expression,
            description=self.description,
            labels=None if self.labels is None else tuple(self.labels),
            folder_id=self.folder_id and key_of(self.folder_id, "Folder", "folder_id"),
        )


@strawberry.input(description="A folder of segments and queries to make.")
class CreateFolderInput:
    """A new folder."""

    name: str = strawberry.field(
        description="The name, 1 to 200 characters without `/` and `\\`, unique in the whole tree."
    )
    parent_id: strawberry.ID | None = strawberry.field(
        default=None, description="The folder to lie in; below none when not given."
    )


@strawberry.input(description="Which segment to make active.")
class ActivateSegmentInput:
    """A draft."""

    id: strawberry.ID = strawberry.field(description="The segment's id.")
    expected_revision: int | None = strawberry.field(
        default=None, description="The revision that was read; checked when given."
    )


@strawberry.input(description="Which segment to delete.")
class DeleteSegmentInput:
    """A segment that nothing builds on."""

    id: strawberry.ID = strawberry.field(description="The segment's id.")
    expected_revision: int | None = strawberry.field(
        default=None, description="The revision that was read; checked when given."
    )
