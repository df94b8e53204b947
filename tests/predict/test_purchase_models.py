from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import gammaln, hyp2f1

from ampiq_gql.predict.features import Floats
from ampiq_gql.predict.gamma_gamma import GammaGamma, fit_gamma_gamma, gamma_gamma_likelihood
from ampiq_gql.predict.pareto_nbd import (
    DAYS_PER_WEEK,
    ParetoNbd,
    fit_pareto_nbd,
    pareto_nbd_likelihood,
)

R, ALPHA, S, BETA = 0.8, 6.0, 0.6, 20.0
TRUE = ParetoNbd(r=R, alpha=ALPHA, s=S, beta=BETA, converged=True)


def simulate(customers: int, ahead: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return repeats, last day, age and future order counts of customers of the true model."""
    random = np.random.default_rng(11)
    ages = random.integers(60, 500, customers).astype(float)
    repeats, last, future = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    for number, age in enumerate(ages):
        leaves = random.exponential(7 / random.gamma(S, 1 / BETA))
        rate = random.gamma(R, 1 / ALPHA) / 7
        end = min(leaves, age + ahead)
        bought = np.sort(random.uniform(0, end, random.poisson(rate * end)))
        past = bought[bought < age]
        repeats[number], future[number] = len(past), len(bought) - len(past)
        last[number] = past[-1] if len(past) else 0
    return repeats, last, ages, future


def textbook_likelihood(x: float, tx: float, age: float) -> float:
    """The closed form with hypergeometric functions, as published, for beta above alpha."""

    def term(t: float) -> float:
        scale = (BETA - ALPHA) / (BETA + t)
        return float(hyp2f1(R + S + x, R + x, R + S + x + 1, scale) / (BETA + t) ** (R + S + x))

    here = 1 / ((ALPHA + age) ** (R + x) * (BETA + age) ** S)
    gone = S / (R + S + x) * (term(tx) - term(age))
    constant = gammaln(R + x) - gammaln(R) + R * np.log(ALPHA) + S * np.log(BETA)
    return float(constant + np.log(here + gone))


@pytest.mark.parametrize(
    ("x", "tx", "age"), [(0, 0, 30), (1, 7, 30), (5, 40, 41), (3, 10, 60), (20, 55, 55)]
)
def test_likelihood_equals_the_published_closed_form(x: float, tx: float, age: float) -> None:
    parameters = np.array([R, ALPHA, S, BETA])
    ours, _ = pareto_nbd_likelihood(parameters, np.array([x]), np.array([tx]), np.array([age]))
    assert ours[0] == pytest.approx(textbook_likelihood(x, tx, age), abs=1e-10)


def differences(
    likelihood: Callable[[Floats], Floats], parameters: Floats, step: float = 1e-6
) -> Floats:
    """Return the slopes by central differences."""
    rows = []
    for place in range(len(parameters)):
        move = np.zeros(len(parameters))
        move[place] = step
        rows.append((likelihood(parameters + move) - likelihood(parameters - move)) / (2 * step))
    return np.stack(rows)


def test_slopes_of_the_likelihoods_equal_differences() -> None:
    x, last, age = np.array([0.0, 3, 20]), np.array([0.0, 10, 55]), np.array([30.0, 60, 56])
    point = np.array([R, ALPHA, S, BETA])
    _, slopes = pareto_nbd_likelihood(point, x, last, age)
    by_hand = differences(lambda p: pareto_nbd_likelihood(p, x, last, age)[0], point)
    assert slopes == pytest.approx(by_hand, abs=1e-6)
    orders, means = np.array([1.0, 2, 9]), np.array([0.2, 1.5, 1.1])
    point = np.array([2.0, 3.0, 1.5])
    _, slopes = gamma_gamma_likelihood(point, orders, means)
    by_hand = differences(lambda p: gamma_gamma_likelihood(p, orders, means)[0], point)
    assert slopes == pytest.approx(by_hand, abs=1e-6)


@pytest.mark.parametrize(("x", "tx", "age"), [(0, 0, 200), (4, 180, 200), (60, 190, 200)])
def test_chance_of_return_equals_adaptive_quadrature(x: float, tx: float, age: float) -> None:
    history = (np.array([float(x)]), np.array([float(tx)]), np.array([float(age)]))
    shape, scale, stay = R + x, ALPHA + age / DAYS_PER_WEEK, BETA + age / DAYS_PER_WEEK

    def first_order(t: float) -> float:
        rate = np.log(shape) + shape * np.log(scale) - (shape + 1) * np.log(scale + t)
        return float(np.exp(rate + S * np.log(stay / (stay + t))))

    share = quad(first_order, 0, 90 / DAYS_PER_WEEK)[0]
    expected = TRUE.alive(*history)[0] * share
    assert TRUE.returns(*history, days=90)[0] == pytest.approx(expected, rel=1e-9)


def test_parameters_of_simulated_customers_are_recovered() -> None:
    repeats, last, age, _ = simulate(4_000, ahead=0)
    fitted = fit_pareto_nbd(repeats, np.floor(last), age)
    assert fitted.converged
    assert fitted.r == pytest.approx(R, rel=0.1)
    assert fitted.alpha == pytest.approx(ALPHA, rel=0.15)
    assert fitted.r / fitted.alpha == pytest.approx(R / ALPHA, rel=0.1)
    assert fitted.s == pytest.approx(S, rel=0.35)


def test_expectations_match_what_simulated_customers_did_next() -> None:
    repeats, last, age, future = simulate(6_000, ahead=90)
    chance = TRUE.returns(repeats, last, age, days=90)
    expected = TRUE.order_days(repeats, last, age, days=90)
    assert expected.sum() == pytest.approx(future.sum(), rel=0.05)
    for low, high in ((0.0, 0.2), (0.2, 0.6), (0.6, 1.0)):
        band = (chance >= low) & (chance < high)
        assert np.mean(future[band] > 0) == pytest.approx(chance[band].mean(), abs=0.03)


def test_recent_and_frequent_customers_are_the_likeliest_to_live() -> None:
    repeats, last = np.array([10.0, 10.0, 10.0]), np.array([50.0, 150.0, 200.0])
    alive = TRUE.alive(repeats, last, np.full(3, 200.0))
    assert alive[0] < alive[1] < alive[2] <= 1


def test_gamma_gamma_parameters_are_recovered_and_shrink_single_orders() -> None:
    random = np.random.default_rng(3)
    orders = random.integers(1, 12, 6_000).astype(float)
    rates = random.gamma(4.0, 1 / 60.0, len(orders))
    means = random.gamma(3.0 * orders, 1 / (rates * orders))
    fitted = fit_gamma_gamma(orders, means)
    population = fitted.p * fitted.v / (fitted.q - 1)
    assert population == pytest.approx(3.0 * 60.0 / 3.0, rel=0.05)
    once, often = fitted.mean_value(np.array([1.0, 50.0]), np.array([500.0, 500.0]))
    assert population < once < often < 500


def test_gamma_gamma_expects_the_population_mean_of_strangers() -> None:
    model = GammaGamma(p=3.0, q=4.0, v=60.0, converged=True)
    assert model.mean_value(np.array([0.0]), np.array([np.nan]))[0] == pytest.approx(60.0)
