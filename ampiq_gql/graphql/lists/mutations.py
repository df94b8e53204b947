"""Commands about lists."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import Input, command
from ampiq_gql.graphql.ids import key_of
from ampiq_gql.graphql.lists.arguments import DeleteListInput, UploadListInput
from ampiq_gql.graphql.lists.payloads import (
    DeleteListPayload,
    DeleteListSuccess,
    UploadListPayload,
    UploadListSuccess,
)
from ampiq_gql.graphql.types.customer_list import CustomerList

__all__ = ["ListMutation"]


@strawberry.type
class ListMutation:
    """Mutations of uploaded lists."""

    @command("Make a list of the customers that the rows of a CSV file name.")
    async def upload_list(self, info: Info, input: Input[UploadListInput]) -> UploadListPayload:
        """Match the rows and keep them."""
        report = await info.context.run(
            info.context.services.lists.upload_text,
            input.name,
            input.content,
            input.key,
            info.context.actor,
            column=input.column,
        )
        return UploadListSuccess(list=CustomerList.from_domain(report.list))

    @command("Delete a list that no segment names; its name becomes free.")
    async def delete_list(self, info: Info, input: Input[DeleteListInput]) -> DeleteListPayload:
        """Delete a list."""
        key = key_of(input.id, "CustomerList")
        delete = info.context.services.lists.delete
        record = await info.context.run(delete, key, info.context.actor)
        return DeleteListSuccess(deleted_id=input.id, name=record.name)
