"""What mutations of lists answer."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from ampiq_gql.graphql.lists.problems import ListInUse
from ampiq_gql.graphql.problems import Conflict, InvalidInput, NotFound
from ampiq_gql.graphql.types.customer_list import CustomerList

__all__ = ["DeleteListPayload", "DeleteListSuccess", "UploadListPayload", "UploadListSuccess"]


@strawberry.type(description="The rows were matched and the list was made.")
class UploadListSuccess:
    """What `uploadList` made."""

    list: CustomerList = strawberry.field(description="The new list, and what came of the rows.")


@strawberry.type(description="The list was deleted.")
class DeleteListSuccess:
    """What `deleteList` removed."""

    deleted_id: strawberry.ID = strawberry.field(
        description="The id that finds nothing from now on."
    )
    name: str = strawberry.field(description="The name, free for other lists again.")


UploadListPayload: TypeAlias = Annotated[
    UploadListSuccess | NotFound | Conflict | InvalidInput,
    strawberry.union("UploadListPayload", description="What `uploadList` answers."),
]
DeleteListPayload: TypeAlias = Annotated[
    DeleteListSuccess | ListInUse | NotFound | Conflict | InvalidInput,
    strawberry.union("DeleteListPayload", description="What `deleteList` answers."),
]
