"""What one request costs: statements on both databases, and how often an expression is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import dsl
from ampiq_gql.graphql.ids import key_of
from ampiq_gql.segments import SaveSegment, expressions
from benchmarks.summary import QUERY as SUMMARY
from tests.graphql.api import Api, store_statements, warehouse_statements
from tests.graphql.segments import activate, save

CUSTOMERS = """query($expression: String!) { preview(expression: $expression) {
    customers(first: 3) { rows } } }"""
EVERYTHING = """query($expression: String!) { preview(expression: $expression) {
    formatted diagnostics { code } segmentSql { text }
    insights { revenue { value baseline sql { text } } reachability { unknown } }
    customers(first: 3) { rows totalCount pageInfo { hasNextPage } } } }"""


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are parsed, resolved and compiled, each as often as that is done."""
    checked: list[str] = []

    def counted(text: str, *rest: Any, **options: Any) -> dsl.Checked:
        checked.append(text)
        return dsl.check(text, *rest, **options)

    monkeypatch.setattr(expressions, "check", counted)
    return checked


@contextmanager
def costs(api: Api, query: str, expression: str) -> Iterator[tuple[int, int]]:
    """Ask; give how many statements the warehouse and the store were sent."""
    with warehouse_statements() as asked, store_statements() as stored:
        api(query, expression=expression)
    yield len(asked), len(stored)


@pytest.fixture(autouse=True)
def everyone(reader: Api) -> None:
    """What is measured once for all has been measured."""
    reader.services.insights.measure_everyone()


def test_a_new_tab_is_one_statement_and_read_once(reader: Api, checks: list[str]) -> None:
    expression = 'city is "Chicago" and l12m_order_frequency >= 1'
    with costs(reader, SUMMARY, expression) as cost:
        assert cost == (1, 0)
    assert checks == [expression]


def test_a_tab_that_was_seen_costs_nothing(reader: Api, checks: list[str]) -> None:
    expression = 'city is "Seattle" and l12m_order_frequency >= 1'
    reader(SUMMARY, expression=expression)
    with costs(reader, SUMMARY, expression) as cost:
        assert cost == (0, 0)
    assert checks == [expression]


def test_a_page_of_customers_is_one_statement_and_counts_nothing(
    reader: Api, checks: list[str]
) -> None:
    expression = 'city is "Portland" and l12m_order_frequency >= 1'
    with costs(reader, CUSTOMERS, expression) as cost:
        assert cost == (1, 0)
    assert checks == [expression]


def test_however_much_of_a_preview_is_asked_it_is_read_once(reader: Api, checks: list[str]) -> None:
    expression = 'city is "Springfield" and l12m_order_frequency >= 1'
    with costs(reader, EVERYTHING, expression) as cost:
        # The page, the measures, and the count when it is asked before these are there.
        assert cost in ((2, 0), (3, 0))
    assert checks == [expression]


def test_an_expression_is_read_again_when_a_segment_that_it_names_has_changed(
    api: Api, checks: list[str]
) -> None:
    segment = activate(api, save(api, "Near", 'city is "Chicago"'))
    expression = 'member of segment "Near" and l12m_order_frequency >= 1'
    before = api(SUMMARY, expression=expression)
    assert checks.count(expression) == 1
    assert api(SUMMARY, expression=expression) == before
    assert checks.count(expression) == 1
    changed = SaveSegment(
        id=key_of(segment["id"], "Segment"), revision=segment["revision"], text='city is "Seattle"'
    )
    api.services.segments.save(changed, "ada")
    assert api(SUMMARY, expression=expression) != before
    assert checks.count(expression) == 2


def test_a_page_of_segments_costs_the_same_with_labels_and_without(api: Api) -> None:
    save(api, "Plain")
    with store_statements() as plain:
        api("{ segments(first: 5) { edges { node { name } } } }")
    for number in range(4):
        save(api, f"Labelled {number}", labels=["a", f"b{number}"])
    with store_statements() as labelled:
        api("{ segments(first: 5) { edges { node { name labels } } } }")
    assert len(labelled) == len(plain)
