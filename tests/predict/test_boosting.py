from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ampiq_gql.predict.boosting import (
    BoostingOptions,
    HeldOut,
    Objective,
    Rows,
    folds,
    load_head,
    predict_held_out,
    train_head,
    useful_threads,
)
from tests.predict.builders import customer_id, ids_of

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
        train_head(many, LOGISTIC, OPTIONS, rounds=8, threads=threads) for threads in (1, 2)
    )
    assert one.predict(many.features, None).tobytes() == two.predict(many.features, None).tobytes()


def test_small_data_does_not_pay_for_threads() -> None:
    assert [useful_threads(8, count) for count in (100, 19_999, 20_000, 10**6)] == [1, 1, 2, 8]


def test_a_head_survives_its_bytes() -> None:
    some = rows(500)
    head = train_head(some, LOGISTIC, OPTIONS, rounds=5, threads=1)
    again = load_head(head.to_bytes(), threads=1)
    assert (again.predict(some.features, None) == head.predict(some.features, None)).all()


def test_a_batch_predicts_what_all_together_would() -> None:
    some = rows(500)
    head = train_head(some, LOGISTIC, OPTIONS, rounds=5, threads=1)
    parts = [head.predict(part, None) for part in np.array_split(some.features, 7)]
    assert np.concatenate(parts).tobytes() == head.predict(some.features, None).tobytes()


def test_boosting_starts_from_the_margin() -> None:
    some = replace(rows(500), margin=np.full(500, 3.0))
    head = train_head(some, LOGISTIC, replace(OPTIONS, eta=1e-6), rounds=1, threads=1)
    sure = head.predict(some.features, some.margin)
    assert sure == pytest.approx(1 / (1 + np.exp(-3.0)), abs=1e-4)


def test_a_customer_stays_in_one_fold_in_every_cutoff() -> None:
    ids = ids_of(customer_id(number) for number in range(2_000))
    fold = folds(ids, seed=1)
    assert (folds(ids[::-1], seed=1)[::-1] == fold).all()
    assert np.bincount(fold).min() > 300
    assert (folds(ids, seed=2) != fold).any()


def held_out_of(some: Rows, *, rounds: int | None, options: BoostingOptions = OPTIONS) -> HeldOut:
    """Hold out the last fifth; the second half of all rows trains no head."""
    count = len(some.target)
    return predict_held_out(
        some,
        member=np.arange(count) % 2 == 0,
        held_out=np.arange(count) >= count * 4 // 5,
        objective=LOGISTIC,
        options=options,
        rounds=rounds,
    )


def test_rows_that_are_held_out_do_not_train() -> None:
    some = rows(1_000)
    wrong = some.target.copy()
    wrong[800:] = 1 - wrong[800:]
    once = held_out_of(some, rounds=10)
    again = held_out_of(replace(some, target=wrong), rounds=10)
    assert once.predictions.tobytes() == again.predictions.tobytes()
    assert (len(once.predictions), once.rounds) == (200, 10)


def test_rows_that_are_no_members_do_not_train() -> None:
    some = rows(1_000)
    wrong = some.target.copy()
    wrong[1::2] = 1 - wrong[1::2]
    once = held_out_of(some, rounds=10)
    again = held_out_of(replace(some, target=wrong), rounds=10)
    assert once.predictions.tobytes() == again.predictions.tobytes()


def test_boosting_stops_when_the_held_out_rows_no_longer_gain() -> None:
    noise = replace(
        rows(2_000), target=np.random.default_rng(2).integers(0, 2, 2_000).astype(float)
    )
    options = replace(OPTIONS, max_rounds=200)
    assert held_out_of(noise, rounds=None, options=options).rounds < 50
    assert held_out_of(rows(2_000), rounds=None, options=options).rounds > 100


@pytest.mark.parametrize(
    ("count", "eta", "max_rounds"),
    [(10_000, 0.05, 600), (400_000, 0.1, 300), (9_000_000, 0.2, 150)],
)
def test_more_rows_take_longer_steps(count: int, eta: float, max_rounds: int) -> None:
    suited = BoostingOptions().suited_to(count)
    assert (suited.eta, suited.max_rounds) == (eta, max_rounds)
