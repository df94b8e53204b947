"""Folders of segments and queries."""

from __future__ import annotations

from datetime import datetime

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.ids import encode_id
from ampiq_gql.graphql.node import Node
from ampiq_gql.graphql.segments.loaders import folders_by_id
from ampiq_gql.store.folders import FolderRecord

__all__ = ["Folder"]


@strawberry.type(
    description="A folder of segments and queries; folders nest at most three levels deep."
)
class Folder(Node):
    """A folder."""

    name: str = strawberry.field(description="The name, unique in the whole tree.")
    level: int = strawberry.field(description="How deep it lies, from 1.")
    created_at: datetime = strawberry.field(description="When it was made.")
    created_by: str = strawberry.field(description="Who made it.")
    record: strawberry.Private[FolderRecord]

    @resolved("The folder that it lies in; null when in none.")
    async def parent(self, info: Info) -> Folder | None:
        """Load the parent."""
        if self.record.parent_id is None:
            return None
        found = await info.context.load(folders_by_id, self.record.parent_id)
        return None if found is None else Folder.from_domain(found)

    @classmethod
    def from_domain(cls, record: FolderRecord) -> Folder:
        """Show a folder."""
        return cls(
            id=encode_id("Folder", record.id),
            name=record.name,
            level=record.level,
            created_at=record.created_at,
            created_by=record.created_by,
            record=record,
        )
