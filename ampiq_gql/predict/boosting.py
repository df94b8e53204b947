"""One boosted head: xgboost with customer-grouped cross-validation, reproducible to the byte.

xgboost is imported inside functions: it takes longer than every other import of the command line.
"""

from __future__ import annotations

import os
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ampiq_gql.predict.features import Floats

if TYPE_CHECKING:
    import xgboost

__all__ = [
    "BoostingOptions", "Head", "Objective", "OutOfFold", "Rows", "cross_validate", "folds",
    "load_head", "train_head", "useful_threads",
]  # fmt: skip

FOLDS = 5
ROWS_PER_THREAD = 20_000  # below, threads wait for each other longer than they work


@dataclass(frozen=True, slots=True, kw_only=True)
class BoostingOptions:
    """Parameters of every head (predictions.md §14); `threads` changes no byte of the result."""

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

    def take(self, rows: NDArray[np.bool_]) -> Rows:
        """Return the given rows."""
        return Rows(
            features=self.features[rows],
            target=self.target[rows],
            weight=self.weight[rows],
            margin=None if self.margin is None else self.margin[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfFold:
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
        import xgboost  # heavy, see above

        threads = useful_threads(self._threads, len(features))
        matrix = xgboost.DMatrix(features, base_margin=margin, nthread=threads)
        return np.asarray(self._booster.predict(matrix), dtype=np.float64)

    def to_bytes(self) -> bytes:
        """Return the model as UBJSON, xgboost's own open format."""
        return bytes(self._booster.save_raw("ubj"))


def load_head(content: bytes, *, threads: int) -> Head:
    """Read a head back; the caller has checked the hash of the bytes."""
    import xgboost  # heavy, see above

    booster = xgboost.Booster({"nthread": threads})
    booster.load_model(bytearray(content))
    return Head(booster, threads=threads)


def folds(ids: NDArray[np.str_], seed: int) -> NDArray[np.int64]:
    """Assign each customer to a fold for good: all rows of one customer lie in one fold."""
    return np.array([zlib.crc32(f"{seed}:{name}".encode()) % FOLDS for name in ids.tolist()])


def train_head(rows: Rows, objective: Objective, options: BoostingOptions, *, rounds: int) -> Head:
    """Train on all rows for a fixed number of rounds."""
    import xgboost  # heavy, see above

    matrix = _matrix(rows, options)
    parameters = _parameters(objective, options, rows=len(rows.target))
    booster = xgboost.train(parameters, matrix, num_boost_round=rounds)
    return Head(booster, threads=options.threads)


def cross_validate(
    rows: Rows,
    member: NDArray[np.bool_],
    fold: NDArray[np.int64],
    objective: Objective,
    options: BoostingOptions,
    *,
    rounds: int | None = None,
) -> OutOfFold:
    """Predict every row by a model that saw other customers; only members train.

    Without `rounds` each fold stops by itself when its held-out members no longer gain.
    """
    predictions = np.zeros(len(rows.target))
    used: list[int] = []
    for number in range(FOLDS):
        held_out = fold == number
        booster, best = _train_fold(
            rows.take(member & ~held_out), rows.take(member & held_out), objective, options, rounds
        )
        part = rows.take(held_out)
        predictions[held_out] = booster.predict(_matrix(part, options), iteration_range=(0, best))
        used.append(best)
    return OutOfFold(predictions=predictions, rounds=max(1, round(sum(used) / len(used))))


def _train_fold(
    learn: Rows, test: Rows, objective: Objective, options: BoostingOptions, rounds: int | None
) -> tuple[xgboost.Booster, int]:
    import xgboost  # heavy, see above

    parameters, matrix = (
        _parameters(objective, options, rows=len(learn.target)),
        _matrix(learn, options),
    )
    if rounds is not None:
        return xgboost.train(parameters, matrix, num_boost_round=rounds), rounds
    booster = xgboost.train(
        parameters,
        matrix,
        num_boost_round=options.max_rounds,
        evals=[(_matrix(test, options), "held_out")],
        early_stopping_rounds=options.patience,
        verbose_eval=False,
    )
    return booster, int(booster.best_iteration) + 1


def useful_threads(threads: int, rows: int) -> int:
    """Return how many of the threads that many rows keep busy."""
    return min(threads, 1 + rows // ROWS_PER_THREAD)


def _matrix(rows: Rows, options: BoostingOptions) -> xgboost.DMatrix:
    import xgboost  # heavy, see above

    return xgboost.DMatrix(
        rows.features,
        label=rows.target,
        weight=rows.weight,
        base_margin=rows.margin,
        nthread=useful_threads(options.threads, len(rows.target)),
    )


def _parameters(
    objective: Objective, options: BoostingOptions, *, rows: int
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
        "nthread": useful_threads(options.threads, rows),
        "verbosity": 0,
    }
