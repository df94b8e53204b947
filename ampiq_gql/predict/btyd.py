"""Buy till you die: Pareto/NBD for the rhythm of purchases, Gamma-Gamma for what they are worth.

A customer orders at a rate of their own until they silently leave; rates are spread over the
population by gamma distributions. Our own likelihoods: the integral over the moment of leaving is
taken by Gauss-Legendre nodes on a logarithmic scale, where it is smooth, so that no difference of
hypergeometric functions cancels. Fits run over distinct histories with weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ampiq_gql.predict.features import Floats

__all__ = [
    "GammaGamma", "ParetoNbd", "fit_gamma_gamma", "fit_pareto_nbd", "pareto_nbd_log_likelihood",
]  # fmt: skip

NODES, WEIGHTS = (array for array in np.polynomial.legendre.leggauss(32))
DAYS_PER_UNIT = 7.0  # weeks keep the parameters near one, where the search behaves
STARTS = ((0.5, 5.0, 0.5, 5.0), (1.0, 10.0, 0.5, 50.0), (1.5, 4.0, 1.0, 100.0))
LARGEST_PARAMETER = 1e5
PENALTY = 1e-4  # keeps flat likelihoods (nobody leaves, all alike) from running to infinity


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoNbd:
    """Order rates ~ Gamma(r, alpha), rates of leaving ~ Gamma(s, beta), in weeks.

    Histories are `repeats` (order days after the first), `last_day` (days from the first to the
    last of them) and `age_days` (days from the first to the cutoff), as arrays.
    """

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float
    converged: bool

    def alive(self, repeats: Floats, last_day: Floats, age_days: Floats) -> Floats:
        """Return the probability that the customer has not left at the cutoff."""
        here, gone = _log_stayed_or_left(
            self._parameters, repeats, last_day / DAYS_PER_UNIT, age_days / DAYS_PER_UNIT
        )
        return np.asarray(np.exp(here - np.logaddexp(here, gone)))

    def returns(self, repeats: Floats, last_day: Floats, age_days: Floats, *, days: int) -> Floats:
        """Return the probability of at least one order in the next `days`."""

        def first_order(after: Floats) -> Floats:
            rate = np.log(shape) + shape * np.log(scale) - (shape + 1) * np.log(scale + after)
            return np.asarray(np.exp(rate + self._log_stays(age_days, after)))

        shape = (self.r + repeats)[:, None]
        scale = (self.alpha + age_days / DAYS_PER_UNIT)[:, None]
        share = _integrate(first_order, scale[:, 0], days / DAYS_PER_UNIT)
        return np.asarray(np.clip(self.alive(repeats, last_day, age_days) * share, 0, 1))

    def order_days(
        self, repeats: Floats, last_day: Floats, age_days: Floats, *, days: int
    ) -> Floats:
        """Return the expected number of days with orders in the next `days`."""
        scale = self.alpha + age_days / DAYS_PER_UNIT
        present = _integrate(
            lambda after: np.exp(self._log_stays(age_days, after)),
            self.beta + age_days / DAYS_PER_UNIT,
            days / DAYS_PER_UNIT,
        )
        rate = (self.r + repeats) / scale
        return np.asarray(self.alive(repeats, last_day, age_days) * rate * present)

    @property
    def _parameters(self) -> Floats:
        return np.array([self.r, self.alpha, self.s, self.beta])

    def _log_stays(self, age_days: Floats, after: Floats) -> Floats:
        """Return the log chance that one who is here now still is `after` weeks later."""
        scale = (self.beta + age_days / DAYS_PER_UNIT)[:, None]
        return np.asarray(self.s * (np.log(scale) - np.log(scale + after)))


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaGamma:
    """Order values ~ Gamma(p, rate), rates ~ Gamma(q, v): how far to trust one's own mean."""

    p: float
    q: float
    v: float
    log_likelihood: float
    converged: bool

    def mean_value(self, orders: Floats, mean: Floats) -> Floats:
        """Return the expected value of an order; without orders, that of the population."""
        known = np.where(orders > 0, orders * np.nan_to_num(mean), 0)
        return np.asarray(self.p * (self.v + known) / (self.p * orders + self.q - 1))


def fit_pareto_nbd(repeats: Floats, last_day: Floats, age_days: Floats) -> ParetoNbd:
    """Fit on whole histories; customers with the same history count as one with a weight."""
    distinct, weights = np.unique(
        np.column_stack([repeats, last_day, age_days]), axis=0, return_counts=True
    )
    counted, last, age = (
        distinct[:, 0],
        distinct[:, 1] / DAYS_PER_UNIT,
        distinct[:, 2] / DAYS_PER_UNIT,
    )

    def cost(log_parameters: Floats) -> float:
        parameters = np.exp(log_parameters)
        likelihood = pareto_nbd_log_likelihood(parameters, counted, last, age)
        return -float(weights @ likelihood) / float(weights.sum())

    point, value, converged = _minimise(cost, STARTS)
    r, alpha, s, beta = (float(parameter) for parameter in np.exp(point))
    return ParetoNbd(
        r=r, alpha=alpha, s=s, beta=beta,
        log_likelihood=-value * float(weights.sum()), converged=converged,
    )  # fmt: skip


def fit_gamma_gamma(orders: Floats, mean: Floats) -> GammaGamma:
    """Fit on the customers whose orders are worth something; `mean` is their mean order value."""
    paying = (orders > 0) & (mean > 0)
    distinct, weights = np.unique(
        np.column_stack([orders[paying], np.round(mean[paying], 2)]), axis=0, return_counts=True
    )
    count, value = distinct[:, 0], np.maximum(distinct[:, 1], 0.01)
    unit = float(np.average(value, weights=weights))  # parameters near one, whatever the currency

    def cost(log_parameters: Floats) -> float:
        # q above 1, else the population has no mean.
        p, q, v = (
            np.exp(log_parameters[0]),
            1 + np.exp(log_parameters[1]),
            np.exp(log_parameters[2]),
        )
        likelihood = _log_gamma_gamma(p, q, v, count, value / unit)
        return -float(weights @ likelihood) / float(weights.sum())

    point, lowest, converged = _minimise(cost, ((1.0, 2.0, 2.0), (5.0, 3.0, 0.5), (0.5, 5.0, 5.0)))
    return GammaGamma(
        p=float(np.exp(point[0])), q=float(1 + np.exp(point[1])), v=float(np.exp(point[2]) * unit),
        log_likelihood=-lowest * float(weights.sum()), converged=converged,
    )  # fmt: skip


def pareto_nbd_log_likelihood(
    parameters: Floats, repeats: Floats, last: Floats, age: Floats
) -> Floats:
    """Return the log likelihood of each history under (r, alpha, s, beta); times in weeks."""
    return np.asarray(np.logaddexp(*_log_stayed_or_left(parameters, repeats, last, age)))


def _log_gamma_gamma(p: float, q: float, v: float, count: Floats, value: Floats) -> Floats:
    from scipy.special import gammaln  # slow to import, and only training needs it

    shape = p * count
    return np.asarray(
        gammaln(shape + q) - gammaln(shape) - gammaln(q)
        + q * np.log(v) + (shape - 1) * np.log(value) + shape * np.log(count)
        - (shape + q) * np.log(v + count * value)
    )  # fmt: skip


def _log_stayed_or_left(
    parameters: Floats, repeats: Floats, last: Floats, age: Floats
) -> tuple[Floats, Floats]:
    """Return the log likelihoods of the history with its customer still here, and gone.

    Gone means having left at some moment u in (last, age): the integral over
    s beta^s / (beta + u)^(s+1) x alpha^r / (alpha + u)^(r+x), the gamma mixtures of both clocks.
    """
    from scipy.special import gammaln  # slow to import, see above

    r, alpha, s, beta = parameters
    shape = r + repeats
    common = gammaln(shape) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    here = common - shape * np.log(alpha + age) - s * np.log(beta + age)
    # u = (alpha + last) exp(y) - alpha: the steep factor becomes a plain exponential in y.
    start = alpha + last
    length = np.log((alpha + age) / start)
    y = (NODES + 1)[None, :] / 2 * length[:, None]
    moment = start[:, None] * np.exp(y) - alpha
    log_density = (
        np.log(s) - (s + 1) * np.log(beta + moment)
        - (shape[:, None] - 1) * (np.log(start)[:, None] + y)
    )  # fmt: skip
    # Summed relative to the peak, so that nothing underflows.
    peak = log_density.max(axis=1)
    mass = np.exp(log_density - peak[:, None]) @ WEIGHTS * length / 2
    # A customer whose last order falls on the cutoff's eve has had no time to leave.
    return here, common + peak + np.log(np.maximum(mass, 1e-300))


def _integrate(function: Callable[[Floats], Floats], scale: Floats, until: float) -> Floats:
    """Integrate over (0, until) on the scale log(scale + t), where both clocks are smooth."""
    length = np.log1p(until / scale)[:, None]
    y = (NODES + 1)[None, :] / 2 * length
    after = scale[:, None] * np.expm1(y)
    values = function(after) * scale[:, None] * np.exp(y)
    return np.asarray((values * WEIGHTS[None, :]).sum(axis=1) * length[:, 0] / 2)


def _minimise(
    cost: Callable[[Floats], float], starts: tuple[tuple[float, ...], ...]
) -> tuple[Floats, float, bool]:
    """Search from every start in log parameters; return the best end and whether it settled."""
    from scipy.optimize import minimize  # slow to import, and only training needs it

    bound = float(np.log(LARGEST_PARAMETER))

    def regular(point: Floats) -> float:
        return cost(point) + PENALTY * float(np.mean(point**2))

    bounds = [(-bound, bound)] * len(starts[0])
    # A few steps from every start tell which valley is the deepest; only that one is walked down.
    tries = [
        minimize(regular, np.log(start), method="L-BFGS-B", bounds=bounds, options={"maxiter": 6})
        for start in starts
    ]
    best = min(tries, key=lambda end: float(end.fun))
    end = minimize(regular, best.x, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-8})
    return np.asarray(end.x), cost(np.asarray(end.x)), bool(end.success)
