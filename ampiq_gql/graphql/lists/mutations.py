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
from ampiq_gql.graphql.lists.reads import upload_list
from ampiq_gql.graphql.types.customer_list import CustomerList

__all__ = ["ListMutation"]


@strawberry.type
class ListMutation:
    """Mutations of uploaded lists."""

    @command("Make a list, and a table, of the customers that the rows of a file name.")
    async def upload_list(self, info: Info, input: Input[UploadListInput]) -> UploadListPayload:
        """Match the rows and keep them."""
        context = info.context
        report = await context.run(upload_list, context.services, input, context.actor)
        return UploadListSuccess(list=CustomerList.from_domain(report.list))

    @command("Delete a list that neither segments nor queries use; its name becomes free.")
    async def delete_list(self, info: Info, input: Input[DeleteListInput]) -> DeleteListPayload:
        """Delete a list."""
        key = key_of(input.id, "CustomerList")
        delete = info.context.services.lists.delete
        record = await info.context.run(delete, key, info.context.actor)
        return DeleteListSuccess(deleted_id=input.id, name=record.name)
