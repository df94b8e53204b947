"""From measures to what people read: tiles, revenue tree, reachability (segments.md §5.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from ampiq_gql.insights.measures import CONTACTABLE, UNKNOWN, Measure
from ampiq_gql.insights.model import (
    HistoricalRevenue,
    Metric,
    PredictedRevenue,
    Reachability,
    RevenueTree,
)
from ampiq_gql.insights.viewsql import ViewSql

__all__ = [
    "Measured", "historical_revenue", "predicted_revenue", "reachability", "revenue_tree",
    "rounded", "total",
]  # fmt: skip

_RATIO_STEP = Decimal(1).scaleb(-12)

# ISO 4217 currencies whose minor unit is not a hundredth.
_MINOR_UNITS: Mapping[str, int] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The measures of a segment and of everyone, rounded as they are shown."""

    segment: Mapping[Measure, Decimal]
    everyone: Mapping[Measure, Decimal]
    sql: ViewSql


def rounded(measures: Mapping[Measure, Decimal], currency: str) -> dict[Measure, Decimal]:
    """Return the measures with totals of money rounded half-even to the minor unit."""
    step = Decimal(1).scaleb(-_MINOR_UNITS.get(currency, 2))
    return {
        measure: value.quantize(step, ROUND_HALF_EVEN) if measure.is_money else value
        for measure, value in measures.items()
    }


def _divide(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    return None if divisor == 0 else (dividend / divisor).quantize(_RATIO_STEP)


def _fraction(part: Decimal, whole: Decimal) -> float | None:
    return None if whole == 0 else float(part / whole)


def total(measured: Measured, measure: Measure) -> Metric:
    """Return a sum or count with its share of everyone's."""
    value, baseline = measured.segment[measure], measured.everyone[measure]
    return Metric(
        value=value,
        baseline=baseline,
        share=_fraction(value, baseline),
        change=None,
        sql=measured.sql,
    )


def _ratio(measured: Measured, dividend: Measure, divisor: Measure) -> Metric:
    """Return a quotient of two sums with its change against everyone's."""
    value = _divide(measured.segment[dividend], measured.segment[divisor])
    baseline = _divide(measured.everyone[dividend], measured.everyone[divisor])
    change = None
    if value is not None and baseline is not None:
        change = _fraction(value - baseline, baseline)
    return Metric(value=value, baseline=baseline, share=None, change=change, sql=measured.sql)


def revenue_tree(measured: Measured) -> RevenueTree:
    """Return the tree of the past year; all ratios are over active customers."""
    return RevenueTree(
        net_revenue=total(measured, Measure.REVENUE),
        customers=total(measured, Measure.ACTIVE_CUSTOMERS),
        revenue_per_customer=_ratio(measured, Measure.REVENUE, Measure.ACTIVE_CUSTOMERS),
        orders_per_customer=_ratio(measured, Measure.ORDERS, Measure.ACTIVE_CUSTOMERS),
        average_order_value=_ratio(measured, Measure.REVENUE, Measure.ORDERS),
        units_per_transaction=_ratio(measured, Measure.ITEMS, Measure.ORDERS),
        average_unit_revenue=_ratio(measured, Measure.REVENUE, Measure.ITEMS),
    )


def historical_revenue(measured: Measured) -> HistoricalRevenue:
    """Return the card of the past year, over customers who bought in it."""
    return HistoricalRevenue(
        revenue_per_customer=_ratio(measured, Measure.REVENUE, Measure.ACTIVE_CUSTOMERS),
        average_order_value=_ratio(measured, Measure.REVENUE, Measure.ORDERS),
        orders_per_customer=_ratio(measured, Measure.ORDERS, Measure.ACTIVE_CUSTOMERS),
    )


def predicted_revenue(measured: Measured) -> PredictedRevenue | None:
    """Return the card of the next 365 days, or None when nobody has been scored."""
    if measured.everyone[Measure.PREDICTED_CUSTOMERS] == 0:
        return None
    per_customer: Callable[[Measure], Metric] = lambda measure: _ratio(  # noqa: E731 - three uses
        measured, measure, Measure.PREDICTED_CUSTOMERS
    )
    return PredictedRevenue(
        customers=total(measured, Measure.PREDICTED_CUSTOMERS),
        revenue=total(measured, Measure.PREDICTED_REVENUE),
        revenue_per_customer=per_customer(Measure.PREDICTED_REVENUE),
        average_order_value=per_customer(Measure.PREDICTED_ORDER_VALUE),
        orders_per_customer=per_customer(Measure.PREDICTED_ORDERS),
    )


def reachability(measured: Measured) -> tuple[Reachability, ...]:
    """Return one row per channel; the share is of the segment's members."""
    members = measured.segment[Measure.CUSTOMERS]
    return tuple(
        Reachability(
            channel=channel,
            customers=total(measured, measure),
            share_of_segment=_fraction(measured.segment[measure], members),
            unknown=int(measured.segment[UNKNOWN[channel]]),
        )
        for channel, measure in CONTACTABLE.items()
    )
