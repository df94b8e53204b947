"""What insights are made of: figures of a segment beside the same figures of everyone.

Totals of money are rounded half-even to the currency's minor unit; ratios are computed from the
shown totals and carry twelve decimals, so that the revenue tree multiplies back for the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ampiq_gql.insights.viewsql import ViewSql
from dsl.diagnostics import Diagnostic

__all__ = [
    "Channel",
    "Counted",
    "Figure",
    "HistoricalRevenue",
    "Insights",
    "Metric",
    "PredictedRevenue",
    "Reachability",
    "RevenueTree",
]


class Figure(StrEnum):
    """Groups of figures that can be asked for separately; only what is asked is computed."""

    UNIQUE_CUSTOMERS = "unique_customers"
    ACTIVE_CUSTOMERS = "active_customers"
    REVENUE = "revenue"
    REACHABLE_CUSTOMERS = "reachable_customers"
    REVENUE_TREE = "revenue_tree"
    HISTORICAL_REVENUE = "historical_revenue"
    PREDICTED_REVENUE = "predicted_revenue"
    REACHABILITY = "reachability"


class Channel(StrEnum):
    """Ways to reach a customer (segments.md §5.2)."""

    DIRECT_MAIL = "direct_mail"
    EMAIL = "email"
    PHONE = "phone"
    PAID_MEDIA = "paid_media"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure.

    `value` is None when there is nothing to divide by; `baseline` is the same figure over all
    customers. Totals have a `share` of the baseline, ratios a `change` against it: both are
    fractions (0.1 is 10 %). `sql` is the statement that gave `value`.
    """

    value: Decimal | None
    baseline: Decimal | None
    share: float | None
    change: float | None
    sql: ViewSql


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many customers there are, and of what; `warnings` are remarks on the expression."""

    customers: int
    as_of: date
    build_id: str
    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueTree:
    """The revenue of the past year, taken apart (segments.md §5.2).

    Net revenue = customers × revenue per customer; revenue per customer = orders per customer ×
    average order value; average order value = units per transaction × average unit revenue. All
    over active customers; after discounts, before returns.
    """

    net_revenue: Metric
    customers: Metric
    revenue_per_customer: Metric
    orders_per_customer: Metric
    average_order_value: Metric
    units_per_transaction: Metric
    average_unit_revenue: Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricalRevenue:
    """The past year of the customers who bought in it."""

    revenue_per_customer: Metric
    average_order_value: Metric
    orders_per_customer: Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedRevenue:
    """The next 365 days, over the members that the model has scored (segments.md §5.2)."""

    customers: Metric
    revenue: Metric
    revenue_per_customer: Metric
    average_order_value: Metric
    orders_per_customer: Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachability:
    """Members that one channel reaches; `unknown` counts members without an answer."""

    channel: Channel
    customers: Metric
    share_of_segment: float | None
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """The figures that were asked for; the others are None.

    `predicted_revenue` is also None when no model has scored anyone.
    """

    as_of: date
    build_id: str
    unique_customers: Metric | None = None
    active_customers: Metric | None = None
    revenue: Metric | None = None
    reachable_customers: Metric | None = None
    revenue_tree: RevenueTree | None = None
    historical_revenue: HistoricalRevenue | None = None
    predicted_revenue: PredictedRevenue | None = None
    reachability: tuple[Reachability, ...] | None = None
