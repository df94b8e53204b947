"""The heads on customers whose true parameters are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ampiq_gql.predict.boosting import BoostingOptions
from ampiq_gql.predict.evaluation import Evaluation, baselines, evaluate
from ampiq_gql.predict.features import Examples, read_examples
from ampiq_gql.predict.heads import ThreeHeads, fit_heads
from ampiq_gql.predict.prior import PriorModel, PriorUse, fit_prior
from ampiq_gql.predict.roster import everybody
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import open_warehouse
from tests.predict.builders import Simulation, at, publish_build

OPTIONS = BoostingOptions(threads=2, max_rounds=80)

Assessments = dict[PriorUse, Evaluation]


@pytest.fixture(scope="module")
def cutoffs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Examples, Examples]]:
    """Customers half of whom never come back, at a training and at an evaluation cutoff."""
    home: Path = tmp_path_factory.mktemp("simulation")
    warehouse = open_warehouse(Settings.load(home=home))
    with warehouse.sources("tests"):
        pass
    bought = Simulation(customers=3_000, days=540).orders(date(2025, 1, 1))
    publish_build(warehouse, bought, as_of=date(2026, 6, 25))
    with warehouse.read() as session:
        yield tuple(  # type: ignore[misc]  # two of them
            read_examples(
                session,
                cutoff=at(day),
                window_days=360,
                horizon_days=90,
                roster=everybody(session),
            )
            for day in ("2025-12-27", "2026-03-27")
        )
    warehouse.close()


@pytest.fixture(scope="module")
def assessments(cutoffs: tuple[Examples, Examples]) -> Assessments:
    """Every use of the prior, trained and tested once."""
    prior = fit_prior(cutoffs[0].customers)
    return {use: assess(*cutoffs, use, prior) for use in PriorUse}


def train(
    examples: Examples, prior_use: PriorUse, prior: PriorModel, options: BoostingOptions = OPTIONS
) -> ThreeHeads:
    return fit_heads([examples], horizon_days=90, prior=prior, prior_use=prior_use, options=options)


def assess(learn: Examples, test: Examples, prior_use: PriorUse, prior: PriorModel) -> Evaluation:
    yardsticks = baselines(
        test.customers,
        trained_on=learn.labels,
        prior=prior,
        horizon_days=90,
    )
    return evaluate(
        train(learn, prior_use, prior).outlook(test.customers),
        test,
        yardsticks,
        starts_on=date(2026, 3, 27),
        ends_before=date(2026, 6, 25),
    )


@pytest.mark.parametrize("prior_use", list(PriorUse))
def test_heads_rank_customers_better_than_carrying_forward(
    assessments: Assessments, prior_use: PriorUse
) -> None:
    found = assessments[prior_use]
    carried = next(scores for scores in found.baselines if scores.name == "carry_forward")
    assert (found.model.auc or 0) > (carried.auc or 1)
    assert (found.model.normalized_gini or 0) > (carried.normalized_gini or 1)
    assert found.model.brier < carried.brier
    assert found.model.calibration_error <= 0.05
    assert abs(found.model.aggregate_error_percent or 99) <= 25


def test_the_true_model_as_prior_is_hard_to_beat(assessments: Assessments) -> None:
    found = assessments[PriorUse.MARGIN]
    truth = next(scores for scores in found.baselines if scores.name == "pareto_nbd")
    assert (found.model.auc or 0) >= (truth.auc or 1) - 0.01
    assert found.model.calibration_error <= truth.calibration_error + 0.02


def test_bands_of_the_report_hold_everybody(assessments: Assessments) -> None:
    found = assessments[PriorUse.NONE]
    for bands in (found.statuses, found.tiers):
        assert sum(band.customers for band in bands) == found.customers
    means = [band.mean_spend for band in found.tiers]
    assert means[0] > means[-1]
    assert np.isfinite(means).all()


def test_training_twice_gives_the_same_bytes(cutoffs: tuple[Examples, Examples]) -> None:
    learn, test = cutoffs
    short = replace(OPTIONS, max_rounds=10)
    once, again = (
        train(learn, PriorUse.MARGIN, fit_prior(learn.customers), short).outlook(test.customers)
        for _ in range(2)
    )
    assert once.spend.tobytes() == again.spend.tobytes()
