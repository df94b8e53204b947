"""The use cases of predictions: train a model, score every customer, list the versions."""

from __future__ import annotations

import secrets
import time
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import pyarrow as pa

from ampiq_gql.errors import Invalid
from ampiq_gql.predict.boosting import BoostingOptions
from ampiq_gql.predict.framing import HORIZONS, Framing, frame, watermark
from ampiq_gql.predict.minimums import require_enough
from ampiq_gql.predict.model import ModelCard, ModelSummary, PredictReport, TrainReport
from ampiq_gql.predict.publication import (
    PREDICTIONS_TABLE,
    Stamp,
    predictions,
    write_predictions,
)
from ampiq_gql.predict.registry import FORMAT_VERSION, ModelRegistry, Published, feature_hash
from ampiq_gql.predict.scoring import score
from ampiq_gql.predict.training import Trained, Trainer
from ampiq_gql.progress import Progress, Silent
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import BuildInfo, Session, Warehouse

__all__ = ["PredictService"]

KIND, NAME = "pclv", "clv"
DEFAULT_HORIZON_DAYS = 90
READ_TIMEOUT_SECONDS = 3_600.0  # one pass over all orders and lines, not a question of a person
LIBRARIES = ("ampiq-graphql", "numpy", "scipy", "xgboost-cpu")


class PredictService:
    """Trains, scores and tells; models lie in the home, predictions in the warehouse."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self._warehouse = warehouse
        self._home = Path(settings.home)
        self._registry = ModelRegistry(self._home / "models", kind=KIND, name=NAME)
        self._options = BoostingOptions()
        self._max_training_rows = settings.max_training_rows

    def train(
        self, horizon_days: int = DEFAULT_HORIZON_DAYS, progress: Progress | None = None
    ) -> TrainReport:
        """Train on the current build, test on its newest horizon, and make the model active.

        Raises `DataUnfit` with every shortage at once, `LevelUnstable`, `TrainingRuns`.
        """
        _require_horizon(horizon_days)
        shown = progress or Silent()
        began = time.perf_counter()
        with self._registry.training(), self._read() as session:
            framing = self._frame(session, horizon_days)
            shown.start("Training predictive models", total=Trainer.steps(framing))
            trainer = Trainer(
                session, framing, self._options, shown, max_rows=self._max_training_rows
            )
            trained = trainer.train()
            report = _report(trained, framing, time.perf_counter() - began)
            card = self._card(trained, framing, session.build, report.version)
            self._registry.save(trained.model, card, report)
            self._registry.activate(card.version)
            shown.finish()
        return report

    def predict(self, progress: Progress | None = None) -> PredictReport:
        """Score everybody with an order by the active model and show the new table.

        Raises `NoModel`, or `ArtifactUnusable` when the stored model cannot be trusted; the former
        predictions stay in either case.
        """
        shown = progress or Silent()
        began = time.perf_counter()
        card, model = self._registry.load(threads=self._options.threads)
        with self._read() as session:
            build = session.build
            scored = score(session, model, card, shown)
        stamp = Stamp(horizon_days=card.horizon_days, as_of=build.as_of, model_version=card.version)
        table = predictions(scored, stamp)
        self._publish(table, card.version, build)
        shown.finish()
        return PredictReport(
            build_id=build.id,
            model_version=card.version,
            rows=table.num_rows,
            seconds=time.perf_counter() - began,
        )

    def models(self) -> tuple[ModelSummary, ...]:
        """Return every stored version with its report, the newest first."""
        active = self._registry.active()
        return tuple(
            ModelSummary(
                name=card.name,
                version=card.version,
                created_at=card.created_at,
                horizon_days=card.horizon_days,
                prior_use=card.prior_use,
                is_active=active is not None and card.version == active.version,
                report=self._registry.report(card),
            )
            for card in self._registry.versions()
        )

    def is_current(self, build: BuildInfo, horizon_days: int = DEFAULT_HORIZON_DAYS) -> bool:
        """Claim that the build is trained on and scored, with today's horizon and parameters."""
        card, published = self._registry.active(), self._registry.published()
        if card is None or published is None:
            return False
        return (
            card.build_id == published.build_id == build.id
            and card.version == published.version
            and card.horizon_days == horizon_days
            and card.options == self._options
        )

    def _read(self) -> AbstractContextManager[Session]:
        return self._warehouse.read(timeout_seconds=READ_TIMEOUT_SECONDS)

    def _frame(self, session: Session, horizon_days: int) -> Framing:
        loaded_until = watermark(session.build)
        first_order_at = require_enough(
            session, horizon_days=horizon_days, loaded_until=loaded_until
        )
        return frame(
            horizon_days=horizon_days, first_order_at=first_order_at, loaded_until=loaded_until
        )

    def _publish(self, table: pa.Table, version: str, build: BuildInfo) -> None:
        # Beside its final place: moving it there is one rename, and leftovers are swept.
        path = write_predictions(table, self._home / "predictions")
        name = f"{version}-{build.as_of.isoformat()}"
        self._warehouse.publish_file(PREDICTIONS_TABLE, name, path)
        self._registry.note_published(
            Published(version=version, build_id=build.id, rows=table.num_rows)
        )

    def _card(
        self, trained: Trained, framing: Framing, build: BuildInfo, version: str
    ) -> ModelCard:
        return ModelCard(
            format_version=FORMAT_VERSION,
            kind=KIND,
            name=NAME,
            version=version,
            created_at=datetime.now(UTC),
            build_id=build.id,
            time_zone=build.time_zone,
            horizon_days=framing.horizon_days,
            window_days=framing.final.window_days,
            watermark=framing.watermark,
            evaluation_cutoff=framing.evaluation,
            training_cutoffs=framing.backtest.cutoffs,
            final_cutoffs=framing.final.cutoffs,
            training_rows=trained.rows.used,
            available_rows=trained.rows.there,
            feature_names=trained.model.names,
            feature_hash=feature_hash(trained.model.names),
            prior_use=trained.model.prior_use,
            rounds=trained.model.rounds,
            options=self._options,
            libraries={name: metadata.version(name) for name in LIBRARIES},
            files={},
        )


def _report(trained: Trained, framing: Framing, seconds: float) -> TrainReport:
    return TrainReport(
        version=f"{datetime.now(UTC):%Y%m%dt%H%M%S}_{secrets.token_hex(3)}",
        horizon_days=framing.horizon_days,
        window_days=framing.backtest.window_days,
        prior_use=trained.model.prior_use,
        trials=trained.trials,
        evaluation=trained.evaluation,
        seconds=seconds,
        rows=trained.rows,
    )


def _require_horizon(horizon_days: int) -> None:
    if horizon_days not in HORIZONS:
        raise Invalid(
            "PRED_HORIZON",
            f"A horizon of {horizon_days} days is not on offer.",
            hint=f"Choose one of {', '.join(str(days) for days in HORIZONS)} days.",
        )
