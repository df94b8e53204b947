"""An expression checked and measured without saving it."""

from __future__ import annotations

from datetime import date

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.segments.reads import segment_sql
from ampiq_gql.graphql.types.audience import (
    CustomerColumns,
    CustomersAfter,
    FirstCustomers,
    customers_of,
    insights_of,
)
from ampiq_gql.graphql.types.customers import CustomerPage
from ampiq_gql.graphql.types.diagnostics import Diagnostic
from ampiq_gql.graphql.types.insights import Insights
from ampiq_gql.graphql.types.sql import DialectArgument, SqlText
from ampiq_gql.segments import CheckedExpression

__all__ = ["Preview"]


@strawberry.type(description="An expression, checked and measured without saving it.")
class Preview:
    """A look at an expression."""

    expression: str = strawberry.field(description="The text as it was given.")
    formatted: str | None = strawberry.field(
        description="The text in its canonical form; null when it cannot be read."
    )
    diagnostics: list[Diagnostic] = strawberry.field(
        description="Every finding about the text, all at once."
    )
    is_valid: strawberry.Private[bool]
    as_of: strawberry.Private[date]

    @resolved("The statement that selects the customers; null when there are errors.")
    async def segment_sql(self, info: Info, dialect: DialectArgument = None) -> SqlText | None:
        """Write the statement out."""
        if not self.is_valid:
            return None
        services = info.context.services
        return await info.context.run(segment_sql, services, self.expression, self.as_of, dialect)

    @resolved("The figures, beside those of all customers; null when there are errors.")
    async def insights(self, info: Info) -> Insights | None:
        """Measure the customers."""
        return await insights_of(info, self.expression, self.as_of) if self.is_valid else None

    @resolved("The customers, page by page in the order of their ids; null when there are errors.")
    async def customers(
        self,
        info: Info,
        first: FirstCustomers = 100,
        after: CustomersAfter = None,
        columns: CustomerColumns = None,
    ) -> CustomerPage | None:
        """Read one page."""
        if not self.is_valid:
            return None
        return await customers_of(
            info, self.expression, first=first, after=after, columns=columns, as_of=self.as_of
        )

    @classmethod
    def from_domain(cls, checked: CheckedExpression) -> Preview:
        """Show a checked expression."""
        return cls(
            expression=checked.text,
            formatted=checked.formatted,
            diagnostics=[Diagnostic.from_domain(checked.text, one) for one in checked.diagnostics],
            is_valid=checked.is_valid,
            as_of=checked.as_of.day,
        )
