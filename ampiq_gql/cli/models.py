"""Predictive models from the shell: train, predict, models."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ampiq_gql.cli.options import Json
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_json, print_table, progress_bars, say
from ampiq_gql.predict import TrainReport

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (train, predict, models):
        app.command()(command)


def train(
    context: typer.Context,
    horizon: Annotated[int, typer.Option(help="Days predicted ahead: 90, 180 or 365.")] = 90,
    json: Json = False,
) -> None:
    """Train the lifetime value model and test it.

    The test is made on the newest days of the history.
    """
    with open_services(context) as services, progress_bars() as bars:
        report = services.predict.train(horizon, bars)
    if json:
        print_json(asdict(report))
    else:
        show_evaluation(report)


def show_evaluation(report: TrainReport) -> None:
    """Print the scores of the model beside those of the baselines, on the same customers."""
    test = report.evaluation
    rows = [
        (
            score.name,
            _shown(score.auc, ".3f"),
            _shown(score.brier, ".3f"),
            _shown(score.normalized_gini, ".3f"),
            _shown(score.top_decile_capture, ".1%"),
            _shown(score.mae, ",.2f"),
            _shown(score.aggregate_error_percent, "+.1f"),
        )
        for score in (test.model, *test.baselines)
    ]
    title = (
        f"{test.customers:,} customers, {test.starts_on} up to {test.ends_before}: "
        "predicted against what happened"
    )
    columns = ("model", "AUC", "Brier", "Gini", "top 10 %", "MAE", "total %")
    print_table(title, columns, rows)
    if report.rows is not None and report.rows.used < report.rows.there:
        say(
            f"{report.rows.used:,} of {report.rows.there:,} rows trained (max_training_rows):"
            " customers drawn by the hash of their ids, once for each past cutoff."
        )


def _shown(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def predict(context: typer.Context, json: Json = False) -> None:
    """Score every customer by the active model.

    Segments and insights see the scores at once.
    """
    with open_services(context) as services, progress_bars() as bars:
        report = services.predict.predict(bars)
    if json:
        print_json(asdict(report))
    else:
        say(f"{report.rows:,} customers scored by {report.model_version}")


def models(context: typer.Context, json: Json = False) -> None:
    """List the trained versions, the newest first."""
    with open_services(context) as services:
        stored = services.predict.models()
    if json:
        print_json([asdict(model) for model in stored])
        return
    rows = [
        (
            model.version,
            "active" if model.is_active else "",
            f"{model.horizon_days} days",
            _shown(model.report.evaluation.model.normalized_gini, ".3f"),
        )
        for model in stored
    ]
    print_table(None, ("version", "status", "horizon", "Gini"), rows, right=3)
