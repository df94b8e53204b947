"""What the predictive models refuse, with the stable codes of predictions.md §21.

UserError
├── DataUnfit            Invalid: every reason at once why the data cannot train a model
├── LevelUnstable        Invalid: the trained model misses the level of unseen customers
├── NoModel              NotFound: nothing was trained yet
├── ArtifactUnusable     Conflict: files of the registry are damaged, foreign or too new
└── TrainingRuns         Conflict: the same home trains already
"""

from __future__ import annotations

from dataclasses import dataclass

from ampiq_gql.errors import Conflict, Invalid, NotFound

__all__ = [
    "ArtifactUnusable", "DataProblem", "DataUnfit", "LevelUnstable", "NoModel", "TrainingRuns",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DataProblem:
    """One reason why the data cannot train: what was found, what is needed."""

    code: str
    message: str
    hint: str
    table: str
    found: int
    needed: int


class DataUnfit(Invalid):
    """The data is under the minimums; `problems` holds every reason, the code is the first's."""

    def __init__(self, problems: tuple[DataProblem, ...]) -> None:
        super().__init__(
            problems[0].code,
            " ".join(problem.message for problem in problems),
            hint=" ".join(dict.fromkeys(problem.hint for problem in problems)),
            place=problems[0].table,
        )
        self.problems = problems


class LevelUnstable(Invalid):
    """The last ratio of the calibration left its range."""

    def __init__(self, level: float, allowed: tuple[float, float]) -> None:
        super().__init__(
            "PRED_LEVEL_UNSTABLE",
            f"Predicted spend of unseen customers is off by a factor of {level:.2f};"
            f" {allowed[0]:g} to {allowed[1]:g} is allowed.",
            hint="Look for a few customers or orders that carry most of the revenue.",
        )


class NoModel(NotFound):
    """Predictions were asked for before any model was trained."""

    def __init__(self) -> None:
        super().__init__(
            "PRED_NO_MODEL", "No predictive model was trained yet.", hint="Run `ampiq train`."
        )


class ArtifactUnusable(Conflict):
    """A stored model must not be loaded.

    Codes: `PRED_ARTIFACT_CORRUPT`, `PRED_FORMAT_VERSION`, `PRED_FEATURE_MISMATCH`.
    """

    def __init__(self, code: str, message: str, *, place: str) -> None:
        super().__init__(
            code, message, hint="Train again with `ampiq train`; it keeps the data.", place=place
        )


class TrainingRuns(Conflict):
    """A second training of one home."""

    def __init__(self) -> None:
        super().__init__(
            "PRED_JOB_RUNNING",
            "A model is being trained already.",
            hint="Wait until it ends, then try again.",
        )
