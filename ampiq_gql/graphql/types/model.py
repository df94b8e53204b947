"""Predictive models and the honest test that each has passed."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from ampiq_gql import predict as domain
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.predict import PriorUse

__all__ = ["ModelBand", "ModelEvaluation", "ModelScores", "PredictiveModel"]

show_enum(
    PriorUse,
    description="How the boosted heads use the classical purchase models.",
    values={
        PriorUse.NONE: "Not at all.",
        PriorUse.FEATURE: "Their expectations are features.",
        PriorUse.MARGIN: "Boosting starts from their expectations.",
    },
)


@strawberry.type(description="How well one method predicted days that its training never saw.")
class ModelScores:
    """Scores of the model or of a baseline."""

    name: str = strawberry.field(description="The method.")
    auc: float | None = strawberry.field(
        description="How well it ranks who returns, 0.5 being chance; null when undefined."
    )
    brier: float = strawberry.field(
        description="The mean squared error of the probability to return; 0 is perfect."
    )
    calibration_error: float = strawberry.field(
        description="The mean distance of predicted and observed return rates, as a fraction."
    )
    mae: float = strawberry.field(
        description="The mean absolute error of spend, in the site's currency."
    )
    rmse: float = strawberry.field(
        description="The root mean squared error of spend, in the site's currency."
    )
    aggregate_error_percent: float | None = strawberry.field(
        description="How far total predicted spend is off, in percent; null when undefined."
    )
    normalized_gini: float | None = strawberry.field(
        description="How well it ranks spend, 1 being perfect; null when undefined."
    )
    top_decile_capture: float | None = strawberry.field(
        description="The share of spend by the tenth predicted to spend most; null when undefined."
    )

    @classmethod
    def from_domain(cls, scores: domain.Scores) -> ModelScores:
        """Show the scores of a method."""
        return cls(
            name=scores.name,
            auc=scores.auc,
            brier=scores.brier,
            calibration_error=scores.calibration_error,
            mae=scores.mae,
            rmse=scores.rmse,
            aggregate_error_percent=scores.aggregate_error_percent,
            normalized_gini=scores.normalized_gini,
            top_decile_capture=scores.top_decile_capture,
        )


@strawberry.type(description="What became of the customers whom the model put under one label.")
class ModelBand:
    """A band of the evaluation."""

    label: str = strawberry.field(description="The lifecycle status or the value tier.")
    customers: int = strawberry.field(description="How many customers had the label.")
    return_rate: float = strawberry.field(description="The fraction of them who ordered again.")
    mean_spend: float = strawberry.field(
        description="What they spent on average, in the site's currency."
    )

    @classmethod
    def from_domain(cls, band: domain.Band) -> ModelBand:
        """Show a band."""
        return cls(
            label=band.label,
            customers=band.customers,
            return_rate=band.return_rate,
            mean_spend=band.mean_spend,
        )


@strawberry.type(description="Predictions made at a past day, held against what followed.")
class ModelEvaluation:
    """The honest test of a version."""

    starts_on: date = strawberry.field(description="The first day that was predicted.")
    ends_before: date = strawberry.field(description="The day after the last predicted day.")
    customers: int = strawberry.field(description="How many customers were predicted.")
    returned: int = strawberry.field(description="How many of them ordered in those days.")
    model: ModelScores = strawberry.field(description="How well the model did.")
    baselines: list[ModelScores] = strawberry.field(
        description="How well methods did that need no model, on the same customers."
    )
    statuses: list[ModelBand] = strawberry.field(
        description="What became of each predicted lifecycle status."
    )
    tiers: list[ModelBand] = strawberry.field(
        description="What became of each predicted value tier."
    )

    @classmethod
    def from_domain(cls, evaluation: domain.Evaluation) -> ModelEvaluation:
        """Show an evaluation."""
        return cls(
            starts_on=evaluation.starts_on,
            ends_before=evaluation.ends_before,
            customers=evaluation.customers,
            returned=evaluation.returned,
            model=ModelScores.from_domain(evaluation.model),
            baselines=list(map(ModelScores.from_domain, evaluation.baselines)),
            statuses=list(map(ModelBand.from_domain, evaluation.statuses)),
            tiers=list(map(ModelBand.from_domain, evaluation.tiers)),
        )


@strawberry.type(description="One trained version of a predictive model.")
class PredictiveModel:
    """A version."""

    name: str = strawberry.field(description="What is predicted, such as `clv`.")
    version: str = strawberry.field(description="The version, which sorts by age.")
    is_active: bool = strawberry.field(
        description="True for the version that scores the customers."
    )
    created_at: datetime = strawberry.field(description="When the version was trained.")
    horizon_days: int = strawberry.field(description="How many days ahead it was trained for.")
    prior_use: PriorUse = strawberry.field(
        description="How it uses the classical purchase models, as chosen by its backtest."
    )
    evaluation: ModelEvaluation = strawberry.field(description="The honest test of the version.")

    @classmethod
    def from_domain(cls, summary: domain.ModelSummary) -> PredictiveModel:
        """Show a version."""
        return cls(
            name=summary.name,
            version=summary.version,
            is_active=summary.is_active,
            created_at=summary.created_at,
            horizon_days=summary.horizon_days,
            prior_use=summary.prior_use,
            evaluation=ModelEvaluation.from_domain(summary.report.evaluation),
        )
