"""One training from end to end: choose the prior, test honestly, fit what is kept.

The inner backtest chooses how the prior is used, by a rule fixed beforehand. The evaluation then
happens on days that neither the choice nor the training has seen. The final fit repeats the
winner on the newest data, with the rounds that the backtest froze.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from ampiq_gql.predict.model import PriorTrial, TrainingRows
from ampiq_gql.predict.prior import PriorModel, PriorUse, fit_prior
from ampiq_gql.predict.roster import Draws, Roster, bound_for
from ampiq_gql.progress import Progress
from ampiq_gql.warehouse import Session

__all__ = ["Trained", "Trainer", "choose_prior_use"]

EQUAL_GINI = 0.002  # differences below are noise on a few thousand customers
EQUAL_RMSE = 0.005  # as a share
TRIAL_ROWS = 50_000  # a choice among three needs no more, and each of them is trained in full
DEFAULT_PRIOR_USE = PriorUse.MARGIN
"""Where the history is too thin to choose: there the prior helps most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model that is ready to be kept, and what was found on the way."""

    model: ThreeHeads
    evaluation: Evaluation
    trials: tuple[PriorTrial, ...]
    rows: TrainingRows


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
    """Trains in one session of the warehouse, so that everything comes from one build.

    At most `max_rows` customer-cutoffs train; the same customers test.
    """

    def __init__(
        self,
        session: Session,
        framing: Framing,
        options: BoostingOptions,
        progress: Progress,
        *,
        max_rows: int,
    ) -> None:
        self._session = session
        self._framing = framing
        self._options = options
        self._progress = progress
        self._max_rows = max_rows
        self._draws = Draws(session, seed=options.seed)

    @staticmethod
    def steps(framing: Framing) -> int:
        """Return how often the progress advances: for every cutoff read and model trained."""
        trial = len(framing.selection.cutoffs) + 1 + len(PriorUse) if framing.selection else 0
        backtest = len(framing.backtest.cutoffs) + 1
        return trial + backtest + len(framing.final.cutoffs) + 1

    def train(self) -> Trained:
        """Run the three stages; raises `LevelUnstable` when the level cannot be trusted."""
        trials = self._try_priors()
        prior_use = choose_prior_use(trials)
        final = self._framing.final
        by_draw = self._draws.rows_by_draw(final)
        there, bound = sum(by_draw.values()), bound_for(by_draw, self._max_rows)
        options = self._options.suited_to(min(there, self._max_rows))
        roster = self._draws.roster(bound)
        tested = self._read_one(final.cutoffs[0], final.window_days, roster)
        evaluation, rounds = self._backtest(tested, roster, prior_use, options)
        older = Stack(cutoffs=final.cutoffs[1:], window_days=final.window_days)
        examples = (tested, *self._read(older, roster))
        prior = fit_prior(tested.customers)
        model = self._fit(examples, prior_use, prior, options, rounds=rounds)
        used = sum(len(each.customers) for each in examples)
        return Trained(
            model=model,
            evaluation=evaluation,
            trials=trials,
            rows=TrainingRows(there=used if bound is None else there, used=used),
        )

    def _try_priors(self) -> tuple[PriorTrial, ...]:
        """Train every use of the prior a horizon earlier, and test it on what followed."""
        framing = self._framing
        if framing.selection is None:
            return ()
        most = min(TRIAL_ROWS, self._max_rows)
        there = self._draws.rows_by_draw(framing.selection)
        roster = self._draws.roster(bound_for(there, most))
        learn = self._read(framing.selection, roster)
        test = self._read_one(framing.backtest.cutoffs[0], framing.selection.window_days, roster)
        prior = fit_prior(learn[0].customers)
        # Uses are compared with each other, not published: half the trees, each twice as bold.
        options = self._options.bolder(2)
        return tuple(self._try_prior(use, learn, test, prior, options) for use in PriorUse)

    def _try_prior(
        self,
        prior_use: PriorUse,
        learn: Sequence[Examples],
        test: Examples,
        prior: PriorModel,
        options: BoostingOptions,
    ) -> PriorTrial:
        model = self._fit(learn, prior_use, prior, options)
        forecast = outlook_forecast(prior_use.value, model.outlook(test.customers))
        return PriorTrial(prior_use=prior_use, scores=score_forecast(forecast, test.labels))

    def _backtest(
        self, tested: Examples, roster: Roster, prior_use: PriorUse, options: BoostingOptions
    ) -> tuple[Evaluation, Rounds]:
        """Test on the newest horizon a model that has seen nothing of it."""
        framing = self._framing
        learn = self._read(framing.backtest, roster)
        prior = fit_prior(learn[0].customers)
        model = self._fit(learn, prior_use, prior, options)
        yardsticks = baselines(
            tested.customers,
            trained_on=learn[0].labels,
            prior=prior,
            horizon_days=framing.horizon_days,
        )
        evaluation = evaluate(
            model.outlook(tested.customers),
            tested,
            yardsticks,
            starts_on=framing.evaluation.date(),
            ends_before=framing.watermark.date(),
        )
        return evaluation, model.rounds

    def _fit(
        self,
        examples: Sequence[Examples],
        prior_use: PriorUse,
        prior: PriorModel,
        options: BoostingOptions,
        *,
        rounds: Rounds | None = None,
    ) -> ThreeHeads:
        model = fit_heads(
            examples,
            horizon_days=self._framing.horizon_days,
            prior=prior,
            prior_use=prior_use,
            options=options,
            rounds=rounds,
        )
        if not model.calibration.is_stable:
            raise LevelUnstable(model.calibration.level, STABLE_LEVEL)
        self._progress.advance()
        return model

    def _read(self, stack: Stack, roster: Roster) -> tuple[Examples, ...]:
        return tuple(self._read_one(cutoff, stack.window_days, roster) for cutoff in stack.cutoffs)

    def _read_one(self, cutoff: datetime, window_days: int, roster: Roster) -> Examples:
        examples = read_examples(
            self._session,
            cutoff=cutoff,
            window_days=window_days,
            horizon_days=self._framing.horizon_days,
            roster=roster,
        )
        self._progress.advance()
        return examples
