"""What can be asked of customers, whether a saved segment or a passing expression holds them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.insights.loaders import (
    AskedInsights,
    Source,
    asked_figures,
    load_insights,
)
from ampiq_gql.graphql.types.customers import CustomerPage, customer_id
from ampiq_gql.graphql.types.insights import Insights

__all__ = [
    "AsOf",
    "CustomerColumns",
    "CustomersAfter",
    "FirstCustomers",
    "customers_of",
    "insights_of",
]

AsOf: TypeAlias = Annotated[
    date | None,
    strawberry.argument(
        description="The day to ask for, in the site's time zone; the build's when not given."
    ),
]
FirstCustomers: TypeAlias = Annotated[
    int, strawberry.argument(description="How many customers to return, at most 1000.")
]
CustomersAfter: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Return the customers after this cursor.")
]
CustomerColumns: TypeAlias = Annotated[
    list[str] | None,
    strawberry.argument(
        description=(
            "The columns to show, as `column` or `table.column` of tables with one row per "
            "customer; names and address when not given, the id alone for an empty list."
        )
    ),
]


async def insights_of(info: Info, source: Source, as_of: date | None) -> Insights:
    """Ask for the selected figures, together with all others of the operation."""
    asked = AskedInsights(source=source, as_of=as_of, figures=asked_figures(info))
    return Insights.from_domain(await info.context.load(load_insights, asked))


async def customers_of(
    info: Info,
    source: Source,
    *,
    first: int,
    after: str | None,
    columns: list[str] | None,
    as_of: date | None,
) -> CustomerPage:
    """Read one page of customers."""
    page = await info.context.run(
        info.context.services.customers.page,
        source,
        columns=columns,
        first=first,
        after=customer_id(after),
        as_of=as_of,
        may_read_pii=info.context.may_read_pii,
    )
    return CustomerPage.from_domain(page, source, after=after)
