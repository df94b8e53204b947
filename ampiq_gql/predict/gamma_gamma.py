"""Gamma-Gamma: what an order of a customer is worth, and how far to trust their own mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ampiq_gql.predict.features import Floats
from ampiq_gql.predict.maximum_likelihood import maximise

__all__ = ["GammaGamma", "fit_gamma_gamma", "gamma_gamma_likelihood"]

STARTS = ((1.0, 2.0, 2.0), (5.0, 3.0, 0.5), (0.5, 5.0, 5.0))
SMALLEST_VALUE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaGamma:
    """Order values ~ Gamma(p, rate), rates ~ Gamma(q, v)."""

    p: float
    q: float
    v: float
    converged: bool

    def mean_value(self, orders: Floats, mean: Floats) -> Floats:
        """Return the expected value of an order; without orders, that of the population."""
        known = np.where(orders > 0, orders * np.nan_to_num(mean), 0)
        return np.asarray(self.p * (self.v + known) / (self.p * orders + self.q - 1))


def fit_gamma_gamma(orders: Floats, mean: Floats) -> GammaGamma:
    """Fit on the customers whose orders are worth something; `mean` is their mean order value."""
    paying = (orders > 0) & (mean > 0)
    distinct, weights = np.unique(
        np.column_stack([orders[paying], np.round(mean[paying], 2)]), axis=0, return_counts=True
    )
    count, value = distinct[:, 0], np.maximum(distinct[:, 1], SMALLEST_VALUE)
    unit = float(np.average(value, weights=weights))  # parameters near one, whatever the currency
    share = weights / weights.sum()

    def likelihood(parameters: Floats) -> tuple[float, Floats]:
        p, above_one, v = parameters  # q above 1, else the population has no mean
        values, slopes = gamma_gamma_likelihood(
            np.array([p, 1 + above_one, v]), count, value / unit
        )
        return float(share @ values), slopes @ share

    best = maximise(likelihood, STARTS)
    p, above_one, v = best.parameters
    return GammaGamma(p=p, q=1 + above_one, v=v * unit, converged=best.converged)


def gamma_gamma_likelihood(
    parameters: Floats, count: Floats, value: Floats
) -> tuple[Floats, Floats]:
    """Return each customer's log likelihood under (p, q, v), and its three slopes as rows."""
    from scipy.special import digamma, gammaln  # slow to import, and only training needs it

    p, q, v = parameters
    shape, total = p * count, v + count * value
    log_likelihood = (
        gammaln(shape + q) - gammaln(shape) - gammaln(q)
        + q * np.log(v) + (shape - 1) * np.log(value) + shape * np.log(count)
        - (shape + q) * np.log(total)
    )  # fmt: skip
    both = digamma(shape + q)
    slopes = np.stack([
        count * (both - digamma(shape) + np.log(value * count / total)),
        both - digamma(q) + np.log(v / total),
        q / v - (shape + q) / total,
    ])  # fmt: skip
    return np.asarray(log_likelihood), slopes
