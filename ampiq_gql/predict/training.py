"""One training from end to end: choose the prior, test honestly, fit what is kept.

The inner backtest chooses how the prior is used, by a rule fixed beforehand. The evaluation then
happens on days that neither the choice nor the training has seen. The final fit repeats the
winner on the newest data, with the rounds that the backtest froze.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ampiq_gql.predict.boosting import BoostingOptions
from ampiq_gql.predict.calibration import STABLE_LEVEL
from ampiq_gql.predict.errors import LevelUnstable
from ampiq_gql.predict.evaluation import (
    Evaluation,
    baselines,
    evaluate,
    outlook_forecast,
    score_forecast,
)
from ampiq_gql.predict.features import Examples, read_examples
from ampiq_gql.predict.framing import Framing, Stack
from ampiq_gql.predict.heads import Rounds, ThreeHeads, fit_heads
from ampiq_gql.predict.model import PriorTrial
from ampiq_gql.predict.prior import PriorModel, PriorUse, fit_prior
from ampiq_gql.progress import Progress
from ampiq_gql.warehouse import Session

__all__ = ["Trained", "Trainer", "choose_prior_use"]

EQUAL_GINI = 0.002  # differences below are noise on a few thousand customers
EQUAL_RMSE = 0.005  # as a share
DEFAULT_PRIOR_USE = PriorUse.MARGIN
"""Where the history is too thin to choose: there the prior helps most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model that is ready to be kept, and what was found on the way."""

    model: ThreeHeads
    evaluation: Evaluation
    trials: tuple[PriorTrial, ...]
    rows: int


def choose_prior_use(trials: Sequence[PriorTrial]) -> PriorUse:
    """Choose by normalized Gini, then RMSE, then |aggregate error|; near misses count as equal."""
    if not trials:
        return DEFAULT_PRIOR_USE
    best_gini = max(trial.scores.normalized_gini or 0.0 for trial in trials)
    ranking = [t for t in trials if (t.scores.normalized_gini or 0.0) >= best_gini - EQUAL_GINI]
    best_rmse = min(trial.scores.rmse for trial in ranking)
    sharp = [t for t in ranking if t.scores.rmse <= best_rmse * (1 + EQUAL_RMSE)]
    return min(sharp, key=lambda t: abs(t.scores.aggregate_error_percent or 0.0)).prior_use


class Trainer:
    """Trains in one session of the warehouse, so that everything comes from one build."""

    STEPS = len(PriorUse) + 2

    def __init__(
        self,
        session: Session,
        framing: Framing,
        options: BoostingOptions,
        progress: Progress,
    ) -> None:
        self._session = session
        self._framing = framing
        self._options = options
        self._progress = progress
        self._known: dict[tuple[datetime, int], Examples] = {}

    def train(self) -> Trained:
        """Run the three stages; raises `LevelUnstable` when the level cannot be trusted."""
        trials = self._try_priors()
        prior_use = choose_prior_use(trials)
        evaluation, rounds = self._backtest(prior_use)
        examples = self._read(self._framing.final)
        model = self._fit(examples, prior_use, fit_prior(examples[0].customers), rounds=rounds)
        self._progress.advance()
        return Trained(
            model=model,
            evaluation=evaluation,
            trials=trials,
            rows=sum(len(example.customers) for example in examples),
        )

    def _try_priors(self) -> tuple[PriorTrial, ...]:
        """Train every use of the prior a horizon earlier, and test it on what followed."""
        framing = self._framing
        if framing.selection is None:
            self._progress.advance(len(PriorUse))
            return ()
        learn = self._read(framing.selection)
        test = self._read_one(framing.backtest.cutoffs[0], framing.selection.window_days)
        prior = fit_prior(learn[0].customers)
        return tuple(self._try_prior(use, learn, test, prior) for use in PriorUse)

    def _try_prior(
        self, prior_use: PriorUse, learn: Sequence[Examples], test: Examples, prior: PriorModel
    ) -> PriorTrial:
        # Uses are compared with each other, not published: half the trees, each twice as bold.
        bolder = replace(self._options, eta=2 * self._options.eta)
        model = self._fit(learn, prior_use, prior, options=bolder)
        forecast = outlook_forecast(prior_use.value, model.outlook(test.customers))
        self._progress.advance()
        return PriorTrial(prior_use=prior_use, scores=score_forecast(forecast, test.labels))

    def _backtest(self, prior_use: PriorUse) -> tuple[Evaluation, Rounds]:
        """Test on the newest horizon a model that has seen nothing of it."""
        framing = self._framing
        learn = self._read(framing.backtest)
        test = self._read_one(framing.evaluation, framing.backtest.window_days)
        prior = fit_prior(learn[0].customers)
        model = self._fit(learn, prior_use, prior)
        yardsticks = baselines(
            test.customers,
            trained_on=learn[0].labels,
            prior=prior,
            horizon_days=framing.horizon_days,
        )
        evaluation = evaluate(
            model.outlook(test.customers),
            test,
            yardsticks,
            starts_on=framing.evaluation.date(),
            ends_before=framing.watermark.date(),
        )
        self._progress.advance()
        return evaluation, model.rounds

    def _fit(
        self,
        examples: Sequence[Examples],
        prior_use: PriorUse,
        prior: PriorModel,
        *,
        rounds: Rounds | None = None,
        options: BoostingOptions | None = None,
    ) -> ThreeHeads:
        model = fit_heads(
            examples,
            horizon_days=self._framing.horizon_days,
            prior=prior,
            prior_use=prior_use,
            options=options or self._options,
            rounds=rounds,
        )
        if not model.calibration.is_stable:
            raise LevelUnstable(model.calibration.level, STABLE_LEVEL)
        return model

    def _read(self, stack: Stack) -> tuple[Examples, ...]:
        return tuple(self._read_one(cutoff, stack.window_days) for cutoff in stack.cutoffs)

    def _read_one(self, cutoff: datetime, window_days: int) -> Examples:
        """Read once what several stages want: the test's customers train the final fit."""
        wanted = (cutoff, window_days)
        if wanted not in self._known:
            self._known[wanted] = read_examples(
                self._session,
                cutoff=cutoff,
                window_days=window_days,
                horizon_days=self._framing.horizon_days,
            )
        return self._known[wanted]
