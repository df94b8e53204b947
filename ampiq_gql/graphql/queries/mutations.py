"""Commands about saved queries."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import Input, command
from ampiq_gql.graphql.ids import key_of
from ampiq_gql.graphql.queries.arguments import QueryInput, RunQueryInput, SaveQueryInput
from ampiq_gql.graphql.queries.payloads import (
    ActivateQueryPayload,
    ActivateQuerySuccess,
    DeleteQueryPayload,
    DeleteQuerySuccess,
    RunQueryPayload,
    RunQuerySuccess,
    SaveQueryPayload,
    SaveQuerySuccess,
)
from ampiq_gql.graphql.types.saved_query import SavedQuery

__all__ = ["SavedQueryMutation"]

TYPE = "SavedQuery"


@strawberry.type
class SavedQueryMutation:
    """Mutations of saved queries."""

    @command("Make a query, or change one; what is active goes on until `activateQuery`.")
    async def save_query(self, info: Info, input: Input[SaveQueryInput]) -> SaveQueryPayload:
        """Save a query."""
        save = info.context.services.queries.save
        record = await info.context.run(save, input.to_domain(), info.context.actor)
        return SaveQuerySuccess(query=SavedQuery.from_domain(record))

    @command("Make the saved text of a query what runs.")
    async def activate_query(self, info: Info, input: Input[QueryInput]) -> ActivateQueryPayload:
        """Activate a query."""
        record = await info.context.run(
            info.context.services.queries.activate,
            key_of(input.id, TYPE),
            info.context.actor,
            revision=input.expected_revision,
        )
        return ActivateQuerySuccess(query=SavedQuery.from_domain(record))

    @command("Run an active query over the current build and keep its result.")
    async def run_query(self, info: Info, input: Input[RunQueryInput]) -> RunQueryPayload:
        """Run a query."""
        run = info.context.services.queries.run
        record = await info.context.run(run, key_of(input.id, TYPE), info.context.actor)
        return RunQuerySuccess(query=SavedQuery.from_domain(record))

    @command("Delete a query that no segment names, and its result.")
    async def delete_query(self, info: Info, input: Input[QueryInput]) -> DeleteQueryPayload:
        """Delete a query."""
        record = await info.context.run(
            info.context.services.queries.delete,
            key_of(input.id, TYPE),
            info.context.actor,
            revision=input.expected_revision,
        )
        return DeleteQuerySuccess(deleted_id=input.id, name=record.name)
