"""Commands about builds."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import Input, command
from ampiq_gql.graphql.problems import Conflict, InvalidInput, NotFound
from ampiq_gql.graphql.types.build import Build

__all__ = ["BuildMutation"]


@strawberry.input(description="Which build to show.")
class UseBuildInput:
    """A kept build."""

    id: strawberry.ID = strawberry.field(description="The build's id, as `builds` lists it.")


@strawberry.type(description="The build is the current one.")
class UseBuildSuccess:
    """What `useBuild` shows."""

    build: Build = strawberry.field(description="The build that answers refer to from now on.")


UseBuildPayload: TypeAlias = Annotated[
    UseBuildSuccess | NotFound | Conflict | InvalidInput,
    strawberry.union("UseBuildPayload", description="What `useBuild` answers."),
]


@strawberry.type
class BuildMutation:
    """Mutations of builds."""

    @command("Show a kept build to all who ask from now on; requests that run end on theirs.")
    async def use_build(self, info: Info, input: Input[UseBuildInput]) -> UseBuildPayload:
        """Go to a kept build."""
        use = info.context.services.builds.use
        build = await info.context.run(use, str(input.id), info.context.actor)
        return UseBuildSuccess(build=Build.from_domain(build))
