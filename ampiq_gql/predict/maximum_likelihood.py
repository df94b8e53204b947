"""Find the parameters under which what was seen is the most likely; all of them are positive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ampiq_gql.predict.features import Floats

__all__ = ["Likelihood", "Optimum", "maximise"]

LARGEST = 1e5
PENALTY = 1e-4  # keeps flat likelihoods (nobody leaves, all alike) from running to infinity
FIRST_STEPS = 6

Likelihood = Callable[[Floats], tuple[float, Floats]]
"""Parameters -> mean log likelihood of a customer, and its gradient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The best parameters, the mean log likelihood there, and whether the search settled."""

    parameters: tuple[float, ...]
    log_likelihood: float
    converged: bool


def maximise(likelihood: Likelihood, starts: Sequence[tuple[float, ...]]) -> Optimum:
    """Search in logarithms, from every start.

    A few steps tell which valley is the deepest; only that one is walked down.
    """
    from scipy.optimize import minimize  # slow to import, and only training needs it

    def cost(point: Floats) -> tuple[float, Floats]:
        parameters = np.exp(point)
        value, gradient = likelihood(parameters)
        penalty = PENALTY * float(np.mean(point**2))
        slope = 2 * PENALTY * point / len(point)
        return penalty - value, slope - gradient * parameters

    edge = float(np.log(LARGEST))
    bounds = [(-edge, edge)] * len(starts[0])
    first = {"maxiter": FIRST_STEPS}
    tries = [
        minimize(cost, np.log(start), jac=True, method="L-BFGS-B", bounds=bounds, options=first)
        for start in starts
    ]
    best = min(tries, key=lambda end: float(end.fun))
    end = minimize(cost, best.x, jac=True, method="L-BFGS-B", bounds=bounds)
    parameters = np.exp(end.x)
    return Optimum(
        parameters=tuple(parameters.tolist()),
        log_likelihood=likelihood(parameters)[0],
        converged=bool(end.success),
    )
