"""The three heads of customer lifetime value: return, frequency, order value.

`clv = p(return) x orders if they return x value of an order`. Each head is boosted on its own rows,
from the purchase model's expectation where the inner backtest found that this helps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from ampiq_gql.predict.boosting import BoostingOptions, Head, Objective, Rows, folds
from ampiq_gql.predict.calibration import Calibration, calibrate, log_odds
from ampiq_gql.predict.cross_validation import Task, folds_to_hold_out, train_side_by_side
from ampiq_gql.predict.customer_ids import Ids
from ampiq_gql.predict.features import Customers, Examples, Floats, Labels
from ampiq_gql.predict.prior import Outlook, PriorModel, PriorUse

__all__ = ["Rounds", "ThreeHeads", "fit_heads"]

RETURN = Objective(name="binary:logistic", metric="logloss")
FREQUENCY = Objective(name="count:poisson", metric="poisson-nloglik")
ORDER_VALUE = Objective(name="reg:gamma", metric="gamma-nloglik")

LEAST_EXTRA_ORDERS = 0.05  # a returner's orders beyond the first, below which a log start runs wild
SURE = 1e-4
OUTLIER_QUANTILE = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """Trees per head, frozen in the backtest."""

    returns: int
    frequency: int
    order_value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeHeads:
    """A trained model: everything that turns purchase histories into an outlook."""

    horizon_days: int
    names: tuple[str, ...]
    prior_use: PriorUse
    prior: PriorModel
    returns: Head
    frequency: Head
    order_value: Head
    calibration: Calibration
    rounds: Rounds

    def outlook(self, customers: Customers) -> Outlook:
        """Return the calibrated outlook of each customer."""
        view = _view(customers, self.names, self.prior_use, self.prior, self.horizon_days)
        margins = view.margins or (None, None, None)
        raw = Outlook(
            returns=self.returns.predict(view.features, margins[0]),
            frequency=1 + self.frequency.predict(view.features, margins[1]),
            order_value=self.order_value.predict(view.features, margins[2]),
        )
        return self.calibration.apply(raw)


Margins = tuple[Floats, Floats, Floats]
"""Where the heads of return, frequency and order value start, in the units of their links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """Customers as the heads see them; without margins, boosting starts from the mean."""

    features: NDArray[np.float32]
    margins: Margins | None


def fit_heads(
    examples: Sequence[Examples],
    *,
    horizon_days: int,
    prior: PriorModel,
    prior_use: PriorUse,
    options: BoostingOptions,
    rounds: Rounds | None = None,
) -> ThreeHeads:
    """Train on the examples of one or more cutoffs, the newest first.

    Without `rounds` every head finds its own by early stopping on held-out customers.
    """
    names = _telling_names(examples)
    ids = np.concatenate([e.customers.ids for e in examples])
    view = _stack(
        (_view(e.customers, names, prior_use, prior, horizon_days) for e in examples), len(ids)
    )
    labels = Labels(
        orders=np.concatenate([e.labels.orders for e in examples]),
        spend=np.concatenate([e.labels.spend for e in examples]),
    )
    weight = _equal_weight(ids)
    fold = folds(ids, options.seed)
    folds_used = folds_to_hold_out(fold, labels.returned)
    trained = train_side_by_side(_tasks(view, labels, weight, rounds), fold, folds_used, options)
    returns, frequency, order_value = (each.unseen.predictions for each in trained)
    return ThreeHeads(
        horizon_days=horizon_days,
        names=names,
        prior_use=prior_use,
        prior=prior,
        returns=trained[0].head,
        frequency=trained[1].head,
        order_value=trained[2].head,
        calibration=calibrate(
            Outlook(returns=returns, frequency=1 + frequency, order_value=order_value),
            labels.only(fold < folds_used),
            weight[fold < folds_used],
        ),
        rounds=Rounds(
            returns=trained[0].unseen.rounds,
            frequency=trained[1].unseen.rounds,
            order_value=trained[2].unseen.rounds,
        ),
    )


def _tasks(
    view: _View, labels: Labels, weight: Floats, rounds: Rounds | None
) -> tuple[Task, Task, Task]:
    """Return who trains which head on what."""
    back = labels.returned
    paying = back & (labels.spend > 0)
    value = np.divide(labels.spend, labels.orders, out=np.ones(len(back)), where=paying)
    value = np.minimum(value, np.quantile(value[paying], OUTLIER_QUANTILE))
    margins = view.margins or (None, None, None)

    def rows(target: Floats, margin: Floats | None, times: Floats | float = 1.0) -> Rows:
        return Rows(features=view.features, target=target, weight=weight * times, margin=margin)

    return (
        Task(
            objective=RETURN,
            rows=rows(back.astype(np.float64), margins[0]),
            member=np.ones(len(back), dtype=bool),
            rounds=rounds.returns if rounds else None,
        ),
        Task(
            objective=FREQUENCY,
            rows=rows(np.maximum(labels.orders - 1, 0), margins[1]),
            member=back,
            rounds=rounds.frequency if rounds else None,
        ),
        Task(
            objective=ORDER_VALUE,
            rows=rows(value, margins[2], np.maximum(labels.orders, 1)),
            member=paying,
            rounds=rounds.order_value if rounds else None,
        ),
    )


def _view(
    customers: Customers,
    names: tuple[str, ...],
    prior_use: PriorUse,
    prior: PriorModel,
    horizon_days: int,
) -> _View:
    places = [customers.names.index(name) for name in names]
    features = np.take(customers.features, places, axis=1)  # rows stay together, unlike [:, places]
    if prior_use is PriorUse.NONE:
        return _View(features=features, margins=None)
    outlook = prior.outlook(customers, days=horizon_days)
    margins = (
        log_odds(outlook.returns, least=SURE),
        np.log(np.maximum(outlook.frequency - 1, LEAST_EXTRA_ORDERS)),
        np.log(outlook.order_value),
    )
    if prior_use is PriorUse.MARGIN:
        return _View(features=features, margins=margins)
    widened = np.column_stack([features, *margins]).astype(np.float32)
    return _View(features=widened, margins=None)


def _stack(views: Iterator[_View], rows: int) -> _View:
    """Put the views of all cutoffs together, holding one of them twice at a time, not all."""
    first = next(views)
    features = np.empty((rows, first.features.shape[1]), dtype=np.float32)
    margins: list[Margins] = []
    end = 0
    for view in chain([first], views):
        start, end = end, end + len(view.features)
        features[start:end] = view.features
        if view.margins is not None:
            margins.append(view.margins)
    if not margins:
        return _View(features=features, margins=None)
    returns, frequency, order_value = (np.concatenate(part) for part in zip(*margins, strict=True))
    return _View(features=features, margins=(returns, frequency, order_value))


def _telling_names(examples: Sequence[Examples]) -> tuple[str, ...]:
    """Keep the features that differ between customers: no brands, no counts of brands."""
    newest = examples[0].customers
    differs = np.fmin.reduce(newest.features) < np.fmax.reduce(newest.features)
    return tuple(name for name, telling in zip(newest.names, differs, strict=True) if telling)


def _equal_weight(ids: Ids) -> Floats:
    """Let each customer count the same, however many cutoffs they appear in."""
    _, place, times = np.unique(ids, return_inverse=True, return_counts=True)
    weight = 1.0 / times[place]
    return np.asarray(weight * len(weight) / weight.sum())
