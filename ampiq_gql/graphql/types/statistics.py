"""What the build measured of a column."""

from __future__ import annotations

from datetime import datetime

import strawberry

from ampiq_gql import catalog as domain
from ampiq_gql.catalog.history import BuildMark as DomainBuildMark
from ampiq_gql.graphql.catalog.loaders import column_histories
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.scalars import Long

__all__ = ["AttributeValue", "BuildMark", "ColumnQuantiles", "ColumnStatistics"]


@strawberry.type(description="A value of a column and how often it occurs.")
class AttributeValue:
    """A line of a picker."""

    value: str = strawberry.field(description="The value, as text.")
    row_count: Long = strawberry.field(description="How many rows have it.")

    @classmethod
    def from_domain(cls, found: domain.ValueCount) -> AttributeValue:
        """Show a value."""
        return cls(value=found.value, row_count=Long(found.rows))


@strawberry.type(
    description=(
        "Values below which a share of the filled rows lies, as text: each is the smallest value "
        "of the column with at least that share of the rows at or below it."
    )
)
class ColumnQuantiles:
    """Quantiles."""

    p05: str = strawberry.field(description="The value at 5 % of the filled rows.")
    p25: str = strawberry.field(description="The value at a quarter of the filled rows.")
    median: str = strawberry.field(description="The value in the middle.")
    p75: str = strawberry.field(description="The value at three quarters of the filled rows.")
    p95: str = strawberry.field(description="The value at 95 % of the filled rows.")

    @classmethod
    def from_domain(cls, found: domain.Quantiles) -> ColumnQuantiles:
        """Show quantiles."""
        return cls(p05=found.p05, p25=found.p25, median=found.median, p75=found.p75, p95=found.p95)


@strawberry.type(description="A build, whether it is still kept or not.")
class BuildMark:
    """A build."""

    build_id: strawberry.ID = strawberry.field(description="The build's id.")
    built_at: datetime = strawberry.field(description="When the build was made.")

    @classmethod
    def from_domain(cls, mark: DomainBuildMark) -> BuildMark:
        """Show a build."""
        return cls(build_id=strawberry.ID(mark.build_id), built_at=mark.built_at)


@strawberry.type(
    description=(
        "What the build measured of a column, once. Null where it was not measured; of personal "
        "data only counts."
    )
)
class ColumnStatistics:
    """Statistics."""

    completion: float | None = strawberry.field(
        description="The fraction of rows with a value, from 0 to 1."
    )
    distinct_values: Long | None = strawberry.field(
        description="How many different values there are."
    )
    is_distinct_exact: bool = strawberry.field(
        description="False when the number of different values is an estimate."
    )
    distinct_standard_error: float | None = strawberry.field(
        description=(
            "The standard error of the estimate as a fraction of it; null when the number is exact."
        )
    )
    uniqueness: float | None = strawberry.field(
        description="The number of different values as a fraction of the rows."
    )
    minimum: str | None = strawberry.field(description="The smallest or earliest value, as text.")
    maximum: str | None = strawberry.field(description="The largest or latest value, as text.")
    mean: str | None = strawberry.field(
        description="The mean of a number to four places, of days and times the day it falls on."
    )
    quantiles: ColumnQuantiles | None = strawberry.field(
        description="Of numbers, days and times; null for other types. "
        "Of tables of 250,000 rows and more, those of one order or customer in 64."
    )
    blank_rows: Long | None = strawberry.field(description="How many texts are empty.")
    whitespace_rows: Long | None = strawberry.field(
        description="How many texts hold nothing but white space."
    )
    top_values: list[AttributeValue] = strawberry.field(
        description="Up to 20 of the most frequent values, the most frequent first."
    )
    key: strawberry.Private[tuple[str, str]]

    @resolved("The first build in which the column held anything; null when none did.")
    async def first_build(self, info: Info) -> BuildMark | None:
        """Find the first build."""
        found = await info.context.load(column_histories, self.key)
        return None if found is None else BuildMark.from_domain(found.first)

    @resolved("The last build in which the column held anything; null when none did.")
    async def last_build(self, info: Info) -> BuildMark | None:
        """Find the last build."""
        found = await info.context.load(column_histories, self.key)
        return None if found is None else BuildMark.from_domain(found.last)

    @classmethod
    def from_domain(cls, column: domain.ColumnEntry) -> ColumnStatistics:
        """Show what was measured."""
        quantiles = column.quantiles
        return cls(
            completion=column.completion,
            distinct_values=None if column.distinct is None else Long(column.distinct),
            is_distinct_exact=column.is_distinct_exact,
            distinct_standard_error=column.distinct_error,
            uniqueness=column.uniqueness,
            minimum=column.minimum,
            maximum=column.maximum,
            mean=column.mean,
            quantiles=None if quantiles is None else ColumnQuantiles.from_domain(quantiles),
            blank_rows=None if column.blanks is None else Long(column.blanks),
            whitespace_rows=None if column.whitespace is None else Long(column.whitespace),
            top_values=list(map(AttributeValue.from_domain, column.top_values)),
            key=(column.table_name, column.name),
        )
