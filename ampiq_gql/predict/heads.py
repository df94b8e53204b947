"""The three heads of customer lifetime value: return, frequency, order value.

`clv = p(return) x orders if they return x value of an order`. Each head is boosted on its own rows,
from the purchase model's expectation where the inner backtest found that this helps.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ampiq_gql.predict.boosting import (
    BoostingOptions,
    Head,
    Objective,
    OutOfFold,
    Rows,
    cross_validate,
    folds,
    train_head,
    useful_threads,
)
from ampiq_gql.predict.calibration import Calibration, calibrate, log_odds
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
        raw = Outlook(
            returns=self.returns.predict(view.features, view.return_margin),
            frequency=1 + self.frequency.predict(view.features, view.frequency_margin),
            order_value=self.order_value.predict(view.features, view.value_margin),
        )
        return self.calibration.apply(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """Customers as the heads see them, with where each head starts."""

    features: NDArray[np.float32]
    return_margin: Floats | None
    frequency_margin: Floats | None
    value_margin: Floats | None


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
    view = _stack([_view(e.customers, names, prior_use, prior, horizon_days) for e in examples])
    ids = np.concatenate([e.customers.ids for e in examples])
    labels = Labels(
        orders=np.concatenate([e.labels.orders for e in examples]),
        spend=np.concatenate([e.labels.spend for e in examples]),
    )
    weight = _equal_weight(ids)
    returns, frequency, order_value = _train(
        _tasks(view, labels, weight, rounds), folds(ids, options.seed), options
    )
    unseen = Outlook(
        returns=returns.unseen.predictions,
        frequency=1 + frequency.unseen.predictions,
        order_value=order_value.unseen.predictions,
    )
    return ThreeHeads(
        horizon_days=horizon_days,
        names=names,
        prior_use=prior_use,
        prior=prior,
        returns=returns.head,
        frequency=frequency.head,
        order_value=order_value.head,
        calibration=calibrate(unseen, labels, weight),
        rounds=Rounds(
            returns=returns.unseen.rounds,
            frequency=frequency.unseen.rounds,
            order_value=order_value.unseen.rounds,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One head to train: on the members among the rows, for so many rounds if they are known."""

    objective: Objective
    rows: Rows
    member: NDArray[np.bool_]
    rounds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrainedHead:
    unseen: OutOfFold
    head: Head


def _train(
    tasks: Sequence[_Task], fold: NDArray[np.int64], options: BoostingOptions
) -> list[_TrainedHead]:
    """Train the heads side by side where one of them cannot keep all threads busy."""

    def train(task: _Task) -> _TrainedHead:
        unseen = cross_validate(
            task.rows, task.member, fold, task.objective, options, rounds=task.rounds
        )
        members = task.rows.take(task.member)
        head = train_head(members, task.objective, options, rounds=unseen.rounds)
        return _TrainedHead(unseen=unseen, head=head)

    workers = options.threads // useful_threads(options.threads, len(fold))
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        return list(pool.map(train, tasks))


def _tasks(
    view: _View, labels: Labels, weight: Floats, rounds: Rounds | None
) -> tuple[_Task, _Task, _Task]:
    """Return who trains which head on what."""
    back = labels.returned
    paying = back & (labels.spend > 0)
    value = np.divide(labels.spend, labels.orders, out=np.ones(len(back)), where=paying)
    value = np.minimum(value, np.quantile(value[paying], OUTLIER_QUANTILE))

    def rows(target: Floats, margin: Floats | None, times: Floats | float = 1.0) -> Rows:
        return Rows(features=view.features, target=target, weight=weight * times, margin=margin)

    return (
        _Task(
            objective=RETURN,
            rows=rows(back.astype(np.float64), view.return_margin),
            member=np.ones(len(back), dtype=bool),
            rounds=rounds.returns if rounds else None,
        ),
        _Task(
            objective=FREQUENCY,
            rows=rows(np.maximum(labels.orders - 1, 0), view.frequency_margin),
            member=back,
            rounds=rounds.frequency if rounds else None,
        ),
        _Task(
            objective=ORDER_VALUE,
            rows=rows(value, view.value_margin, np.maximum(labels.orders, 1)),
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
    features = customers.features[:, places]
    if prior_use is PriorUse.NONE:
        return _View(
            features=features, return_margin=None, frequency_margin=None, value_margin=None
        )
    outlook = prior.outlook(customers, days=horizon_days)
    margins = (
        log_odds(outlook.returns, least=SURE),
        np.log(np.maximum(outlook.frequency - 1, LEAST_EXTRA_ORDERS)),
        np.log(outlook.order_value),
    )
    if prior_use is PriorUse.MARGIN:
        return _View(
            features=features,
            return_margin=margins[0],
            frequency_margin=margins[1],
            value_margin=margins[2],
        )
    widened = np.column_stack([features, *margins]).astype(np.float32)
    return _View(features=widened, return_margin=None, frequency_margin=None, value_margin=None)


def _stack(views: Sequence[_View]) -> _View:
    def joined(parts: Sequence[Floats | None]) -> Floats | None:
        known = [part for part in parts if part is not None]
        return np.concatenate(known) if known else None

    return _View(
        features=np.concatenate([view.features for view in views]),
        return_margin=joined([view.return_margin for view in views]),
        frequency_margin=joined([view.frequency_margin for view in views]),
        value_margin=joined([view.value_margin for view in views]),
    )


def _telling_names(examples: Sequence[Examples]) -> tuple[str, ...]:
    """Keep the features that differ between customers: no brands, no counts of brands."""
    newest = examples[0].customers
    differs = np.fmin.reduce(newest.features) < np.fmax.reduce(newest.features)
    return tuple(name for name, telling in zip(newest.names, differs, strict=True) if telling)


def _equal_weight(ids: NDArray[np.str_]) -> Floats:
    """Let each customer count the same, however many cutoffs they appear in."""
    _, place, times = np.unique(ids, return_inverse=True, return_counts=True)
    weight = 1.0 / times[place]
    return np.asarray(weight * len(weight) / weight.sum())
