"""Several heads side by side: who is held out, and that the bench changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ampiq_gql.predict.boosting import BoostingOptions, Objective, Rows
from ampiq_gql.predict.cross_validation import (
    Task,
    TrainedHead,
    folds_to_hold_out,
    train_side_by_side,
)

OPTIONS = BoostingOptions(threads=2, max_rounds=20)
LOGISTIC = Objective(name="binary:logistic", metric="logloss")


def blind_task(count: int, *, members: int) -> Task:
    """Whoever sees their own label could repeat it; the features say nothing here."""
    random = np.random.default_rng(1)
    rows = Rows(
        features=np.arange(count, dtype=np.float32)[:, None],
        target=random.integers(0, 2, count).astype(float),
        weight=np.ones(count),
        margin=None,
    )
    return Task(objective=LOGISTIC, rows=rows, member=np.arange(count) < members, rounds=10)


@pytest.mark.parametrize(
    ("customers", "share", "folds"),
    [(1_000, 0.5, 5), (1_000_000, 0.3, 1), (1_000_000, 0.02, 3), (100_000, 0.9, 5)],
)
def test_folds_are_held_out_until_the_rarer_class_is_well_known(
    customers: int, share: float, folds: int
) -> None:
    number = np.arange(customers)
    returned = number % 1_000 < share * 1_000
    assert folds_to_hold_out(number // 7 % 5, returned) == folds


@pytest.mark.parametrize("folds_used", [5, 2])
def test_predictions_of_held_out_rows_come_from_members_of_other_folds(folds_used: int) -> None:
    task = blind_task(1_000, members=600)
    fold = np.arange(1_000) % 5
    (found,) = train_side_by_side([task], fold, folds_used, OPTIONS)
    assert found.unseen.rounds == 10
    assert len(found.unseen.predictions) == 200 * folds_used
    assert (found.unseen.predictions > 0).all(), "rows that train no head are predicted as well"
    seen = task.member & (fold < folds_used)
    unseen = found.unseen.predictions[task.member[fold < folds_used]]
    assert abs(np.corrcoef(unseen, task.rows.target[seen])[0, 1]) < 0.2


def test_heads_that_share_the_bench_are_those_that_have_it_alone() -> None:
    tasks = [blind_task(800, members=members) for members in (300, 800, 500)]
    fold = np.arange(800) % 5

    def content(trained: TrainedHead) -> bytes:
        return trained.head.to_bytes() + trained.unseen.predictions.tobytes()

    together = train_side_by_side(tasks, fold, 5, OPTIONS)
    for task, trained in zip(tasks, together, strict=True):
        (alone,) = train_side_by_side([task], fold, 5, replace(OPTIONS, threads=1))
        assert content(alone) == content(trained)
