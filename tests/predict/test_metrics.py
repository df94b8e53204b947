from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.predict import metrics


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        pytest.param([1, 2, 3, 4], 1.0, id="perfect"),
        pytest.param([4, 3, 2, 1], 0.0, id="reversed"),
        pytest.param([7, 7, 7, 7], 0.5, id="all tied"),
        pytest.param([1, 3, 3, 4], 0.875, id="one pair tied"),
    ],
)
def test_area_under_curve_counts_ordered_pairs(score: list[float], expected: float) -> None:
    returned = np.array([False, False, True, True])
    assert metrics.area_under_curve(np.array(score, dtype=float), returned) == expected


def test_normalized_gini_is_one_for_the_perfect_ranking_and_zero_for_ties() -> None:
    spend = np.array([0.0, 0.0, 10.0, 90.0])
    assert metrics.normalized_gini(spend, spend) == pytest.approx(1.0)
    assert metrics.normalized_gini(np.ones(4), spend) == 0.0
    assert metrics.normalized_gini(-spend, spend) < 0


@given(st.permutations(range(40)))
def test_measures_do_not_depend_on_the_order_of_customers(order: list[int]) -> None:
    random = np.random.default_rng(1)
    predicted, actual = random.integers(0, 5, 40).astype(np.float64), random.gamma(1.0, 10.0, 40)
    for measure in (metrics.normalized_gini, metrics.spearman, metrics.rmse):
        assert measure(predicted[order], actual[order]) == pytest.approx(measure(predicted, actual))


def test_errors_of_level_are_signed_percentages() -> None:
    actual = np.array([10.0, 30.0])
    assert metrics.aggregate_error(np.array([0.0, 44.0]), actual) == pytest.approx(10.0)
    assert metrics.aggregate_error(np.zeros(2), actual) == -100.0


def test_capture_is_the_share_of_money_of_the_best_ranked() -> None:
    spend = np.array([50.0] + [5.0] * 9 + [0.5] * 10)
    assert metrics.capture(spend, spend, 0.05) == pytest.approx(0.5)
    assert metrics.capture(spend, spend, 1.0) == pytest.approx(1.0)


def test_calibration_error_is_the_mean_gap_between_said_and_seen() -> None:
    returned = np.tile([True, False], 500)
    assert metrics.calibration_error(np.full(1_000, 0.5), returned) == pytest.approx(0, abs=1e-9)
    assert metrics.calibration_error(np.full(1_000, 0.8), returned) == pytest.approx(0.3)


def test_measures_without_meaning_are_not_numbers() -> None:
    nobody = np.zeros(3)
    assert np.isnan(metrics.area_under_curve(nobody, nobody > 0))
    assert np.isnan(metrics.normalized_gini(nobody, nobody))
    assert np.isnan(metrics.aggregate_error(nobody, nobody))
    assert np.isnan(metrics.spearman(nobody, np.arange(3.0)))
