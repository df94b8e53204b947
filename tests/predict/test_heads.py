"""The heads on customers whose true parameters are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ampiq_gql.predict.boosting import BoostingOptions
from ampiq_gql.predict.evaluation import Evaluation, baselines, evaluate
from ampiq_gql.predict.features import Examples, read_examples
from ampiq_gql.predict.heads import ThreeHeads, fit_heads
from ampiq_gql.predict.prior import PriorUse, fit_prior
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import open_warehouse
from tests.predict.builders import Simulation, at, publish_build

OPTIONS = BoostingOptions(threads=2, max_rounds=150)


@pytest.fixture(scope="module")
def cutoffs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Examples, Examples]]:
    """Customers half of whom never come back, at a training and at an evaluation cutoff."""
    home: Path = tmp_path_factory.mktemp("simulation")
    warehouse = open_warehouse(Settings.load(home=home))
    with warehouse.sources("tests"):
        pass
    bought = Simulation(customers=4_000, days=540).orders(date(2025, 1, 1))
    publish_build(warehouse, bought, as_of=date(2026, 6, 25))
    with warehouse.read() as session:
        yield tuple(  # type: ignore[misc]  # two of them
            read_examples(session, cutoff=at(day), window_days=360, horizon_days=90)
            for day in ("2025-12-27", "2026-03-27")
        )
    warehouse.close()


def train(examples: Examples, prior_use: PriorUse) -> ThreeHeads:
    return fit_heads(
        [examples],
        horizon_days=90,
        prior=fit_prior(examples.customers),
        prior_use=prior_use,
        options=OPTIONS,
    )


def assess(learn: Examples, test: Examples, prior_use: PriorUse) -> Evaluation:
    yardsticks = baselines(
        test.customers,
        trained_on=learn.labels,
        prior=fit_prior(learn.customers),
        horizon_days=90,
    )
    return evaluate(
        train(learn, prior_use).outlook(test.customers),
        test,
        yardsticks,
        starts_on=date(2026, 3, 27),
        ends_before=date(2026, 6, 25),
    )


@pytest.mark.parametrize("prior_use", list(PriorUse))
def test_heads_rank_customers_better_than_carrying_forward(
    cutoffs: tuple[Examples, Examples], prior_use: PriorUse
) -> None:
    found = assess(*cutoffs, prior_use)
    carried = next(scores for scores in found.baselines if scores.name == "carry_forward")
    assert found.model.auc is not None
    assert carried.auc is not None
    assert found.model.auc > carried.auc
    assert (found.model.normalized_gini or 0) > (carried.normalized_gini or 1)
    assert found.model.brier < carried.brier
    assert found.model.calibration_error <= 0.05
    assert abs(found.model.aggregate_error_percent or 99) <= 25


def test_the_true_model_as_prior_is_hard_to_beat(cutoffs: tuple[Examples, Examples]) -> None:
    found = assess(*cutoffs, PriorUse.MARGIN)
    truth = next(scores for scores in found.baselines if scores.name == "pareto_nbd")
    assert (found.model.auc or 0) >= (truth.auc or 1) - 0.01
    assert found.model.calibration_error <= truth.calibration_error + 0.02


def test_training_twice_gives_the_same_bytes(cutoffs: tuple[Examples, Examples]) -> None:
    learn, test = cutoffs
    once, again = (train(learn, PriorUse.MARGIN).outlook(test.customers) for _ in range(2))
    assert once.spend.tobytes() == again.spend.tobytes()


def test_bands_of_the_report_hold_everybody(cutoffs: tuple[Examples, Examples]) -> None:
    found = assess(*cutoffs, PriorUse.NONE)
    for bands in (found.statuses, found.tiers):
        assert sum(band.customers for band in bands) == found.customers
    rates = [band.mean_spend for band in found.tiers]
    assert rates[0] > rates[-1]
    assert np.isfinite(rates).all()
