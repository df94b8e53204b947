"""Which past moments a model learns from: cutoffs, label windows and the feature window.

A cutoff is an instant at 00:00 of the site's zone. Features see rows strictly before it, labels
see [cutoff, cutoff + horizon). Every cutoff looks back over the same number of days, so that no
feature grows merely because the calendar does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ampiq_gql.warehouse import BuildInfo

__all__ = [
    "HORIZONS", "Framing", "Stack", "days_before", "frame", "history_needed", "scoring_cutoff",
    "watermark",
]  # fmt: skip

HORIZONS = (90, 180, 365)
MAX_CUTOFFS = 4
CUTOFF_SPACING_DAYS = 91  # one cutoff per season, so that no season is taken for the whole year
LONGEST_WINDOW_DAYS = 4 * 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Cutoffs that train together, the newest first, each looking back `window_days`."""

    cutoffs: tuple[datetime, ...]
    window_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """The cutoffs of one training: choose the prior, test honestly, then fit what is kept.

    `selection` trains for an inner backtest on the horizon before the evaluation's training; it
    is None when the history does not reach that far back.
    """

    horizon_days: int
    watermark: datetime
    selection: Stack | None
    backtest: Stack
    evaluation: datetime
    final: Stack


def midnight(day: date) -> datetime:
    """Return the instant at which the day begins, on the site's wall clock."""
    return datetime.combine(day, time())


def days_before(instant: datetime, days: int) -> datetime:
    """Return the instant `days` whole days earlier."""
    return instant - timedelta(days=days)


def scoring_cutoff(build: BuildInfo) -> datetime:
    """Return the end of the build's as_of: rows dated on that day are known."""
    return midnight(build.as_of + timedelta(days=1))


def watermark(build: BuildInfo) -> datetime:
    """Return the end of the last day that is fully loaded.

    The day of as_of itself may still be running, so it never counts as full.
    """
    newest = build.newest_event_on or build.as_of
    return midnight(min(build.as_of, newest + timedelta(days=1)))


def history_needed(horizon_days: int) -> int:
    """Return the days of orders that evaluation and training need together (readings.md 29)."""
    return 2 * horizon_days + shortest_window(horizon_days)


def shortest_window(horizon_days: int) -> int:
    """Return the fewest days of features that a cutoff may look back over."""
    return max(90, horizon_days // 2)


def frame(*, horizon_days: int, first_order_at: datetime, loaded_until: datetime) -> Framing:
    """Place the cutoffs in a history that is at least `history_needed` long.

    No label of a training cutoff touches the horizon that it is tested on.
    """
    evaluation = days_before(loaded_until, horizon_days)
    newest = days_before(evaluation, horizon_days)
    inner = days_before(newest, horizon_days)
    backtest = _stack(newest, first_order_at, horizon_days)
    reaches_inner = (inner - first_order_at).days >= shortest_window(horizon_days)
    return Framing(
        horizon_days=horizon_days,
        watermark=loaded_until,
        selection=_stack(inner, first_order_at, horizon_days) if reaches_inner else None,
        backtest=backtest,
        evaluation=evaluation,
        # What is kept must see what was tested: the same window, though more would be there.
        final=Stack(
            cutoffs=_seasons(evaluation, first_order_at, backtest.window_days),
            window_days=backtest.window_days,
        ),
    )


def _stack(newest: datetime, first_order_at: datetime, horizon_days: int) -> Stack:
    """Let older seasons join while they leave half a year of features.

    A long look back teaches more than a second season does; the shortest one is everybody's.
    """
    available = (newest - first_order_at).days
    cutoffs = _seasons(newest, first_order_at, min(available, max(180, horizon_days)))
    window_days = min((cutoffs[-1] - first_order_at).days, LONGEST_WINDOW_DAYS)
    return Stack(cutoffs=cutoffs, window_days=window_days)


def _seasons(newest: datetime, first_order_at: datetime, window_days: int) -> tuple[datetime, ...]:
    """Return up to four cutoffs, each with `window_days` of history before it."""
    cutoffs = (days_before(newest, CUTOFF_SPACING_DAYS * season) for season in range(MAX_CUTOFFS))
    return tuple(c for c in cutoffs if (c - first_order_at).days >= window_days)
