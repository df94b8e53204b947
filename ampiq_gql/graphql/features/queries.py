"""Root fields that tell what works."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.types.features import FeatureReadiness

__all__ = ["FeatureQuery"]


@strawberry.type
class FeatureQuery:
    """Root fields about features."""

    @resolved("What works with the data of the current build, and what to supply for more.")
    async def features(self, info: Info) -> list[FeatureReadiness]:
        """List the features."""
        found = await info.context.run(info.context.services.features.features)
        return list(map(FeatureReadiness.from_domain, found))
