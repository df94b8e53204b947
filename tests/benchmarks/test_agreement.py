"""The benchmark compares every figure of the tab before it measures anything."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest

from benchmarks import by_hand
from benchmarks.agreement import Disagreement, Row, check_tab
from benchmarks.by_hand import Case
from benchmarks.shop import build_file
from benchmarks.summary import QUERY
from tests.graphql.api import Api, open_api
from tests.shop import make_shop

CASE = Case(
    title="a city",
    expression='city is "Chicago" and l12m_order_frequency >= {}',
    ids="""SELECT amperity_id FROM c360.customer_360
        WHERE lower(city) = 'chicago' AND l12m_order_frequency >= {}""",
    start=1,
    step=1,
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with open_api(make_shop(tmp_path_factory.mktemp("agreement") / "home")) as api:
        yield api


@pytest.fixture(scope="module")
def tab(api: Api) -> Mapping[str, Any]:
    found: Mapping[str, Any] = api(QUERY, expression=CASE.expression.format(1))
    insights: Mapping[str, Any] = found["preview"]["insights"]
    return insights


@pytest.fixture(scope="module")
def rows(api: Api) -> tuple[Row, Row]:
    with closing(by_hand.connect(build_file(api.services), threads=1)) as database:
        return by_hand.summary(database, CASE, 1), by_hand.everyone(database)


def figures(found: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the places of all numbers of the tab, and of what is null there."""
    if isinstance(found, (dict, list)):
        for key in found if isinstance(found, dict) else range(len(found)):
            if key not in ("asOf", "buildId", "channel"):
                yield from figures(found[key], (*place, key))
    else:
        yield place


def test_the_tab_says_what_the_sql_says(tab: Mapping[str, Any], rows: tuple[Row, Row]) -> None:
    check_tab(tab, *rows)


def test_no_figure_can_be_wrong_unseen(tab: Mapping[str, Any], rows: tuple[Row, Row]) -> None:
    places = list(figures(tab))
    assert len(places) > 60
    for place in places:
        wrong: Any = copy.deepcopy(tab)
        parent = wrong
        for key in place[:-1]:
            parent = parent[key]
        said = parent[place[-1]]
        parent[place[-1]] = "1" if said is None else str(Decimal(str(said)) + 1)
        with pytest.raises(Disagreement):
            check_tab(wrong, *rows)
