"""Pareto/NBD: customers order at a rate of their own until they silently leave.

Our own likelihood: the integral over the moment of leaving is taken by Gauss-Legendre nodes on a
logarithmic scale, where it is smooth, so that no difference of hypergeometric functions cancels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ampiq_gql.predict.features import Floats
from ampiq_gql.predict.maximum_likelihood import maximise

__all__ = ["DAYS_PER_WEEK", "ParetoNbd", "fit_pareto_nbd", "pareto_nbd_likelihood"]

NODES, WEIGHTS = (array for array in np.polynomial.legendre.leggauss(32))
HALFWAY = (NODES + 1) / 2
DAYS_PER_WEEK = 7.0  # weeks keep the parameters near one, where the search behaves
STARTS = ((0.5, 5.0, 0.5, 5.0), (1.0, 10.0, 0.5, 50.0), (1.5, 4.0, 1.0, 100.0))
NO_TIME = 1e-300  # a customer whose last order falls on the cutoff's eve could not leave yet


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
    converged: bool

    def alive(self, repeats: Floats, last_day: Floats, age_days: Floats) -> Floats:
        """Return the probability that the customer has not left at the cutoff."""
        parameters = np.array([self.r, self.alpha, self.s, self.beta])
        history = _History(repeats, last_day / DAYS_PER_WEEK, age_days / DAYS_PER_WEEK)
        return _weigh(parameters, history).here

    def returns(self, repeats: Floats, last_day: Floats, age_days: Floats, *, days: int) -> Floats:
        """Return the probability of at least one order in the next `days`."""
        shape = (self.r + repeats)[:, None]
        scale = (self.alpha + age_days / DAYS_PER_WEEK)[:, None]

        def first_order(after: Floats) -> Floats:
            rate = np.log(shape) + shape * np.log(scale) - (shape + 1) * np.log(scale + after)
            return np.asarray(np.exp(rate + self._log_stays(age_days, after)))

        share = _integrate(first_order, scale[:, 0], days / DAYS_PER_WEEK)
        return np.asarray(np.clip(self.alive(repeats, last_day, age_days) * share, 0, 1))

    def order_days(
        self, repeats: Floats, last_day: Floats, age_days: Floats, *, days: int
    ) -> Floats:
        """Return the expected number of days with orders in the next `days`."""
        age = age_days / DAYS_PER_WEEK
        present = _integrate(
            lambda after: np.exp(self._log_stays(age_days, after)),
            self.beta + age,
            days / DAYS_PER_WEEK,
        )
        rate = (self.r + repeats) / (self.alpha + age)
        return np.asarray(self.alive(repeats, last_day, age_days) * rate * present)

    def _log_stays(self, age_days: Floats, after: Floats) -> Floats:
        """Return the log chance that one who is here now still is `after` weeks later."""
        scale = (self.beta + age_days / DAYS_PER_WEEK)[:, None]
        return np.asarray(self.s * (np.log(scale) - np.log(scale + after)))


def fit_pareto_nbd(repeats: Floats, last_day: Floats, age_days: Floats) -> ParetoNbd:
    """Fit on whole histories; customers with the same history count as one with a weight."""
    distinct, counts = np.unique(
        np.column_stack([repeats, last_day, age_days]), axis=0, return_counts=True
    )
    seen, last, age = distinct[:, 0], distinct[:, 1] / DAYS_PER_WEEK, distinct[:, 2] / DAYS_PER_WEEK
    share = counts / counts.sum()

    def likelihood(parameters: Floats) -> tuple[float, Floats]:
        values, slopes = pareto_nbd_likelihood(parameters, seen, last, age)
        return float(share @ values), slopes @ share

    best = maximise(likelihood, STARTS)
    r, alpha, s, beta = best.parameters
    return ParetoNbd(r=r, alpha=alpha, s=s, beta=beta, converged=best.converged)


def pareto_nbd_likelihood(
    parameters: Floats, repeats: Floats, last: Floats, age: Floats
) -> tuple[Floats, Floats]:
    """Return each history's log likelihood under (r, alpha, s, beta), and its slopes as rows.

    Times are in weeks.
    """
    from scipy.special import digamma  # slow to import, and only training needs it

    r, alpha, s, beta = parameters
    shape = r + repeats
    found = _weigh(parameters, _History(repeats, last, age))
    gone = 1 - found.here

    def mean(at_age: Floats, at_leaving: Floats) -> Floats:
        """Weigh a slope of those still here with the mean over the moments of leaving."""
        over_moments = np.einsum("ij,ij->i", found.moments, at_leaving)
        return np.asarray(found.here * at_age + gone * over_moments)

    ordered, left = found.log_alpha_plus, found.log_beta_plus
    log_a, log_b = np.log(alpha + age), np.log(beta + age)
    slopes = np.stack([
        digamma(shape) - digamma(r) + np.log(alpha) - mean(log_a, ordered),
        r / alpha - shape * mean(np.exp(-log_a), np.exp(-ordered)),
        np.log(beta) + gone / s - mean(log_b, left),
        s / beta - mean(s * np.exp(-log_b), (s + 1) * np.exp(-left)),
    ])  # fmt: skip
    return found.log_likelihood, slopes


@dataclass(frozen=True, slots=True)
class _History:
    """Repeats, and the times of the last order day and of the cutoff, in weeks."""

    repeats: Floats
    last: Floats
    age: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """How likely histories are, and how that is shared between having stayed and having left.

    `here` is the share of having stayed; `moments` spreads the other share over the nodes, whose
    log(alpha + u) and log(beta + u) stand beside it.
    """

    log_likelihood: Floats
    here: Floats
    moments: Floats
    log_alpha_plus: Floats
    log_beta_plus: Floats


def _weigh(parameters: Floats, history: _History) -> _Weighed:
    """Weigh having stayed against having left at some moment u in (last, age).

    The latter is the integral over s beta^s / (beta + u)^(s+1) x alpha^r / (alpha + u)^(r+x), the
    gamma mixtures of both clocks.
    """
    from scipy.special import gammaln  # slow to import, see above

    r, alpha, s, beta = parameters
    shape = r + history.repeats
    common = gammaln(shape) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    stayed = -shape * np.log(alpha + history.age) - s * np.log(beta + history.age)
    # u = (alpha + last) exp(y) - alpha: the steep factor becomes a plain exponential in y.
    start = np.log(alpha + history.last)
    length = np.log(alpha + history.age) - start
    log_alpha_plus = start[:, None] + HALFWAY * length[:, None]
    log_beta_plus = np.log(beta - alpha + np.exp(log_alpha_plus))
    log_density = np.log(s) - (s + 1) * log_beta_plus - (shape[:, None] - 1) * log_alpha_plus
    # Summed relative to the peak, so that nothing underflows.
    peak = log_density.max(axis=1)
    density = np.exp(log_density - peak[:, None]) * WEIGHTS
    mass = density.sum(axis=1)
    left = peak + np.log(np.maximum(mass * length / 2, NO_TIME))
    total = np.logaddexp(stayed, left)
    return _Weighed(
        log_likelihood=common + total,
        here=np.asarray(np.exp(stayed - total)),
        moments=density / mass[:, None],
        log_alpha_plus=log_alpha_plus,
        log_beta_plus=log_beta_plus,
    )


def _integrate(function: Callable[[Floats], Floats], scale: Floats, until: float) -> Floats:
    """Integrate over (0, until) on the scale log(scale + t), where both clocks are smooth."""
    length = np.log1p(until / scale)[:, None]
    y = HALFWAY * length
    after = scale[:, None] * np.expm1(y)
    values = function(after) * scale[:, None] * np.exp(y)
    return np.asarray((values * WEIGHTS).sum(axis=1) * length[:, 0] / 2)
