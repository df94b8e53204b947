"""All that is served: the root types put together from their domains, and the printed schema."""

from __future__ import annotations

from functools import cache

import strawberry
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig

from ampiq_gql.graphql.builds.mutations import BuildMutation
from ampiq_gql.graphql.builds.queries import BuildQuery
from ampiq_gql.graphql.campaigns.mutations import CampaignMutation
from ampiq_gql.graphql.campaigns.queries import CampaignQuery
from ampiq_gql.graphql.catalog.queries import CatalogQuery
from ampiq_gql.graphql.cells import CellsExecutor
from ampiq_gql.graphql.destinations.mutations import DestinationMutation
from ampiq_gql.graphql.destinations.queries import DestinationQuery
from ampiq_gql.graphql.features.queries import FeatureQuery
from ampiq_gql.graphql.flags.mutations import FlagMutation
from ampiq_gql.graphql.flags.queries import FlagQuery
from ampiq_gql.graphql.guarded import GuardedSchema, OperationGuards
from ampiq_gql.graphql.lists.mutations import ListMutation
from ampiq_gql.graphql.lists.queries import ListQuery
from ampiq_gql.graphql.models.queries import ModelQuery
from ampiq_gql.graphql.nodes import NodeQuery
from ampiq_gql.graphql.queries.mutations import SavedQueryMutation
from ampiq_gql.graphql.queries.queries import SavedQueryQuery
from ampiq_gql.graphql.scalars import SCALARS
from ampiq_gql.graphql.segments.mutations import SegmentMutation
from ampiq_gql.graphql.segments.queries import SegmentQuery
from ampiq_gql.graphql.validation.queries import ValidationQuery
from ampiq_gql.graphql.viewer import ViewerQuery

__all__ = ["export_sdl", "make_schema", "served_schema"]


@strawberry.type(description="Everything that can be read.")
class Query(
    NodeQuery,
    ViewerQuery,
    SegmentQuery,
    ListQuery,
    SavedQueryQuery,
    CatalogQuery,
    BuildQuery,
    ValidationQuery,
    FeatureQuery,
    FlagQuery,
    DestinationQuery,
    CampaignQuery,
    ModelQuery,
):
    """The root of queries."""


@strawberry.type(description="Everything that can be changed.")
class Mutation(
    SegmentMutation,
    ListMutation,
    SavedQueryMutation,
    BuildMutation,
    FlagMutation,
    DestinationMutation,
    CampaignMutation,
):
    """The root of mutations."""


def make_schema() -> GuardedSchema:
    """Put the schema together."""
    return GuardedSchema(
        query=Query,
        mutation=Mutation,
        execution_context_class=CellsExecutor,
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=[OperationGuards],
    )


@cache
def served_schema() -> GuardedSchema:
    """Return the one schema of the process: it holds nothing of any installation."""
    return make_schema()


def export_sdl() -> str:
    """Return the schema as text, the same for every home."""
    return print_schema(served_schema()) + "\n"
