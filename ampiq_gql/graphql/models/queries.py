"""Root fields that read predictive models."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.types.model import PredictiveModel

__all__ = ["ModelQuery"]


@strawberry.type
class ModelQuery:
    """Root fields about predictive models."""

    @resolved("The trained versions of all predictive models that are kept, the newest first.")
    async def models(self, info: Info) -> list[PredictiveModel]:
        """List the versions."""
        found = await info.context.run(info.context.services.predict.models)
        return list(map(PredictiveModel.from_domain, found))
