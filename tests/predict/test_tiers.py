from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.predict.tiers import ValueTier, lifecycle_statuses, value_ranking


def status(*, p: float = 0.5, orders: int, days: int = 0) -> str:
    given_status = lifecycle_statuses(np.array([p]), np.array([orders]), np.array([days]))
    return str(given_status[0])


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, "Active"),
        (60, "Active"),
        (61, "Cooling down"),
        (120, "Cooling down"),
        (121, "At risk"),
        (180, "At risk"),
        (181, "Highly at risk"),
        (240, "Highly at risk"),
        (241, "Lost"),
        (4_000, "Lost"),
    ],
)
def test_one_time_buyers_lapse_by_days_whatever_their_probability(days: int, expected: str) -> None:
    assert status(p=0.99, orders=1, days=days) == status(p=0.0, orders=1, days=days) == expected


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        (1.0, "Active"),
        (0.6000001, "Active"),
        (0.60, "Cooling down"),
        (0.50, "Cooling down"),
        (0.4999999, "At risk"),
        (0.35, "At risk"),
        (0.3499999, "Highly at risk"),
        (0.20, "Highly at risk"),
        (0.1999999, "Lost"),
        (0.0, "Lost"),
    ],
)
def test_repeat_buyers_lapse_by_probability_whatever_their_days(p: float, expected: str) -> None:
    assert status(p=p, orders=2, days=0) == status(p=p, orders=9, days=900) == expected


def tiers(count: int) -> list[str]:
    spend = np.arange(count, 0, -1, dtype=float)
    ids = np.array([f"{number:06d}".encode() for number in range(count)])
    return [str(tier) for tier in value_ranking(spend, np.zeros(count), ids).tiers]


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (2, "Platinum"),
        (3, "Gold"),
        (10, "Gold"),
        (11, "Silver"),
        (20, "Silver"),
        (21, "Bronze"),
        (50, "Bronze"),
        (51, "Medium"),
        (100, "Medium"),
        (101, "Low"),
        (200, "Low"),
    ],
)
def test_tiers_end_at_their_share_of_two_hundred_customers(rank: int, expected: str) -> None:
    assert tiers(200)[rank - 1] == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, ["Platinum"]),
        (2, ["Platinum", "Low"]),
        (3, ["Platinum", "Medium", "Low"]),
        (4, ["Platinum", "Medium", "Low", "Low"]),
    ],
)
def test_shares_of_few_customers_are_rounded_up(count: int, expected: list[str]) -> None:
    assert tiers(count) == expected


def test_equal_values_rank_by_probability_and_then_by_id() -> None:
    ranking = value_ranking(
        np.array([5.0, 5.0, 5.0, 9.0]),
        np.array([0.2, 0.7, 0.2, 0.1]),
        np.array(["b", "c", "a", "d"]),
    )
    assert ranking.ranks.tolist() == [4, 2, 3, 1]
    assert ranking.percentiles[[3, 0]].tolist() == [0.0, 1.0]


@given(st.lists(st.sampled_from([0.0, 1.0, 2.5, 1e9]), min_size=1, max_size=300))
def test_nobody_in_a_lower_tier_is_worth_more(values: list[float]) -> None:
    spend = np.array(values)
    ids = np.array([f"{number:04d}".encode() for number in range(len(values))])
    ranking = value_ranking(spend, np.zeros(len(values)), ids)
    assert sorted(ranking.ranks.tolist()) == list(range(1, len(values) + 1))
    in_order = [spend[ranking.tiers == tier.value] for tier in ValueTier]
    filled = [part for part in in_order if len(part)]
    for better, worse in pairwise(filled):
        assert better.min() >= worse.max()
