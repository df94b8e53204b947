"""Tables and columns of the customer-360, with what the build measured of them."""

from __future__ import annotations

from datetime import date

import strawberry

from ampiq_gql import catalog as domain
from ampiq_gql import explorer
from ampiq_gql.graphql.catalog.loaders import column_uses, table_lineages
from ampiq_gql.graphql.cells import Cells
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.scalars import JSON, Long
from ampiq_gql.graphql.types.columns import AccessClass, DataType, Grain, Unit
from ampiq_gql.graphql.types.lineage import ColumnOrigin, ColumnUse, TableLineage
from ampiq_gql.graphql.types.statistics import AttributeValue, ColumnStatistics

__all__ = ["Attribute", "FoundTable", "Table", "TableExamples"]


@strawberry.type(
    description=(
        "A column that expressions can name. What was measured is null when it was not; values of "
        "personal data are never shown."
    )
)
class Attribute:
    """An attribute."""

    table: str = strawberry.field(description="The name of its table.")
    name: str = strawberry.field(description="Its name in expressions, unique in the table.")
    label: str = strawberry.field(description="Its friendly name, unique in the table.")
    description: str | None = strawberry.field(description="What it means; null when nobody said.")
    type: DataType = strawberry.field(description="What it holds.")
    unit: Unit | None = strawberry.field(
        description="What a number counts; null for other types and where it is not known."
    )
    access_class: AccessClass = strawberry.field(description="Who may see its values.")
    is_pii: bool = strawberry.field(description="True for restricted personal data.")
    is_snapshot: bool = strawberry.field(
        description="True when the value depends on the day of the build."
    )
    completion: float | None = strawberry.field(
        description="The fraction of rows with a value, from 0 to 1."
    )
    distinct_values: Long | None = strawberry.field(
        description="How many different values there are."
    )
    is_distinct_exact: bool = strawberry.field(
        description="False when the number of different values is an estimate."
    )
    uniqueness: float | None = strawberry.field(
        description="The number of different values as a fraction of the rows."
    )
    minimum: str | None = strawberry.field(description="The smallest or earliest value, as text.")
    maximum: str | None = strawberry.field(description="The largest or latest value, as text.")
    top_values: list[AttributeValue] = strawberry.field(
        description="Up to 20 of the most frequent values, the most frequent first."
    )
    statistics: ColumnStatistics = strawberry.field(description="All that the build measured.")

    @resolved(
        "What the column was called when its file was mapped, such as `customers/email`; null when "
        "it is made of several columns, or of one that has no meaning of its own."
    )
    async def semantic_tag(self, info: Info) -> str | None:
        """Find the tag."""
        lineage = await info.context.load(table_lineages, self.table)
        return lineage.tags.get(self.name)

    @resolved("True when the build made it of no column: one value, or none, stands in all rows.")
    async def is_constant(self, info: Info) -> bool:
        """Load where its table comes from."""
        lineage = await info.context.load(table_lineages, self.table)
        return self.name in lineage.constants

    @resolved(
        "The columns that it is made of; empty when it is constant, counts rows, or was uploaded."
    )
    async def origins(self, info: Info) -> list[ColumnOrigin]:
        """Find the inputs."""
        lineage = await info.context.load(table_lineages, self.table)
        return list(map(ColumnOrigin.from_domain, lineage.inputs.get(self.name, ())))

    @resolved("The segments, queries, campaigns and destinations that use it, by kind and name.")
    async def uses(self, info: Info) -> list[ColumnUse]:
        """Find the users."""
        found = await info.context.load(column_uses, (self.table, self.name))
        return list(map(ColumnUse.from_domain, found))

    @classmethod
    def from_domain(cls, column: domain.ColumnEntry) -> Attribute:
        """Show a column."""
        return cls(
            table=column.table_name,
            name=column.name,
            label=column.label,
            description=column.description or None,
            type=column.type,
            unit=column.unit,
            access_class=column.access,
            is_pii=column.is_pii,
            is_snapshot=column.is_snapshot,
            completion=column.completion,
            distinct_values=None if column.distinct is None else Long(column.distinct),
            is_distinct_exact=column.is_distinct_exact,
            uniqueness=column.uniqueness,
            minimum=column.minimum,
            maximum=column.maximum,
            top_values=list(map(AttributeValue.from_domain, column.top_values)),
            statistics=ColumnStatistics.from_domain(column),
        )


@strawberry.type(
    description="Up to 100 rows of a table, drawn by chance and the same for as long as a build."
)
class TableExamples:
    """Example rows."""

    columns: list[str] = strawberry.field(description="The columns of every row, in order.")
    rows: list[list[JSON | None]] = strawberry.field(
        description=(
            "The cells, row by row: exact numbers as text, days and times in the site's time zone "
            "as ISO 8601 text, null where nothing is known."
        )
    )
    hidden_columns: list[str] = strawberry.field(
        description="Columns of personal data that the caller may not read: null in every row."
    )

    @classmethod
    def from_domain(cls, found: explorer.ExampleRows) -> TableExamples:
        """Show the rows."""
        return cls(
            columns=[column.name for column in found.columns],
            rows=Cells.of(found.rows),
            hidden_columns=list(found.hidden),
        )


@strawberry.type(description="A table of the customer-360.")
class Table:
    """A table."""

    name: str = strawberry.field(description="Its name in expressions.")
    label: str = strawberry.field(description="Its friendly name.")
    description: str | None = strawberry.field(description="What it holds; null when nobody said.")
    grain: Grain = strawberry.field(description="How many rows of it one customer has.")
    row_count: Long | None = strawberry.field(
        description="How many rows it has; null for tables that grow between builds."
    )
    newest_event_on: date | None = strawberry.field(
        description="The day of its newest row; null when its rows have no time."
    )
    columns: list[Attribute] = strawberry.field(description="Its columns, in order.")
    attributes: list[Attribute] = strawberry.field(
        description="Its columns, in order.",
        deprecation_reason="Use `columns`, which is the same list.",
    )

    @resolved("Rows drawn by chance, the same for as long as the build lasts.")
    async def examples(self, info: Info) -> TableExamples:
        """Show rows."""
        context = info.context
        read = context.services.explorer.examples
        found = await context.run(read, self.name, may_read_pii=context.may_read_pii)
        return TableExamples.from_domain(found)

    @resolved("Where its rows come from, up to the files, and which tables were made from it.")
    async def lineage(self, info: Info) -> TableLineage:
        """Follow the rows."""
        return TableLineage.from_domain(await info.context.load(table_lineages, self.name))

    @classmethod
    def from_domain(cls, table: domain.TableEntry) -> Table:
        """Show a table."""
        columns = list(map(Attribute.from_domain, table.columns))
        return cls(
            name=table.name,
            label=table.label,
            description=table.description or None,
            grain=table.grain,
            row_count=None if table.rows is None else Long(table.rows),
            newest_event_on=table.newest_event_on,
            columns=columns,
            attributes=columns,
        )


@strawberry.type(description="A table that a search found, by itself or by its columns.")
class FoundTable:
    """A group of results."""

    table: Table = strawberry.field(description="The table.")
    is_match: bool = strawberry.field(
        description="True when the words are in the table's own name, label or description."
    )
    columns: list[Attribute] = strawberry.field(
        description="Its columns that match, the best match first."
    )

    @classmethod
    def from_domain(cls, found: explorer.FoundTable) -> FoundTable:
        """Show a group."""
        return cls(
            table=Table.from_domain(found.table),
            is_match=found.is_match,
            columns=list(map(Attribute.from_domain, found.columns)),
        )
