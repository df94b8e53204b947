"""Predictive models: what each customer will spend, and whether they come back.

Three boosted heads beside the classical purchase models, trained on past cutoffs, tested on days
they have not seen, and published as `predicted_clv_attributes`.
"""

from __future__ import annotations

from ampiq_gql.predict.errors import (
    ArtifactUnusable,
    DataProblem,
    DataUnfit,
    LevelUnstable,
    NoModel,
    TrainingRuns,
)
from ampiq_gql.predict.evaluation import Band, Evaluation, Scores
from ampiq_gql.predict.model import (
    ModelCard,
    ModelSummary,
    PredictReport,
    PriorTrial,
    TrainReport,
)
from ampiq_gql.predict.prior import PriorUse
from ampiq_gql.predict.service import PredictService
from ampiq_gql.predict.tiers import LifecycleStatus, ValueTier

__all__ = [
    "ArtifactUnusable", "Band", "DataProblem", "DataUnfit", "Evaluation", "LevelUnstable",
    "LifecycleStatus", "ModelCard", "ModelSummary", "NoModel", "PredictReport", "PredictService",
    "PriorTrial", "PriorUse", "Scores", "TrainReport", "TrainingRuns", "ValueTier",
]  # fmt: skip
