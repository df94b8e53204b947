from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ampiq_gql.predict.boosting import (
    BoostingOptions,
    Objective,
    Rows,
    cross_validate,
    folds,
    load_head,
    train_head,
    useful_threads,
)

OPTIONS = BoostingOptions(threads=2, max_rounds=20)
LOGISTIC = Objective(name="binary:logistic", metric="logloss")


def rows(count: int) -> Rows:
    random = np.random.default_rng(1)
    features = random.normal(size=(count, 8)).astype(np.float32)
    chance = 1 / (1 + np.exp(-features[:, 0] - features[:, 1] * features[:, 2]))
    target = (random.uniform(size=count) < chance).astype(float)
    return Rows(features=features, target=target, weight=np.ones(count), margin=None)


def test_the_number_of_threads_changes_no_byte() -> None:
    many = rows(40_000)
    assert useful_threads(2, 40_000) == 2
    one, two = (
        train_head(many, LOGISTIC, replace(OPTIONS, threads=threads), rounds=8)
        for threads in (1, 2)
    )
    assert one.predict(many.features, None).tobytes() == two.predict(many.features, None).tobytes()


def test_small_data_does_not_pay_for_threads() -> None:
    assert [useful_threads(8, count) for count in (100, 19_999, 20_000, 10**6)] == [1, 1, 2, 8]


def test_a_head_survives_its_bytes() -> None:
    some = rows(500)
    head = train_head(some, LOGISTIC, OPTIONS, rounds=5)
    again = load_head(head.to_bytes(), threads=1)
    assert (again.predict(some.features, None) == head.predict(some.features, None)).all()


def test_a_batch_predicts_what_all_together_would() -> None:
    some = rows(500)
    head = train_head(some, LOGISTIC, OPTIONS, rounds=5)
    parts = [head.predict(part, None) for part in np.array_split(some.features, 7)]
    assert np.concatenate(parts).tobytes() == head.predict(some.features, None).tobytes()


def test_boosting_starts_from_the_margin() -> None:
    some = replace(rows(500), margin=np.full(500, 3.0))
    head = train_head(some, LOGISTIC, replace(OPTIONS, eta=1e-6), rounds=1)
    sure = head.predict(some.features, some.margin)
    assert sure == pytest.approx(1 / (1 + np.exp(-3.0)), abs=1e-4)


def test_a_customer_stays_in_one_fold_in_every_cutoff() -> None:
    ids = np.array([f"customer-{number}" for number in range(2_000)])
    fold = folds(ids, seed=1)
    assert (folds(ids[::-1], seed=1)[::-1] == fold).all()
    assert np.bincount(fold).min() > 300
    assert (folds(ids, seed=2) != fold).any()


def test_out_of_fold_predictions_come_from_members_of_other_folds() -> None:
    some = rows(1_000)
    # Whoever sees their own label could repeat it; the features say nothing here.
    blind = replace(some, features=np.arange(1_000, dtype=np.float32)[:, None])
    fold = np.arange(1_000) % 5
    member = np.arange(1_000) < 600
    found = cross_validate(blind, member, fold, LOGISTIC, OPTIONS, rounds=10)
    assert found.rounds == 10
    assert (found.predictions > 0).all(), "rows that train no head are predicted as well"
    seen = np.corrcoef(found.predictions[member], some.target[member])[0, 1]
    assert abs(seen) < 0.2
