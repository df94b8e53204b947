"""The laws of Relay's connections, on segments."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.segments import save

PAGE = """
query Page($first: Int, $after: String, $last: Int, $before: String) {
  segments(
    first: $first, after: $after, last: $last, before: $before
    orderBy: { field: NAME }
  ) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { name } }
  }
}
"""
NAMES = [f"segment {number:02}" for number in range(23)]


@pytest.fixture
def filled(api: Api) -> Api:
    for name in reversed(NAMES):
        save(api, name)
    return api


def page(api: Api, **where: Any) -> Any:
    return api(PAGE, **where)["segments"]


def names(found: Any) -> list[str]:
    return [edge["node"]["name"] for edge in found["edges"]]


@pytest.mark.parametrize("rows", [1, 2, 7, 100])
def test_walks_from_both_ends_meet_every_segment_once(filled: Api, rows: int) -> None:
    forward: list[str] = []
    found = page(filled, first=rows)
    forward += names(found)
    while found["pageInfo"]["hasNextPage"]:
        found = page(filled, first=rows, after=found["pageInfo"]["endCursor"])
        assert names(found), "a next page has a row"
        forward += names(found)
    backward: list[str] = []
    found = page(filled, last=rows)
    backward = names(found) + backward
    while found["pageInfo"]["hasPreviousPage"]:
        found = page(filled, last=rows, before=found["pageInfo"]["startCursor"])
        assert names(found), "a previous page has a row"
        backward = names(found) + backward
    assert forward == backward == NAMES
    assert found["totalCount"] == len(NAMES)


def test_a_cursor_survives_an_insert_before_it_and_the_loss_of_its_row(filled: Api) -> None:
    found = page(filled, first=3)
    save(filled, "segment 00 and a half")
    (gone,) = filled(
        'query { segment(name: "segment 02") { id } }',
    ).values()
    filled("mutation($id: ID!) { deleteSegment(input: {id: $id}) { __typename } }", id=gone["id"])
    after = page(filled, first=2, after=found["pageInfo"]["endCursor"])
    assert names(after) == ["segment 03", "segment 04"]


@pytest.mark.parametrize(
    ("where", "place"),
    [
        pytest.param({"first": 1001}, "first", id="over the cap"),
        pytest.param({"first": -1}, "first", id="below zero"),
        pytest.param({"first": 1, "last": 1}, "last", id="both ends"),
        pytest.param({"first": 1, "after": "nonsense"}, "after", id="no cursor"),
    ],
)
def test_a_page_that_cannot_be_is_refused(reader: Api, where: dict[str, Any], place: str) -> None:
    answer = reader.answer(PAGE, **where)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.errors[0]["extensions"]["reason"] == "PAGE_INVALID"
    assert place in answer.errors[0]["message"]


def test_a_cursor_of_another_order_is_refused(filled: Api) -> None:
    cursor = page(filled, first=1)["pageInfo"]["endCursor"]
    answer = filled.answer(
        "query($after: String) { segments(after: $after) { edges { cursor } } }", after=cursor
    )
    assert answer.codes == ["BAD_USER_INPUT"]


def test_an_empty_page_has_no_cursors(reader: Api) -> None:
    found = page(reader, first=0)
    assert found["edges"] == []
    assert found["pageInfo"]["startCursor"] is found["pageInfo"]["endCursor"] is None
