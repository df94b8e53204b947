"""Values that the service of predictions takes and returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ampiq_gql.predict.boosting import BoostingOptions
from ampiq_gql.predict.evaluation import Evaluation, Scores
from ampiq_gql.predict.heads import Rounds
from ampiq_gql.predict.prior import PriorUse

__all__ = [
    "ModelCard",
    "ModelSummary",
    "PredictReport",
    "PriorTrial",
    "TrainReport",
    "TrainingRows",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRows:
    """How many customer-cutoffs the final training could have used, and how many it did.

    A customer is one row for each cutoff in whose window they ordered. Up to `max_training_rows`
    all of them train; above, customers drawn by the hash of their id do, with all their rows, and
    `there` also counts the few whose orders were all called off.
    """

    there: int
    used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorTrial:
    """One use of the prior and how it did in the inner backtest."""

    prior_use: PriorUse
    scores: Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainReport:
    """What a training found; `trials` is empty when the history is too short to choose."""

    version: str
    horizon_days: int
    window_days: int
    prior_use: PriorUse
    trials: tuple[PriorTrial, ...]
    evaluation: Evaluation
    seconds: float
    rows: TrainingRows | None = None
    """None in reports of versions that were stored before they told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictReport:
    """What a scoring published."""

    build_id: str
    model_version: str
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """The manifest of a stored model: all that it takes to trust it and to make it again.

    `files` are the sha256 of every other file of the version; instants without a zone are on the
    site's wall clock. People merged by today's identities count as one person in the past, too.
    """

    format_version: int
    kind: str
    name: str
    version: str
    created_at: datetime
    build_id: str
    time_zone: str
    horizon_days: int
    window_days: int
    watermark: datetime
    evaluation_cutoff: datetime
    training_cutoffs: tuple[datetime, ...]
    final_cutoffs: tuple[datetime, ...]
    training_rows: int
    available_rows: int | None = None
    feature_names: tuple[str, ...]
    feature_hash: str
    prior_use: PriorUse
    rounds: Rounds
    options: BoostingOptions
    libraries: dict[str, str]
    files: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSummary:
    """One stored version, newest first in lists."""

    name: str
    version: str
    created_at: datetime
    horizon_days: int
    prior_use: PriorUse
    is_active: bool
    report: TrainReport
