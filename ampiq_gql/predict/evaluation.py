"""How good a model is on days that training never saw, beside what needs no model at all."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from ampiq_gql.predict import metrics
from ampiq_gql.predict.features import Customers, Examples, Floats, Labels
from ampiq_gql.predict.prior import Outlook, PriorModel
from ampiq_gql.predict.tiers import LifecycleStatus, ValueTier, lifecycle_statuses, value_ranking

__all__ = [
    "Band", "Evaluation", "Forecast", "Scores", "baselines", "evaluate", "outlook_forecast",
    "score_forecast",
]  # fmt: skip

TOP_SHARE = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What one method says of each customer.

    `ranking` orders customers by how likely they return; `probability` says how likely, when the
    method can say it.
    """

    name: str
    ranking: Floats
    probability: Floats
    orders: Floats
    spend: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Measures of one method; errors of money are in the site's currency, None is undefined."""

    name: str
    auc: float | None
    brier: float
    calibration_error: float
    mae: float
    rmse: float
    aggregate_error_percent: float | None
    orders_aggregate_error_percent: float | None
    normalized_gini: float | None
    top_decile_capture: float | None
    spearman: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What happened to the customers whom the model had put under one label."""

    label: str
    customers: int
    return_rate: float
    mean_spend: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The honest test: predictions at a past cutoff against the horizon that followed."""

    starts_on: date
    ends_before: date
    customers: int
    returned: int
    orders: int
    spend: float
    model: Scores
    baselines: tuple[Scores, ...]
    statuses: tuple[Band, ...]
    tiers: tuple[Band, ...]


def evaluate(
    outlook: Outlook,
    examples: Examples,
    yardsticks: Iterable[Forecast],
    *,
    starts_on: date,
    ends_before: date,
) -> Evaluation:
    """Measure the outlook and the yardsticks on the same customers and labels."""
    labels = examples.labels
    return Evaluation(
        starts_on=starts_on,
        ends_before=ends_before,
        customers=len(examples.customers),
        returned=int(labels.returned.sum()),
        orders=int(labels.orders.sum()),
        spend=float(labels.spend.sum()),
        model=score_forecast(outlook_forecast("model", outlook), labels),
        baselines=tuple(score_forecast(yardstick, labels) for yardstick in yardsticks),
        statuses=_status_bands(outlook, examples),
        tiers=_tier_bands(outlook, examples),
    )


def baselines(
    customers: Customers, *, trained_on: Labels, prior: PriorModel, horizon_days: int
) -> tuple[Forecast, ...]:
    """Return zero, mean, carry-forward and Pareto/NBD, fitted on training cutoffs only."""
    nothing = np.zeros(len(customers))
    rate = float(trained_on.returned.mean())
    carried = (customers.carried_orders > 0).astype(np.float64)
    return (
        Forecast(name="zero", ranking=nothing, probability=nothing, orders=nothing, spend=nothing),
        Forecast(
            name="mean",
            ranking=nothing,
            probability=nothing + rate,
            orders=nothing + float(trained_on.orders.mean()),
            spend=nothing + float(trained_on.spend.mean()),
        ),
        Forecast(
            name="carry_forward",
            ranking=customers.carried_orders,
            probability=carried,
            orders=customers.carried_orders,
            spend=customers.carried_spend,
        ),
        outlook_forecast("pareto_nbd", prior.outlook(customers, days=horizon_days)),
    )


def outlook_forecast(name: str, outlook: Outlook) -> Forecast:
    """Return an outlook as a forecast."""
    return Forecast(
        name=name,
        ranking=outlook.returns,
        probability=outlook.returns,
        orders=outlook.orders,
        spend=outlook.spend,
    )


def score_forecast(forecast: Forecast, labels: Labels) -> Scores:
    """Measure one method."""
    returned, spend = labels.returned, labels.spend
    return Scores(
        name=forecast.name,
        auc=_defined(metrics.area_under_curve(forecast.ranking, returned)),
        brier=metrics.brier(forecast.probability, returned),
        calibration_error=metrics.calibration_error(forecast.probability, returned),
        mae=metrics.mae(forecast.spend, spend),
        rmse=metrics.rmse(forecast.spend, spend),
        aggregate_error_percent=_defined(metrics.aggregate_error(forecast.spend, spend)),
        orders_aggregate_error_percent=_defined(
            metrics.aggregate_error(forecast.orders, labels.orders)
        ),
        normalized_gini=_defined(metrics.normalized_gini(forecast.spend, spend)),
        top_decile_capture=_defined(metrics.capture(forecast.spend, spend, TOP_SHARE)),
        spearman=_defined(metrics.spearman(forecast.spend, spend)),
    )


def _status_bands(outlook: Outlook, examples: Examples) -> tuple[Band, ...]:
    customers = examples.customers
    given = lifecycle_statuses(
        outlook.returns, customers.lifetime_orders, customers.days_since_last_order
    )
    return _bands(given, [status.value for status in LifecycleStatus], examples.labels)


def _tier_bands(outlook: Outlook, examples: Examples) -> tuple[Band, ...]:
    ranking = value_ranking(outlook.spend, outlook.returns, examples.customers.ids)
    return _bands(ranking.tiers, [tier.value for tier in ValueTier], examples.labels)


def _bands(given: np.typing.NDArray[np.str_], names: list[str], labels: Labels) -> tuple[Band, ...]:
    bands: list[Band] = []
    for name in names:
        inside = given == name
        if not inside.any():
            continue
        bands.append(
            Band(
                label=name,
                customers=int(inside.sum()),
                return_rate=float(labels.returned[inside].mean()),
                mean_spend=float(labels.spend[inside].mean()),
            )
        )
    return tuple(bands)


def _defined(measure: float) -> float | None:
    return None if math.isnan(measure) else measure
