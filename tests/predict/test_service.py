"""Train on the Complete Journey, publish, and read the published table as anybody would."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from ampiq_gql.predict import NoModel, PredictService, Scores
from ampiq_gql.predict.evaluation import Evaluation
from ampiq_gql.predict.training import choose_prior_use
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Warehouse
from tests.predict.conftest import Journey

published = sa.table(
    "predicted_clv_attributes",
    sa.column("amperity_id", sa.Uuid),
    sa.column("predicted_clv_next_365d", sa.Numeric(18, 4)),
    sa.column("predicted_customer_lifetime_value_tier", sa.Text),
    sa.column("historical_order_frequency_lifetime", sa.BigInteger),
    sa.column("days_since_last_order", sa.BigInteger),
    sa.column("horizon_days", sa.Integer),
    schema="c360",
)


def baseline(evaluation: Evaluation, name: str) -> Scores:
    return next(scores for scores in evaluation.baselines if scores.name == name)


def everything(journey: Journey) -> pa.Table:
    whole = sa.select(sa.text("*")).select_from(published).order_by(published.c.amperity_id)
    with journey.warehouse.read() as session:
        return session.record_batch_reader(whole).read_all()


def test_the_last_ninety_days_are_predicted_at_least_as_well_as_by_carrying_forward(
    journey: Journey,
) -> None:
    found = journey.report.evaluation
    carried = baseline(found, "carry_forward")
    assert found.model.auc is not None
    assert carried.auc is not None
    assert found.model.auc >= carried.auc
    assert (found.model.normalized_gini or 0) >= (carried.normalized_gini or 1)
    assert found.model.rmse <= carried.rmse
    assert found.model.brier < min(carried.brier, baseline(found, "mean").brier)
    assert found.model.calibration_error <= 0.05
    assert abs(found.model.aggregate_error_percent or 99) <= 15


def test_the_evaluation_is_of_the_newest_full_days(journey: Journey) -> None:
    found = journey.report.evaluation
    assert found.ends_before == date(2018, 1, 1)
    assert found.ends_before - found.starts_on == timedelta(days=90)
    assert 0 < found.returned < found.customers


def test_the_prior_was_chosen_among_all_three_by_the_rule(journey: Journey) -> None:
    trials = journey.report.trials
    assert [trial.prior_use.value for trial in trials] == ["none", "feature", "margin"]
    assert journey.report.prior_use == choose_prior_use(trials)


def test_everybody_with_an_order_is_scored_once(journey: Journey) -> None:
    report = journey.service.predict()
    statement = sa.select(
        sa.func.count(),
        sa.func.count(sa.distinct(published.c.amperity_id)),
        sa.func.min(published.c.days_since_last_order),
        sa.func.min(published.c.horizon_days),
        sa.func.max(published.c.horizon_days),
    )
    with journey.warehouse.read() as session:
        rows = session.rows(statement)
    assert rows == [(2_469, 2_469, 0, 90, 90)]
    assert (report.rows, report.build_id) == (2_469, journey.build.id)


def test_tiers_hold_their_shares_of_the_published_table(journey: Journey) -> None:
    journey.service.predict()
    tier = published.c.predicted_customer_lifetime_value_tier
    with journey.warehouse.read() as session:
        rows = session.rows(sa.select(tier, sa.func.count()).group_by(tier))
    assert {name: count for name, count in rows} == {  # noqa: C416 - dict() loses the types
        "Platinum": 25,
        "Gold": 99,
        "Silver": 123,
        "Bronze": 371,
        "Medium": 617,
        "Low": 1_234,
    }


def test_scoring_twice_publishes_the_same_table(journey: Journey) -> None:
    journey.service.predict()
    once = everything(journey)
    journey.service.predict()
    assert everything(journey).equals(once)


def test_a_trained_and_scored_build_needs_no_training(journey: Journey) -> None:
    journey.service.predict()
    assert journey.service.is_current(journey.build)
    assert not journey.service.is_current(journey.build, horizon_days=180)
    again = PredictService(journey.warehouse, journey.settings)
    assert again.is_current(journey.build), "what is current survives the process"


def test_models_tell_their_versions_and_what_they_are_worth(journey: Journey) -> None:
    (summary,) = journey.service.models()
    assert summary.is_active
    assert summary.version == journey.report.version
    assert summary.report == journey.report


def test_scoring_without_a_model_says_so(warehouse: Warehouse, settings: Settings) -> None:
    service = PredictService(warehouse, settings)
    assert service.models() == ()
    with pytest.raises(NoModel) as refused:
        service.predict()
    assert refused.value.hint == "Run `ampiq train`."


def test_scoring_leaves_nothing_behind(journey: Journey) -> None:
    journey.service.predict()
    leftovers = Path(journey.settings.home).rglob(".predicted_clv_attributes.*")
    assert not list(leftovers)
