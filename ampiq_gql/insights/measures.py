"""The sums that all figures are made of, and which figures need which.

A measure is additive over customers, so one pass over one row per customer gives all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from ampiq_gql.insights.model import Channel, Figure

__all__ = [
    "CONTACTABLE", "UNKNOWN", "Measure", "Source", "needed_measures", "source_of", "sources_of",
]  # fmt: skip


class Source(StrEnum):
    """Where the columns of a measure come from; each is one row per customer."""

    CUSTOMERS = "customers"
    YEAR = "year"
    ATTRIBUTES = "attributes"
    PREDICTIONS = "predictions"


class Measure(StrEnum):
    """Additive figures over a set of customers."""

    CUSTOMERS = "customers"
    ACTIVE_CUSTOMERS = "active_customers"
    REVENUE = "revenue"
    ORDERS = "orders"
    ITEMS = "items"
    REACHABLE_CUSTOMERS = "reachable_customers"
    BY_DIRECT_MAIL = "by_direct_mail"
    BY_EMAIL = "by_email"
    BY_PHONE = "by_phone"
    BY_PAID_MEDIA = "by_paid_media"
    UNKNOWN_DIRECT_MAIL = "unknown_direct_mail"
    UNKNOWN_EMAIL = "unknown_email"
    UNKNOWN_PHONE = "unknown_phone"
    UNKNOWN_PAID_MEDIA = "unknown_paid_media"
    PREDICTED_CUSTOMERS = "predicted_customers"
    PREDICTED_REVENUE = "predicted_revenue"
    PREDICTED_ORDER_VALUE = "predicted_order_value"
    PREDICTED_ORDERS = "predicted_orders"

    @property
    def is_money(self) -> bool:
        """A total of money, shown in the currency's minor unit."""
        return self in (Measure.REVENUE, Measure.PREDICTED_REVENUE)


CONTACTABLE: Mapping[Channel, Measure] = MappingProxyType(
    {
        Channel.DIRECT_MAIL: Measure.BY_DIRECT_MAIL,
        Channel.EMAIL: Measure.BY_EMAIL,
        Channel.PHONE: Measure.BY_PHONE,
        Channel.PAID_MEDIA: Measure.BY_PAID_MEDIA,
    }
)
UNKNOWN: Mapping[Channel, Measure] = MappingProxyType(
    {
        Channel.DIRECT_MAIL: Measure.UNKNOWN_DIRECT_MAIL,
        Channel.EMAIL: Measure.UNKNOWN_EMAIL,
        Channel.PHONE: Measure.UNKNOWN_PHONE,
        Channel.PAID_MEDIA: Measure.UNKNOWN_PAID_MEDIA,
    }
)

_YEAR = frozenset({Measure.ACTIVE_CUSTOMERS, Measure.REVENUE, Measure.ORDERS, Measure.ITEMS})
_PREDICTED = frozenset(
    {
        Measure.PREDICTED_CUSTOMERS,
        Measure.PREDICTED_REVENUE,
        Measure.PREDICTED_ORDER_VALUE,
        Measure.PREDICTED_ORDERS,
    }
)
_NEEDS: Mapping[Figure, frozenset[Measure]] = MappingProxyType(
    {
        Figure.UNIQUE_CUSTOMERS: frozenset({Measure.CUSTOMERS}),
        Figure.ACTIVE_CUSTOMERS: frozenset({Measure.ACTIVE_CUSTOMERS}),
        Figure.REVENUE: frozenset({Measure.REVENUE}),
        Figure.REACHABLE_CUSTOMERS: frozenset({Measure.REACHABLE_CUSTOMERS}),
        Figure.REVENUE_TREE: _YEAR,
        Figure.HISTORICAL_REVENUE: _YEAR - {Measure.ITEMS},
        Figure.PREDICTED_REVENUE: _PREDICTED,
        Figure.REACHABILITY: frozenset(
            {Measure.CUSTOMERS, *CONTACTABLE.values(), *UNKNOWN.values()}
        ),
    }
)


def needed_measures(figures: Iterable[Figure]) -> frozenset[Measure]:
    """Return the measures that the figures are computed from."""
    return frozenset().union(*(_NEEDS[figure] for figure in figures))


def source_of(measure: Measure) -> Source:
    """Return the source that the measure reads."""
    if measure is Measure.CUSTOMERS:
        return Source.CUSTOMERS
    if measure in _YEAR:
        return Source.YEAR
    return Source.PREDICTIONS if measure in _PREDICTED else Source.ATTRIBUTES


def sources_of(measures: Iterable[Measure]) -> frozenset[Source]:
    """Return the sources that the measures read."""
    return frozenset(map(source_of, measures))
