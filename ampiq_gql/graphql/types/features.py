"""What works with the data, and what to supply."""

from __future__ import annotations

import strawberry

from ampiq_gql.build import features as domain
from ampiq_gql.build.features import Feature, FeatureState, Lack
from ampiq_gql.graphql.enums import show_enum

__all__ = ["FeatureReadiness", "LackingColumn"]

show_enum(
    Feature,
    description="What a site can do with its data.",
    values={
        Feature.SEGMENTS: "Describe groups of customers.",
        Feature.INSIGHTS: "See figures, trends and comparisons of segments.",
        Feature.CAMPAIGNS: "Send segments to destinations, by plan and with control groups.",
        Feature.PREDICTIONS: "Predict value, return and affinity of customers.",
    },
)
show_enum(
    FeatureState,
    description="How much of a feature works.",
    values={
        FeatureState.READY: "All of it.",
        FeatureState.DEGRADED: "It works, and some columns that it could use are lacking.",
        FeatureState.MISSING: "It cannot work: something essential is lacking.",
    },
)
show_enum(
    Lack,
    name="LackKind",
    description="What is wrong with a column.",
    values={
        Lack.ABSENT: "The column does not exist.",
        Lack.EMPTY: "The column is null in every row.",
        Lack.BELOW_THRESHOLD: "Too few rows, days or values are there.",
    },
)


@strawberry.type(description="A column that a feature misses.")
class LackingColumn:
    """A lacking column."""

    table: str = strawberry.field(description="The table of the column.")
    column: str = strawberry.field(description="The column.")
    lack: Lack = strawberry.field(description="What is wrong with it.")
    is_essential: bool = strawberry.field(
        description="True when the feature cannot work without it."
    )
    supply: str = strawberry.field(description="What to supply, in a sentence.")


@strawberry.type(description="How far a feature works with the data of the current build.")
class FeatureReadiness:
    """A feature."""

    feature: Feature = strawberry.field(description="The feature.")
    state: FeatureState = strawberry.field(description="How much of it works.")
    sentence: str = strawberry.field(description="The state and what would help, in a sentence.")
    lacking: list[LackingColumn] = strawberry.field(
        description="Every column that it misses; empty when all is there."
    )

    @classmethod
    def from_domain(cls, found: domain.FeatureReadiness) -> FeatureReadiness:
        """Show a feature."""
        return cls(
            feature=found.feature,
            state=found.state,
            sentence=found.sentence,
            lacking=[
                LackingColumn(
                    table=one.table,
                    column=one.column,
                    lack=one.lack,
                    is_essential=one.is_essential,
                    supply=one.supply,
                )
                for one in found.lacking
            ],
        )
