"""The exact cuts of lifecycle status and value tier (predictions.md §16)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ampiq_gql.predict.customer_ids import Ids
from ampiq_gql.predict.features import Floats

__all__ = ["LifecycleStatus", "Ranking", "ValueTier", "lifecycle_statuses", "value_ranking"]


class LifecycleStatus(StrEnum):
    """How near a customer is to being lost; exact strings of the published column."""

    ACTIVE = "Active"
    COOLING_DOWN = "Cooling down"
    AT_RISK = "At risk"
    HIGHLY_AT_RISK = "Highly at risk"
    LOST = "Lost"


class ValueTier(StrEnum):
    """Slice of the scored customers by predicted value; each holds only its own slice."""

    PLATINUM = "Platinum"
    GOLD = "Gold"
    SILVER = "Silver"
    BRONZE = "Bronze"
    MEDIUM = "Medium"
    LOW = "Low"


ONE_ORDER_DAYS = (
    (60, LifecycleStatus.ACTIVE),
    (120, LifecycleStatus.COOLING_DOWN),
    (180, LifecycleStatus.AT_RISK),
    (240, LifecycleStatus.HIGHLY_AT_RISK),
)
"""One order: the status of those whose days since it are at most this many."""

REPEAT_PROBABILITY = (
    (0.50, LifecycleStatus.COOLING_DOWN),
    (0.35, LifecycleStatus.AT_RISK),
    (0.20, LifecycleStatus.HIGHLY_AT_RISK),
)
"""Two orders or more: the status of those whose probability is at least this; Active is above."""

ACTIVE_ABOVE = 0.60

TIER_PERCENT = (
    (1, ValueTier.PLATINUM),
    (5, ValueTier.GOLD),
    (10, ValueTier.SILVER),
    (25, ValueTier.BRONZE),
    (50, ValueTier.MEDIUM),
    (100, ValueTier.LOW),
)
"""The tier of those whose rank is at most this percentage of all, rounded up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Rank from 1 (most valuable), percentile from 0 (best) to 1, and tier, per customer."""

    ranks: NDArray[np.int64]
    percentiles: Floats
    tiers: NDArray[np.str_]


def lifecycle_statuses(returns: Floats, orders: Floats, days: Floats) -> NDArray[np.str_]:
    """Return the status per customer from p(return), lifetime orders and days since the last.

    Everybody must have at least one order; p is taken unrounded.
    """
    one_time = np.select(
        [days <= limit for limit, _ in ONE_ORDER_DAYS],
        [status.value for _, status in ONE_ORDER_DAYS],
        default=LifecycleStatus.LOST.value,
    )
    repeat = np.select(
        [returns > ACTIVE_ABOVE, *(returns >= limit for limit, _ in REPEAT_PROBABILITY)],
        [LifecycleStatus.ACTIVE.value, *(status.value for _, status in REPEAT_PROBABILITY)],
        default=LifecycleStatus.LOST.value,
    )
    return np.where(orders <= 1, one_time, repeat)


def value_ranking(spend: Floats, returns: Floats, ids: Ids) -> Ranking:
    """Rank by spend, then p(return), both falling, then by id: total and repeatable."""
    count = len(ids)
    ranks = np.empty(count, dtype=np.int64)
    ranks[np.lexsort((ids, -returns, -spend))] = np.arange(1, count + 1)
    last_ranks = [math.ceil(percent * count / 100) for percent, _ in TIER_PERCENT]
    names = np.array([tier.value for _, tier in TIER_PERCENT])
    return Ranking(
        ranks=ranks,
        percentiles=(ranks - 1) / max(count - 1, 1),
        tiers=names[np.searchsorted(last_ranks, ranks, side="left")],
    )
