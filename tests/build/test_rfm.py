"""RFM: deciles of those who bought in the year, exact whatever the population."""

from __future__ import annotations

from datetime import date

import pytest

from ampiq_gql.build import BuildRules, RfmTies
from tests.build.builders import Line, Row, at, history

AS_OF = date(2025, 6, 30)


def _people(count: int, revenue: str | None = None) -> list[Line]:
    """Person 1 is the oldest and smallest buyer, the last one the newest and largest."""
    return [
        Line(
            order_id=f"o{number:02}",
            customer_id=f"p{number:02}",
            order_datetime=at(f"2025-{1 + number // 28:02}-{1 + number % 28:02}"),
            item_revenue=revenue or str(number),
        )
        for number in range(1, count + 1)
    ]


def _scores(rows: dict[str, Row], column: str) -> list[int]:
    return [rows[key][column] for key in sorted(rows)]


def test_four_people_spread_over_all_ten() -> None:
    rows = history(_people(4), AS_OF)
    assert _scores(rows, "l12m_recency") == [3, 5, 8, 10]
    assert _scores(rows, "l12m_monetary") == [3, 5, 8, 10]


def test_ten_people_have_ten_scores() -> None:
    rows = history(_people(10), AS_OF)
    assert _scores(rows, "l12m_recency") == list(range(1, 11))
    assert rows["p10"]["l12m_rfm_score"] == 101010
    assert rows["p01"]["l12m_rfm_score"] == 111


def test_the_surplus_goes_to_the_low_scores() -> None:
    scores = _scores(history(_people(23), AS_OF), "l12m_recency")
    assert [scores.count(score) for score in range(1, 11)] == [3, 3, 3, 2, 2, 2, 2, 2, 2, 2]


def test_ties_are_split_in_a_fixed_order() -> None:
    rows = history(_people(10, revenue="5"), AS_OF)
    assert _scores(rows, "l12m_monetary") == list(range(1, 11))


@pytest.mark.parametrize("count", [10, 4])
def test_ties_share_a_score_when_the_site_wants_it(count: int) -> None:
    rules = BuildRules(rfm_ties=RfmTies.SAME)
    rows = history(_people(count, revenue="5"), AS_OF, rules)
    assert set(_scores(rows, "l12m_monetary")) == {1}
    assert _scores(rows, "l12m_recency")[-1] == 1 + 10 * (count - 1) // count


def test_others_have_no_scores() -> None:
    old = Line(order_id="o", customer_id="old", order_datetime=at("2024-06-30"))
    rows = history([*_people(3), old], AS_OF)
    assert rows["old"]["l12m_recency"] is None
    assert rows["old"]["l12m_rfm_score"] is None
    assert _scores({key: rows[key] for key in ("p01", "p02", "p03")}, "l12m_recency") == [4, 7, 10]
