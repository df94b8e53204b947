"""One boosted head: xgboost with customers held out, reproducible to the byte.

Fits run side by side on a thread each, where there are enough of them: threads inside one fit wait
for each other at every level of every tree, on a busy machine for longer than they work.

xgboost is imported inside functions: it takes longer than every other import of the command line.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ampiq_gql.predict.customer_ids import Ids, id_buckets
from ampiq_gql.predict.features import Floats

if TYPE_CHECKING:
    import xgboost

__all__ = [
    "FOLDS", "BoostingOptions", "Head", "HeldOut", "Objective", "Rows", "folds", "load_head",
    "predict_held_out", "train_head", "useful_threads",
]  # fmt: skip

FOLDS = 5
ROWS_PER_THREAD = 20_000  # below, threads wait for each other longer than they work
STOPPING_ROWS = 30_000  # tell as well as more of them when a head no longer gains
ROWS_FOR_BOLD_STEPS = 200_000
BOLDEST = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BoostingOptions:
    """Parameters of every head (predictions.md §14); `threads` changes no byte of the result.

    `eta`, `patience` and `max_rounds` are those of few rows; see `suited_to`.
    """

    eta: float = 0.05
    max_depth: int = 4
    min_child_weight: float = 20.0
    subsample: float = 0.8
    colsample: float = 0.8
    l2: float = 5.0
    max_bin: int = (
        64  # as good as 256 where counts are small, in half the time and a quarter of the memory
    )
    patience: int = 25
    max_rounds: int = 600
    seed: int = 20240607
    threads: int = field(default=min(os.cpu_count() or 1, 8), compare=False)

    def bolder(self, times: float) -> BoostingOptions:
        """Return options with fewer and longer steps towards the same place."""
        return replace(
            self,
            eta=self.eta * times,
            patience=round(self.patience / times),
            max_rounds=round(self.max_rounds / times),
        )

    def suited_to(self, rows: int) -> BoostingOptions:
        """Return options for that many rows: longer steps lose less than the rows bring.

        Log loss of the return head on a synthetic shop: 0.41961 on 140,000 rows with steps of
        0.05 and 0.41988 with 0.1; 0.41894 on 555,000 with 0.1 and 0.41915 with 0.2; 0.41855 on 2
        million with 0.1 and 0.41863 with 0.2.
        """
        times = min(max(rows / ROWS_FOR_BOLD_STEPS, 1.0), BOLDEST)
        return self if times == 1 else self.bolder(times)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What a head fits, and the loss by which early stopping measures it."""

    name: str
    metric: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of one head; `margin` is where boosting starts, in the units of the link."""

    features: NDArray[np.float32]
    target: Floats
    weight: Floats
    margin: Floats | None

    def take(self, rows: NDArray[np.int64]) -> Rows:
        """Return the given rows."""
        return Rows(
            features=self.features[rows],
            target=self.target[rows],
            weight=self.weight[rows],
            margin=None if self.margin is None else self.margin[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """Predictions for rows that the model had not seen, and the rounds that suited them."""

    predictions: Floats
    rounds: int


class Head:
    """A trained head."""

    def __init__(self, booster: xgboost.Booster, *, threads: int) -> None:
        self._booster = booster
        self._threads = threads

    def predict(self, features: NDArray[np.float32], margin: Floats | None) -> Floats:
        """Return what the objective predicts: a probability, a count, an amount."""
        self._booster.set_param({"nthread": useful_threads(self._threads, len(features))})
        found = self._booster.inplace_predict(features, base_margin=margin)
        return np.asarray(found, dtype=np.float64)

    def to_bytes(self) -> bytes:
        """Return the model as UBJSON, xgboost's own open format."""
        return bytes(self._booster.save_raw("ubj"))


def load_head(content: bytes, *, threads: int) -> Head:
    """Read a head back; the caller has checked the hash of the bytes."""
    import xgboost  # heavy, see above

    booster = xgboost.Booster({"nthread": threads})
    booster.load_model(bytearray(content))
    return Head(booster, threads=threads)


def folds(ids: Ids, seed: int) -> NDArray[np.int64]:
    """Assign each customer to a fold for good: all rows of one customer lie in one fold."""
    return id_buckets(ids, seed=seed, count=FOLDS)


def train_head(
    rows: Rows, objective: Objective, options: BoostingOptions, *, rounds: int, threads: int
) -> Head:
    """Train on all rows for a fixed number of rounds."""
    booster = _boost(rows, objective, options, rounds=rounds, threads=threads)
    return Head(booster, threads=options.threads)


def predict_held_out(
    rows: Rows,
    *,
    member: NDArray[np.bool_],
    held_out: NDArray[np.bool_],
    objective: Objective,
    options: BoostingOptions,
    rounds: int | None = None,
    threads: int = 1,
) -> HeldOut:
    """Train on the members among the other rows, and predict the rows that are held out.

    Without `rounds` boosting stops when held-out members no longer gain.
    """
    learn = rows.take(np.flatnonzero(member & ~held_out))
    if rounds is None:
        tests = np.flatnonzero(member & held_out)
        test = rows.take(tests[:: max(1, len(tests) // STOPPING_ROWS)])
        booster = _boost_while_it_helps(learn, test, objective, options, threads=threads)
        rounds = int(booster.best_iteration) + 1
    else:
        booster = _boost(learn, objective, options, rounds=rounds, threads=threads)
    unseen = rows.take(np.flatnonzero(held_out))
    predictions = booster.inplace_predict(
        unseen.features, base_margin=unseen.margin, iteration_range=(0, rounds)
    )
    return HeldOut(predictions=np.asarray(predictions, dtype=np.float64), rounds=rounds)


def _boost(
    rows: Rows, objective: Objective, options: BoostingOptions, *, rounds: int, threads: int
) -> xgboost.Booster:
    import xgboost  # heavy, see above

    parameters = _parameters(objective, options, threads)
    return xgboost.train(parameters, _matrix(rows, threads), num_boost_round=rounds)


def _boost_while_it_helps(
    learn: Rows, test: Rows, objective: Objective, options: BoostingOptions, *, threads: int
) -> xgboost.Booster:
    import xgboost  # heavy, see above

    return xgboost.train(
        _parameters(objective, options, threads),
        _matrix(learn, threads),
        num_boost_round=options.max_rounds,
        evals=[(_matrix(test, threads), "held_out")],
        early_stopping_rounds=options.patience,
        verbose_eval=False,
    )


def useful_threads(threads: int, rows: int) -> int:
    """Return how many of the threads that many rows keep busy."""
    return min(threads, 1 + rows // ROWS_PER_THREAD)


def _matrix(rows: Rows, threads: int) -> xgboost.DMatrix:
    import xgboost  # heavy, see above

    return xgboost.DMatrix(
        rows.features,
        label=rows.target,
        weight=rows.weight,
        base_margin=rows.margin,
        nthread=threads,
    )


def _parameters(
    objective: Objective, options: BoostingOptions, threads: int
) -> dict[str, str | float]:
    return {
        "objective": objective.name,
        "eval_metric": objective.metric,
        "tree_method": "hist",
        "max_bin": options.max_bin,
        "device": "cpu",
        "eta": options.eta,
        "max_depth": options.max_depth,
        "min_child_weight": options.min_child_weight,
        "subsample": options.subsample,
        "colsample_bytree": options.colsample,
        "lambda": options.l2,
        "seed": options.seed,
        "nthread": threads,
        "verbosity": 0,
    }
