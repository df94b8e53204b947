"""Commands that change segments."""

from __future__ import annotations

from functools import partial

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import Input, command
from ampiq_gql.graphql.ids import key_of
from ampiq_gql.graphql.segments.arguments import (
    ActivateSegmentInput,
    CreateFolderInput,
    DeleteSegmentInput,
    SaveSegmentInput,
)
from ampiq_gql.graphql.segments.payloads import (
    ActivateSegmentPayload,
    ActivateSegmentSuccess,
    CreateFolderPayload,
    CreateFolderSuccess,
    DeleteSegmentPayload,
    DeleteSegmentSuccess,
    SaveSegmentPayload,
    SaveSegmentSuccess,
)
from ampiq_gql.graphql.types.folder import Folder
from ampiq_gql.graphql.types.segment import Segment

__all__ = ["SegmentMutation"]


@strawberry.type
class SegmentMutation:
    """Mutations of segments."""

    @command("Make a segment as a draft, or change one; an active segment stays active.")
    async def save_segment(self, info: Info, input: Input[SaveSegmentInput]) -> SaveSegmentPayload:
        """Save a segment."""
        context = info.context
        save = partial(context.services.segments.save, may_read_pii=context.may_read_pii)
        record = await context.run(save, input.to_domain(), context.actor)
        return SaveSegmentSuccess(segment=Segment.from_domain(record))

    @command("Make a draft active, so that campaigns and other segments can use it.")
    async def activate_segment(
        self, info: Info, input: Input[ActivateSegmentInput]
    ) -> ActivateSegmentPayload:
        """Activate a segment."""
        activate = partial(
            info.context.services.segments.activate, revision=input.expected_revision
        )
        key = key_of(input.id, "Segment")
        record = await info.context.run(activate, key, info.context.actor)
        return ActivateSegmentSuccess(segment=Segment.from_domain(record))

    @command("Delete a segment that nothing builds on; its name becomes free.")
    async def delete_segment(
        self, info: Info, input: Input[DeleteSegmentInput]
    ) -> DeleteSegmentPayload:
        """Delete a segment."""
        delete = partial(info.context.services.segments.delete, revision=input.expected_revision)
        key = key_of(input.id, "Segment")
        record = await info.context.run(delete, key, info.context.actor)
        return DeleteSegmentSuccess(deleted_id=input.id, name=record.name)

    @command("Make a folder of segments and queries, at most three levels deep.")
    async def create_folder(
        self, info: Info, input: Input[CreateFolderInput]
    ) -> CreateFolderPayload:
        """Make a folder."""
        create = info.context.services.folders.create
        parent_id = input.parent_id and key_of(input.parent_id, "Folder", "parent_id")
        record = await info.context.run(create, input.name, info.context.actor, parent_id=parent_id)
        return CreateFolderSuccess(folder=Folder.from_domain(record))
