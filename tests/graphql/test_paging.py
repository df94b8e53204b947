"""The laws of Relay's connections, on segments."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.graphql.api import Api, open_api
from tests.graphql.segments import save
from tests.shop import make_shop

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


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A client of a shop with segments that nobody changes."""
    with open_api(make_shop(tmp_path_factory.mktemp("paging") / "home")) as api:
        for name in reversed(NAMES):
            save(api, name)
        yield api


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


def test_a_cursor_survives_an_insert_before_it_and_the_loss_of_its_row(api: Api) -> None:
    _, _, third, _ = (save(api, name) for name in "abcd")
    found = page(api, first=3)
    save(api, "a and a half")
    api("mutation($id: ID!) { deleteSegment(input: {id: $id}) { __typename } }", id=third["id"])
    assert names(page(api, first=2, after=found["pageInfo"]["endCursor"])) == ["d"]


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
