"""Measures of predictions against what happened; ties are shared, never broken by input order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ampiq_gql.predict.features import Floats

__all__ = [
    "aggregate_error", "area_under_curve", "brier", "calibration_error", "capture", "mae",
    "mean_ranks", "normalized_gini", "rmse", "spearman",
]  # fmt: skip

BINS = 10
SHUFFLE_SEED = 20240607


def area_under_curve(score: Floats, returned: NDArray[np.bool_]) -> float:
    """Return the chance that one who returned scores above one who did not (ties count half)."""
    positives, negatives = int(returned.sum()), int((~returned).sum())
    if positives == 0 or negatives == 0:
        return float("nan")
    ranks = mean_ranks(score)
    above = float(ranks[returned].sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def brier(probability: Floats, returned: NDArray[np.bool_]) -> float:
    """Return the mean squared error of the probabilities."""
    return float(np.mean((probability - returned) ** 2))


def calibration_error(probability: Floats, returned: NDArray[np.bool_]) -> float:
    """Return the mean gap between said and seen over ten bins of equal count."""
    order = np.argsort(probability, kind="stable")
    bins = np.array_split(order, BINS)
    gaps = [
        len(part) * abs(float(np.mean(probability[part])) - float(np.mean(returned[part])))
        for part in bins
        if len(part)
    ]
    return sum(gaps) / len(order)


def mae(predicted: Floats, actual: Floats) -> float:
    """Return the mean absolute error."""
    return float(np.mean(np.abs(predicted - actual)))


def rmse(predicted: Floats, actual: Floats) -> float:
    """Return the root of the mean squared error."""
    return float(np.sqrt(np.mean((predicted - actual) ** 2)))


def aggregate_error(predicted: Floats, actual: Floats) -> float:
    """Return by how many percent the sum of all predictions misses the sum of all that happened."""
    total = float(actual.sum())
    return 100 * (float(predicted.sum()) / total - 1) if total else float("nan")


def normalized_gini(predicted: Floats, actual: Floats) -> float:
    """Return how well the ranking finds the money: 1 is the perfect ranking, 0 is chance."""
    best = _concentration(actual, actual)
    return _concentration(predicted, actual) / best if best else float("nan")


def capture(predicted: Floats, actual: Floats, share: float) -> float:
    """Return the part of all money that the best-ranked `share` of customers brought.

    Ties are broken by a seeded shuffle.
    """
    shuffle = np.random.default_rng(SHUFFLE_SEED).permutation(len(predicted))
    order = shuffle[np.argsort(-predicted[shuffle], kind="stable")]
    top = order[: int(np.ceil(share * len(order)))]
    total = float(actual.sum())
    return float(actual[top].sum()) / total if total else float("nan")


def spearman(predicted: Floats, actual: Floats) -> float:
    """Return the correlation of ranks; NaN when either side is constant."""
    left, right = mean_ranks(predicted), mean_ranks(actual)
    if np.ptp(left) == 0 or np.ptp(right) == 0:
        return float("nan")
    return float(np.corrcoef(left, right)[0, 1])


def mean_ranks(values: Floats) -> Floats:
    """Return ranks from 1 upwards; equal values share the mean of their places."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = counts.cumsum()
    return np.asarray((ends - (counts - 1) / 2)[place])


def _concentration(predicted: Floats, actual: Floats) -> float:
    """Return the covariance of the money with the rank: the Gini index but for a constant."""
    ranks = mean_ranks(predicted)
    return float(actual @ (ranks - ranks.mean()))
