"""Insights of a segment: figures beside the same figures of all customers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypeVar

import strawberry

from ampiq_gql import insights as domain
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.types.sql import DialectArgument, SqlText
from ampiq_gql.insights import Channel, ViewSql

__all__ = [
    "HistoricalRevenue",
    "Insights",
    "Metric",
    "PredictedRevenue",
    "Reachability",
    "RevenueTree",
]

T = TypeVar("T")

show_enum(
    Channel,
    name="ReachabilityChannel",
    description="A way to reach a customer.",
    values={
        Channel.DIRECT_MAIL: "Letters, by a complete postal address.",
        Channel.EMAIL: "E-mail, by an address that may be used.",
        Channel.PHONE: "Calls and texts, by a number that may be used.",
        Channel.PAID_MEDIA: "Advertising, by an e-mail address or a number to match.",
    },
)


@strawberry.type(description="One figure of a segment, beside the same figure of all customers.")
class Metric:
    """A figure."""

    value: Decimal | None = strawberry.field(
        description="The figure; null when there is nothing to divide by."
    )
    baseline: Decimal | None = strawberry.field(
        description="The same figure over all customers; null when there is nothing to divide by."
    )
    share: float | None = strawberry.field(
        description="The value as a fraction of the baseline, 0.1 being 10 %; null for ratios."
    )
    change: float | None = strawberry.field(
        description="How far the value lies above the baseline, 0.1 being 10 %; null for totals."
    )
    view: strawberry.Private[ViewSql]

    @resolved("The statement that gave the value.")
    async def sql(self, info: Info, dialect: DialectArgument = None) -> SqlText:
        """Write the statement out."""
        text = await info.context.run(self.view.text, dialect)
        return SqlText(dialect=dialect or self.view.engine, text=text)

    @classmethod
    def from_domain(cls, metric: domain.Metric) -> Metric:
        """Show a figure."""
        return cls(
            value=metric.value,
            baseline=metric.baseline,
            share=metric.share,
            change=metric.change,
            view=metric.sql,
        )


@strawberry.type(
    description=(
        "The revenue of the past year, taken apart: net revenue = customers × revenue per "
        "customer; revenue per customer = orders per customer × average order value; average order "
        "value = units per transaction × average unit revenue."
    )
)
class RevenueTree:
    """The tree, over active customers."""

    net_revenue: Metric = strawberry.field(
        description="Revenue after discounts, before returns and cancellations."
    )
    customers: Metric = strawberry.field(description="Customers with an order in the past year.")
    revenue_per_customer: Metric = strawberry.field(description="Net revenue divided by customers.")
    orders_per_customer: Metric = strawberry.field(description="Orders divided by customers.")
    average_order_value: Metric = strawberry.field(description="Net revenue divided by orders.")
    units_per_transaction: Metric = strawberry.field(description="Items divided by orders.")
    average_unit_revenue: Metric = strawberry.field(description="Net revenue divided by items.")

    @classmethod
    def from_domain(cls, tree: domain.RevenueTree) -> RevenueTree:
        """Show the tree."""
        return cls(
            net_revenue=Metric.from_domain(tree.net_revenue),
            customers=Metric.from_domain(tree.customers),
            revenue_per_customer=Metric.from_domain(tree.revenue_per_customer),
            orders_per_customer=Metric.from_domain(tree.orders_per_customer),
            average_order_value=Metric.from_domain(tree.average_order_value),
            units_per_transaction=Metric.from_domain(tree.units_per_transaction),
            average_unit_revenue=Metric.from_domain(tree.average_unit_revenue),
        )


@strawberry.type(description="The past year of those customers who bought in it.")
class HistoricalRevenue:
    """The card of historical revenue."""

    revenue_per_customer: Metric = strawberry.field(
        description="Revenue divided by customers with an order in the past year."
    )
    average_order_value: Metric = strawberry.field(description="Revenue divided by orders.")
    orders_per_customer: Metric = strawberry.field(
        description="Orders divided by customers with an order in the past year."
    )

    @classmethod
    def from_domain(cls, card: domain.HistoricalRevenue) -> HistoricalRevenue:
        """Show the card."""
        return cls(
            revenue_per_customer=Metric.from_domain(card.revenue_per_customer),
            average_order_value=Metric.from_domain(card.average_order_value),
            orders_per_customer=Metric.from_domain(card.orders_per_customer),
        )


@strawberry.type(description="The next 365 days, over the customers that the model has scored.")
class PredictedRevenue:
    """The card of predicted revenue."""

    customers: Metric = strawberry.field(description="Customers that the model has scored.")
    revenue: Metric = strawberry.field(description="The sum of their predicted lifetime values.")
    revenue_per_customer: Metric = strawberry.field(
        description="The mean predicted revenue of a scored customer."
    )
    average_order_value: Metric = strawberry.field(
        description="The mean predicted value of an order, should the customer return."
    )
    orders_per_customer: Metric = strawberry.field(
        description="The mean predicted number of orders, should the customer return."
    )

    @classmethod
    def from_domain(cls, card: domain.PredictedRevenue) -> PredictedRevenue:
        """Show the card."""
        return cls(
            customers=Metric.from_domain(card.customers),
            revenue=Metric.from_domain(card.revenue),
            revenue_per_customer=Metric.from_domain(card.revenue_per_customer),
            average_order_value=Metric.from_domain(card.average_order_value),
            orders_per_customer=Metric.from_domain(card.orders_per_customer),
        )


@strawberry.type(description="How many members one channel reaches; reachable is not opted in.")
class Reachability:
    """One bar of current reachability."""

    channel: Channel = strawberry.field(description="The channel.")
    customers: Metric = strawberry.field(description="Members whom the channel reaches.")
    share_of_segment: float | None = strawberry.field(
        description="Those members as a fraction of the segment; null when the segment is empty."
    )
    unknown: int = strawberry.field(
        description="Members of whom it is not known whether the channel reaches them."
    )

    @classmethod
    def from_domain(cls, bar: domain.Reachability) -> Reachability:
        """Show a bar."""
        return cls(
            channel=bar.channel,
            customers=Metric.from_domain(bar.customers),
            share_of_segment=bar.share_of_segment,
            unknown=bar.unknown,
        )


@strawberry.type(
    description="The figures of a segment or expression; only those asked for are computed."
)
class Insights:
    """The summary of a segment."""

    found: strawberry.Private[domain.Insights]

    @resolved("The day that the figures stand for, in the site's time zone.")
    def as_of(self) -> date:
        """Return the day."""
        return self.found.as_of

    @resolved("The build that the figures were read from.")
    def build_id(self) -> strawberry.ID:
        """Return the build's id."""
        return strawberry.ID(self.found.build_id)

    @resolved("How many customers the segment holds.")
    def unique_customers(self) -> Metric:
        """Show the tile."""
        return Metric.from_domain(_asked(self.found.unique_customers))

    @resolved("How many of them ordered in the past year; the share is of all active customers.")
    def active_customers(self) -> Metric:
        """Show the tile."""
        return Metric.from_domain(_asked(self.found.active_customers))

    @resolved("Their revenue of the past year, after discounts and before returns.")
    def revenue(self) -> Metric:
        """Show the tile."""
        return Metric.from_domain(_asked(self.found.revenue))

    @resolved("How many of them can be reached by letter, e-mail or phone.")
    def reachable_customers(self) -> Metric:
        """Show the tile."""
        return Metric.from_domain(_asked(self.found.reachable_customers))

    @resolved("The revenue of the past year, taken apart.")
    def revenue_tree(self) -> RevenueTree:
        """Show the tree."""
        return RevenueTree.from_domain(_asked(self.found.revenue_tree))

    @resolved("The past year of the customers who bought in it.")
    def historical_revenue(self) -> HistoricalRevenue:
        """Show the card."""
        return HistoricalRevenue.from_domain(_asked(self.found.historical_revenue))

    @resolved("The next 365 days; null when no model has scored anyone.")
    def predicted_revenue(self) -> PredictedRevenue | None:
        """Show the card."""
        card = self.found.predicted_revenue
        return None if card is None else PredictedRevenue.from_domain(card)

    @resolved("How many members each channel reaches.")
    def reachability(self) -> list[Reachability]:
        """Show the bars."""
        return [Reachability.from_domain(bar) for bar in _asked(self.found.reachability)]

    @classmethod
    def from_domain(cls, found: domain.Insights) -> Insights:
        """Show the figures that were asked for."""
        return cls(found=found)


def _asked(figure: T | None) -> T:
    """Return a figure that the selection asked for, so that it was computed."""
    if figure is None:
        raise LookupError("a figure was selected but not asked for")
    return figure
