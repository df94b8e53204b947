"""Bring the heads to the level of the customers they have not seen.

Everything is fitted on out-of-fold predictions. The return head gets a curve, the other two a
ratio of sums; one last ratio, folded into order value, corrects for frequency and value not being
independent, so that clv stays the product of the three columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ampiq_gql.predict.features import Floats, Labels
from ampiq_gql.predict.prior import Outlook

__all__ = ["STABLE_LEVEL", "Calibration", "Curve", "calibrate", "fit_curve", "log_odds"]

ISOTONIC_FROM = 1_000  # customers of the rarer class; below, two numbers are all that data can tell
OWN_SCORE = 0.05  # share of the uncalibrated score that keeps apart what isotonic steps would tie
STABLE_LEVEL = (0.67, 1.5)
TINY = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A rising curve from raw to calibrated probabilities.

    `raw` are logits. With `platt`, `calibrated` are the logits at two of them, and the straight
    line through both goes on for ever; with `isotonic` they are probabilities at the knots.
    """

    method: str
    raw: tuple[float, ...]
    calibrated: tuple[float, ...]
    lowest: float
    highest: float

    def apply(self, probability: Floats) -> Floats:
        """Return calibrated probabilities, never 0 or 1."""
        score = log_odds(probability)
        if self.method == "platt":
            slope = (self.calibrated[1] - self.calibrated[0]) / (self.raw[1] - self.raw[0])
            level = 1 / (1 + np.exp(-self.calibrated[0] - slope * (score - self.raw[0])))
        else:
            steps = np.interp(score, self.raw, self.calibrated)
            level = (1 - OWN_SCORE) * steps + OWN_SCORE * probability
        return np.asarray(np.clip(level, self.lowest, self.highest))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How raw outputs become the published columns; `level` is already part of `order_value`."""

    returns: Curve
    frequency: float
    order_value: float
    level: float

    @property
    def is_stable(self) -> bool:
        """Claim that the last ratio stays in the range that a sound model needs."""
        return STABLE_LEVEL[0] <= self.level <= STABLE_LEVEL[1]

    def apply(self, raw: Outlook) -> Outlook:
        """Return the calibrated outlook; frequency never falls under one order."""
        return Outlook(
            returns=self.returns.apply(raw.returns),
            frequency=1 + (raw.frequency - 1) * self.frequency,
            order_value=raw.order_value * self.order_value,
        )


def log_odds(probability: Floats, *, least: float = TINY) -> Floats:
    """Return the logit; chances nearer to 0 or 1 than `least` count as that."""
    bounded = np.clip(probability, least, 1 - least)
    return np.asarray(np.log(bounded / (1 - bounded)))


def calibrate(raw: Outlook, labels: Labels, weight: Floats) -> Calibration:
    """Fit on out-of-fold predictions of all rows, with each row's weight."""
    curve = fit_curve(raw.returns, labels.returned, weight)
    back = labels.returned
    frequency = _ratio(
        float(weight[back] @ (labels.orders[back] - 1)),
        float(weight[back] @ (raw.frequency[back] - 1)),
    )
    value = _ratio(
        float(weight[back] @ labels.spend[back]),
        float(weight[back] @ (labels.orders[back] * raw.order_value[back])),
    )
    before = Calibration(returns=curve, frequency=frequency, order_value=value, level=1.0)
    level = _ratio(float(weight @ labels.spend), float(weight @ before.apply(raw).spend))
    return Calibration(returns=curve, frequency=frequency, order_value=value * level, level=level)


def fit_curve(probability: Floats, returned: NDArray[np.bool_], weight: Floats) -> Curve:
    """Fit isotonic steps where both classes are common enough, else Platt's two numbers."""
    rarer = min(int(returned.sum()), int((~returned).sum()))
    fit = _isotonic if rarer >= ISOTONIC_FROM else _platt
    return fit(probability, returned.astype(np.float64), weight)


def _platt(probability: Floats, returned: Floats, weight: Floats) -> Curve:
    from scipy.optimize import minimize  # slow to import, and only training needs it

    score = log_odds(probability)

    def loss(parameters: Floats) -> float:
        margin = parameters[0] * score + parameters[1]
        return float(weight @ (np.logaddexp(0, margin) - returned * margin)) / float(weight.sum())

    # A slope of zero or less would turn the ranking round.
    end = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.05, 20), (-20, 20)])
    slope, shift = (float(number) for number in end.x)
    bound = 0.5 / len(probability)
    return Curve(
        method="platt", raw=(-1.0, 1.0), calibrated=(shift - slope, shift + slope),
        lowest=bound, highest=1 - bound,
    )  # fmt: skip


def _isotonic(probability: Floats, returned: Floats, weight: Floats) -> Curve:
    from scipy.optimize import isotonic_regression  # slow to import, and only training needs it

    order = np.argsort(probability, kind="stable")
    steps = isotonic_regression(returned[order], weights=weight[order])
    score = log_odds(probability[order])
    edges = steps.blocks
    heights = steps.x[edges[:-1]]
    # The middle of a step stands for it, so that values between steps do not jump.
    middle = np.add.reduceat(score, edges[:-1]) / np.diff(edges)
    bound = 0.5 / len(probability)
    return Curve(
        method="isotonic", raw=tuple(middle.tolist()), calibrated=tuple(heights.tolist()),
        lowest=bound, highest=1 - bound,
    )  # fmt: skip


def _ratio(actual: float, predicted: float) -> float:
    return actual / predicted if predicted > 0 and actual > 0 else 1.0
