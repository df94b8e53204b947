"""Near names: what is offered, in which order, and what is not."""

from __future__ import annotations

import pytest

from dsl.suggestions import Candidate, nearest, quoted_name

COLUMNS = [
    Candidate("city", ("City",)),
    Candidate("state", ("State",)),
    Candidate("lifetime_order_revenue", ("Lifetime Order Revenue",)),
    Candidate("l12m_order_revenue", ("Order Revenue, 12 Months",)),
    Candidate("predicted_clv_next_365d", ("Predicted Value",)),
]
STATES = [Candidate(name) for name in ("IL", "IA", "CA", "TX", "WA")]


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("citty", "city"),
        ("City", "city"),
        ("lifetime_revenue", "lifetime_order_revenue"),
        ("revenue lifetime order", "lifetime_order_revenue"),
        ("predicted value", "predicted_clv_next_365d"),
    ],
)
def test_the_nearest_name_comes_first(written: str, first: str) -> None:
    assert nearest(written, COLUMNS)[0] == first


@pytest.mark.parametrize(
    ("written", "first"), [("Illinois", "IL"), ("Texas", "TX"), ("california", "CA")]
)
def test_abbreviations_are_recognised(written: str, first: str) -> None:
    assert nearest(written, STATES)[0] == first


def test_nothing_near_is_nothing_offered() -> None:
    assert nearest("frobnicate", COLUMNS) == ()


def test_at_most_three_are_offered_each_once() -> None:
    twice = [*COLUMNS, *COLUMNS]
    found = nearest("order_revenue", twice)
    assert len(found) == len(set(found)) <= 3


@pytest.mark.parametrize(
    ("name", "written"),
    [("city", "city"), ("my column", "`my column`"), ("and", "`and`"), ("Is", "`Is`")],
)
def test_names_are_back_quoted_where_they_must_be(name: str, written: str) -> None:
    assert quoted_name(name) == written
