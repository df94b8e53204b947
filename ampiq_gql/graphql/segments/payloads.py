"""What mutations of segments answer: the changed segment, or why it could not be changed."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from ampiq_gql.graphql.problems import Conflict, InvalidInput, NotFound
from ampiq_gql.graphql.revisions import RevisionConflict
from ampiq_gql.graphql.segments.problems import (
    InvalidExpression,
    SegmentInUse,
    SegmentNameTaken,
)
from ampiq_gql.graphql.types.folder import Folder
from ampiq_gql.graphql.types.segment import Segment

__all__ = [
    "ActivateSegmentPayload",
    "ActivateSegmentSuccess",
    "CreateFolderPayload",
    "CreateFolderSuccess",
    "DeleteSegmentPayload",
    "DeleteSegmentSuccess",
    "SaveSegmentPayload",
    "SaveSegmentSuccess",
]


@strawberry.type(description="The segment was saved.")
class SaveSegmentSuccess:
    """What `saveSegment` made or changed."""

    segment: Segment = strawberry.field(description="The segment as it stands now.")


@strawberry.type(description="The segment is active.")
class ActivateSegmentSuccess:
    """What `activateSegment` changed."""

    segment: Segment = strawberry.field(description="The segment as it stands now.")


@strawberry.type(description="The segment was deleted.")
class DeleteSegmentSuccess:
    """What `deleteSegment` removed."""

    deleted_id: strawberry.ID = strawberry.field(
        description="The id that finds nothing from now on."
    )
    name: str = strawberry.field(description="The name, free for other segments again.")


@strawberry.type(description="The folder was made.")
class CreateFolderSuccess:
    """What `createFolder` made."""

    folder: Folder = strawberry.field(description="The new folder.")


CreateFolderPayload: TypeAlias = Annotated[
    CreateFolderSuccess | NotFound | Conflict | InvalidInput,
    strawberry.union("CreateFolderPayload", description="What `createFolder` answers."),
]
SaveSegmentPayload: TypeAlias = Annotated[
    SaveSegmentSuccess
    | InvalidExpression
    | SegmentNameTaken
    | RevisionConflict
    | NotFound
    | Conflict
    | InvalidInput,
    strawberry.union("SaveSegmentPayload", description="What `saveSegment` answers."),
]
ActivateSegmentPayload: TypeAlias = Annotated[
    ActivateSegmentSuccess
    | InvalidExpression
    | RevisionConflict
    | NotFound
    | Conflict
    | InvalidInput,
    strawberry.union("ActivateSegmentPayload", description="What `activateSegment` answers."),
]
DeleteSegmentPayload: TypeAlias = Annotated[
    DeleteSegmentSuccess | SegmentInUse | RevisionConflict | NotFound | Conflict | InvalidInput,
    strawberry.union("DeleteSegmentPayload", description="What `deleteSegment` answers."),
]
