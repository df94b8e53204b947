"""The recipients of campaigns, as the history shows them: all of them, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.graphql.api import Api, open_api
from tests.graphql.campaigns import create_campaign, finished_run
from tests.graphql.destinations import create_destination
from tests.graphql.segments import activate, save
from tests.shop import make_shop

RECIPIENTS = """
query Recipients(
  $id: ID!, $first: Int, $after: String, $last: Int, $before: String, $run: ID, $treatment: String
) {
  campaign(id: $id) {
    recipients(
      first: $first, after: $after, last: $last, before: $before
      runId: $run, treatmentKey: $treatment
    ) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges {
        cursor
        node {
          customerId treatmentKey treatmentName isControl hasArrived
          run { id } delivery { id treatmentName }
        }
      }
    }
  }
}
"""


class Sent(NamedTuple):
    """A campaign that has run."""

    api: Api
    campaign: Any
    run: Any

    def page(self, **where: Any) -> Any:
        return self.api(RECIPIENTS, id=self.campaign["id"], **where)["campaign"]["recipients"]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    """A campaign to everyone, run after the day of the build: no expression sees it yet."""
    with open_api(make_shop(tmp_path_factory.mktemp("recipients") / "home")) as api:
        segment = activate(api, save(api, "Everyone"))
        campaign = create_campaign(api, segment, create_destination(api))
        yield Sent(api, campaign, finished_run(api, campaign))


def nodes(found: Any) -> list[Any]:
    return [edge["node"] for edge in found["edges"]]


def test_all_recipients_are_shown_whatever_day_the_build_stands_for(sent: Sent) -> None:
    found = sent.page(first=1000)
    assert found["totalCount"] == len(found["edges"]) == 60
    assert len({node["customerId"] for node in nodes(found)}) == 60
    assert {node["run"]["id"] for node in nodes(found)} == {sent.run["id"]}


def test_the_treated_have_a_delivery_and_the_control_group_has_none(sent: Sent) -> None:
    deliveries = {one["treatmentName"]: one["id"] for one in sent.run["deliveries"]}
    for node in nodes(sent.page(first=1000)):
        delivered = None if node["delivery"] is None else node["delivery"]["id"]
        assert delivered == deliveries.get(node["treatmentName"])
        assert node["isControl"] is (delivered is None) is not node["hasArrived"]


def test_a_cell_holds_whom_its_run_has_counted(sent: Sent) -> None:
    for cell in sent.run["cells"]:
        found = sent.page(first=0, run=sent.run["id"], treatment=cell["treatmentKey"])
        assert found["totalCount"] == cell["customers"]
    assert sent.page(treatment="nonsense")["totalCount"] == 0


@pytest.mark.parametrize("rows", [7, 60, 100])
def test_walks_from_both_ends_meet_everybody_once(sent: Sent, rows: int) -> None:
    forward, backward = list(nodes(found := sent.page(first=rows))), []
    while found["pageInfo"]["hasNextPage"]:
        found = sent.page(first=rows, after=found["pageInfo"]["endCursor"])
        forward += nodes(found)
    found = sent.page(last=rows)
    backward = nodes(found)
    while found["pageInfo"]["hasPreviousPage"]:
        found = sent.page(last=rows, before=found["pageInfo"]["startCursor"])
        backward = nodes(found) + backward
    assert forward == backward == nodes(sent.page(first=1000))
    ids = [node["customerId"] for node in forward]
    assert ids == sorted(ids)


def test_a_campaign_that_never_ran_has_no_recipients(api: Api) -> None:
    segment = activate(api, save(api, "Everyone"))
    campaign = create_campaign(api, segment, create_destination(api))
    found = api(RECIPIENTS, id=campaign["id"])["campaign"]["recipients"]
    assert (found["totalCount"], found["edges"]) == (0, [])


@pytest.mark.parametrize("cursor", ["nonsense", "UmVjaXBpZW50Ong6eQ", "U2VnbWVudDp4"])
def test_a_cursor_of_another_list_is_bad_input(sent: Sent, cursor: str) -> None:
    answer = sent.api.answer(RECIPIENTS, id=sent.campaign["id"], after=cursor)
    assert answer.codes == ["BAD_USER_INPUT"]
