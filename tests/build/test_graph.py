"""The graph of a build: what cannot be made is refused, and nothing is read undeclared."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from ampiq_gql.build.graph import Graph, Inputs, Rows, Step
from ampiq_gql.build.models import BuildContext, BuildRules
from ampiq_gql.build.sources import Sources
from ampiq_gql.build.steps import build_graph
from ampiq_gql.errors import Fault


def nothing(_given: Inputs) -> Rows:
    return None


def step(name: str, *reads: str) -> Step:
    return Step(name=name, reads=reads, rows=nothing)


def test_steps_come_after_what_they_read() -> None:
    graph = Graph((step("c", "b", "a"), step("a", "sources.orders"), step("b", "a")))
    assert [one.name for one in graph] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        pytest.param((step("a", "b"), step("b", "a")), "in a circle: a, b", id="circle"),
        pytest.param((step("a", "a"),), "in a circle: a", id="itself"),
        pytest.param((step("a", "b"),), "a reads b, which nothing makes", id="missing step"),
        pytest.param((step("a", "sources.x"),), "which nothing makes", id="missing source"),
        pytest.param((step("a"), step("a")), "several steps make a", id="twice"),
    ],
)
def test_a_graph_that_cannot_be_made_is_refused(steps: tuple[Step, ...], said: str) -> None:
    with pytest.raises(Fault, match=said):
        Graph(steps)


def given(**tables: sa.Table | None) -> Inputs:
    context = BuildContext(
        as_of=date(2025, 6, 30), time_zone="UTC", currency="USD", rules=BuildRules()
    )
    connection = sa.create_engine("duckdb:///:memory:").connect()
    return Inputs(
        step="a",
        connection=connection,
        context=context,
        sources=Sources(tables={}),
        tables=tables,
    )


def test_a_step_reads_nothing_that_it_does_not_declare() -> None:
    with pytest.raises(Fault, match="a reads orders without declaring it"):
        given().get("orders")
    with pytest.raises(Fault, match="a needs orders, which was not made"):
        given(orders=None)["orders"]
    assert given(orders=None).get("orders") is None


@pytest.mark.parametrize("has_customers", [True, False])
def test_steps_are_followed_only_by_what_they_read(has_customers: bool) -> None:
    for one in build_graph(has_customers=has_customers):
        assert one.follows <= set(one.reads)
        assert (one.part_key is None) == (not one.follows)
