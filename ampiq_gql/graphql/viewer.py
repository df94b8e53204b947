"""Who asks, and what they look at."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.types.build import Build

__all__ = ["Viewer", "ViewerQuery"]


@strawberry.type(description="Who asks.")
class Viewer:
    """The caller of the API."""

    name: str = strawberry.field(
        description="The name under which the caller's actions are logged; `local` without login."
    )

    @resolved("The build that answers refer to; null before the first build.")
    async def build(self, info: Info) -> Build | None:
        """Return the current build."""
        build = await info.context.run(info.context.services.warehouse.current_build)
        return None if build is None else Build.from_domain(build)


@strawberry.type
class ViewerQuery:
    """Root fields about the caller."""

    @resolved("The caller of the API.")
    def viewer(self, info: Info) -> Viewer:
        """Return who asks."""
        return Viewer(name=info.context.actor)
