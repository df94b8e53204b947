from __future__ import annotations

import numpy as np
import pytest

from ampiq_gql.predict.calibration import Calibration, Curve, calibrate, fit_curve
from ampiq_gql.predict.features import Floats, Labels
from ampiq_gql.predict.prior import Outlook


def overconfident(customers: int) -> tuple[Floats, np.typing.NDArray[np.bool_]]:
    """Scores twice as sure as they should be, in logits, and what happened."""
    random = np.random.default_rng(5)
    logits = random.normal(0, 1, customers)
    happened = random.uniform(size=customers) < 1 / (1 + np.exp(-logits))
    return 1 / (1 + np.exp(-2 * logits)), happened


@pytest.mark.parametrize(("customers", "method"), [(1_500, "platt"), (20_000, "isotonic")])
def test_curves_bring_back_the_true_level(customers: int, method: str) -> None:
    score, happened = overconfident(customers)
    curve = fit_curve(score, happened, np.ones(customers))
    level = curve.apply(score)
    assert curve.method == method
    for low, high in ((0, 0.25), (0.25, 0.75), (0.75, 1)):
        band = (level >= low) & (level < high)
        assert level[band].mean() == pytest.approx(happened[band].mean(), abs=0.04)


@pytest.mark.parametrize("customers", [1_500, 20_000])
def test_curves_never_say_never_and_keep_the_ranking(customers: int) -> None:
    score, happened = overconfident(customers)
    curve = fit_curve(score, happened, np.ones(customers))
    grid = np.linspace(0.01, 0.99, 500)
    level = curve.apply(grid)
    assert (np.diff(level) > 0).all()
    extremes = curve.apply(np.array([0.0, 1.0]))
    assert 0 < extremes[0] < extremes[1] < 1


def test_a_useless_score_does_not_turn_the_ranking_round() -> None:
    score = np.linspace(0.1, 0.9, 400)
    curve = fit_curve(score, score < 0.5, np.ones(400))
    assert (np.diff(curve.apply(score)) > 0).all()


def test_calibrated_spend_adds_up_to_what_was_spent() -> None:
    random = np.random.default_rng(2)
    wealth = random.gamma(2.0, 1.0, 3_000)
    orders = random.poisson(wealth).astype(float)
    spend = orders * wealth * 20
    raw = Outlook(
        returns=np.clip(wealth / 4, 0.01, 0.99),
        frequency=1 + wealth / 2,
        order_value=np.full(3_000, 30.0),
    )
    calibration = calibrate(raw, Labels(orders=orders, spend=spend), np.ones(3_000))
    assert calibration.apply(raw).spend.sum() == pytest.approx(spend.sum())
    assert calibration.level > 1, "rich customers order more and pay more"


def test_frequency_never_falls_under_one_order() -> None:
    certain = Curve(method="platt", raw=(-1, 1), calibrated=(-1, 1), lowest=0.001, highest=0.999)
    calibration = Calibration(returns=certain, frequency=0.1, order_value=1.0, level=1.0)
    raw = Outlook(returns=np.array([0.5]), frequency=np.array([1.0]), order_value=np.array([10.0]))
    assert calibration.apply(raw).frequency[0] == 1.0


@pytest.mark.parametrize(("level", "is_stable"), [(0.67, True), (1.5, True), (0.66, False)])
def test_a_level_far_off_is_not_stable(level: float, is_stable: bool) -> None:
    curve = Curve(method="platt", raw=(-1, 1), calibrated=(-1, 1), lowest=0.1, highest=0.9)
    calibration = Calibration(returns=curve, frequency=1.0, order_value=1.0, level=level)
    assert calibration.is_stable is is_stable
