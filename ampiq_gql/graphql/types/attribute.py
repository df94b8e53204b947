"""Tables and attributes of the customer-360, with what the build measured of them."""

from __future__ import annotations

from datetime import date

import strawberry

from ampiq_gql import catalog as domain
from ampiq_gql.graphql.scalars import Long
from ampiq_gql.graphql.types.columns import DataType, Grain, Unit

__all__ = ["Attribute", "AttributeValue", "Table"]


@strawberry.type(description="A value of an attribute and how often it occurs.")
class AttributeValue:
    """A line of a picker."""

    value: str = strawberry.field(description="The value.")
    row_count: Long = strawberry.field(description="How many rows have it.")

    @classmethod
    def from_domain(cls, found: domain.ValueCount) -> AttributeValue:
        """Show a value."""
        return cls(value=found.value, row_count=Long(found.rows))


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
        description="Up to 20 of the most frequent values of a text, the most frequent first."
    )

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
            is_pii=column.is_pii,
            is_snapshot=column.is_snapshot,
            completion=column.completion,
            distinct_values=None if column.distinct is None else Long(column.distinct),
            is_distinct_exact=column.is_distinct_exact,
            uniqueness=column.uniqueness,
            minimum=column.minimum,
            maximum=column.maximum,
            top_values=list(map(AttributeValue.from_domain, column.top_values)),
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
    attributes: list[Attribute] = strawberry.field(description="Its columns, in order.")

    @classmethod
    def from_domain(cls, table: domain.TableEntry) -> Table:
        """Show a table."""
        return cls(
            name=table.name,
            label=table.label,
            description=table.description or None,
            grain=table.grain,
            row_count=None if table.rows is None else Long(table.rows),
            newest_event_on=table.newest_event_on,
            attributes=list(map(Attribute.from_domain, table.columns)),
        )
