"""Root fields that list builds."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.types.build import KeptBuild

__all__ = ["BuildQuery"]


@strawberry.type
class BuildQuery:
    """Root fields about builds."""

    @resolved("The builds that are kept, the newest first; the setting `keep_builds` bounds them.")
    async def builds(self, info: Info) -> list[KeptBuild]:
        """List the builds."""
        kept = await info.context.run(info.context.services.builds.list)
        return list(map(KeptBuild.from_domain, kept))
