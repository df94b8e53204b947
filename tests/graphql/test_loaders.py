"""Lists of any length cost the same number of statements on the control plane."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from ampiq_gql.graphql.ids import key_of
from ampiq_gql.services import Services
from ampiq_gql.store.base import new_id, utc_now
from ampiq_gql.store.campaign_runs import CampaignRunRecord, CampaignRunState
from ampiq_gql.store.deliveries import DeliveryRecord, DeliveryState
from ampiq_gql.store.delivery_ledger import ChunkState, RowErrorRecord
from tests.graphql.api import Api, open_api, store_statements
from tests.graphql.campaigns import create_campaign
from tests.graphql.destinations import create_destination
from tests.graphql.segments import activate, create_folder, save
from tests.shop import make_shop

LISTS = {
    "segments": """query($first: Int) { segments(first: $first) { edges { node {
        name usedIn { name } folder { name parent { name } }
        versions(first: 1) { totalCount pageInfo { hasNextPage } edges { node { name } } }
        } } } }""",
    "segments with figures": """query($first: Int) { segments(first: $first) { edges { node {
        name count insights { revenue { value } } } } } }""",
    "campaigns": """query($first: Int) { campaigns(first: $first) { totalCount edges { node {
        name includedSegments { name } treatments { destinations { name } } validation { code }
        runs(first: 2) { totalCount edges { node { campaign { name }
          deliveries { destination { name } segment { name } rowErrors(first: 3) { code } } } }
        } } } } }""",
    "deliveries": """query($first: Int) { deliveries(first: $first) { totalCount edges { node {
        destination { name type { title } } rowErrors { code } } } } }""",
}
CITIES = ("Chicago", "Seattle", "Portland", "Springfield")
PARENTS = 50


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A client of a shop with many of everything; every campaign has a past of its own."""
    with open_api(make_shop(tmp_path_factory.mktemp("loaders") / "home")) as api:
        folder = create_folder(api, "Inner", parentId=create_folder(api, "Outer")["id"])
        for number in range(PARENTS - 1):
            city = CITIES[number % len(CITIES)]
            rule = f'city is "{city}" and l12m_order_frequency >= {number}'
            save(api, f"s{number}", rule, folderId=folder["id"])
        segment = activate(api, save(api, "Everyone", folderId=folder["id"]))
        destination = create_destination(api)
        for number in range(PARENTS):
            campaign = create_campaign(api, segment, destination, name=f"c{number}")
            keys = key_of(campaign["id"], "Campaign"), key_of(destination["id"], "Destination")
            write_past(api.services, *keys)
        yield api


def write_past(services: Services, campaign_id: str, destination_id: str) -> None:
    """Keep a run with a delivery that has refused a row, as if it had been."""
    run = CampaignRunRecord(
        id=new_id(),
        campaign_id=campaign_id,
        sequence=1,
        idempotency_key=None,
        version=1,
        created_by="local",
        created_at=utc_now(),
        state=CampaignRunState.SUCCEEDED_WITH_ISSUES,
    )
    delivery = delivery_of(run, destination_id)
    refused = RowErrorRecord(
        delivery_id=delivery.id, row_key="k", code="BAD", message="It is bad.", is_retryable=False
    )
    with services.store.begin() as work:
        work.campaign_runs.add(run)
        work.deliveries.add(delivery)
        work.ledger.lease(delivery.id, 1, digest="0" * 64, row_count=1)
        work.ledger.answer(
            delivery.id,
            1,
            state=ChunkState.ACCEPTED,
            remote_ref=None,
            rejected_count=1,
            errors=[refused],
        )


def delivery_of(run: CampaignRunRecord, destination_id: str) -> DeliveryRecord:
    """Return the delivery of a run."""
    return DeliveryRecord(
        id=new_id(),
        idempotency_key=None,
        request_digest="0" * 64,
        destination_id=destination_id,
        destination_name="House files",
        destination_type="local_file",
        campaign_name="c",
        campaign_run_id=run.id,
        treatment_id="t",
        treatment_name="Free delivery",
        columns=("amperity_id",),
        build_id="b",
        as_of=date(2026, 6, 30),
        created_by="local",
        created_at=run.created_at,
        state=DeliveryState.SUCCEEDED_WITH_ROW_ERRORS,
    )


def statements(api: Api, name: str, first: int) -> int:
    with store_statements() as found:
        data = api(LISTS[name], first=first)
    assert len(data[name.partition(" ")[0]]["edges"]) == first
    return len(found)


@pytest.mark.parametrize("name", LISTS)
def test_one_parent_and_many_cost_the_same(filled: Api, name: str) -> None:
    assert statements(filled, name, 1) == statements(filled, name, PARENTS)


def test_nested_lists_are_those_of_their_parents(filled: Api) -> None:
    found = filled(LISTS["campaigns"], first=PARENTS)["campaigns"]
    assert found["totalCount"] == PARENTS
    for edge in found["edges"]:
        runs = edge["node"]["runs"]
        assert runs["totalCount"] == 1
        (run,) = [one["node"] for one in runs["edges"]]
        assert run["campaign"]["name"] == edge["node"]["name"]
        assert run["deliveries"][0]["rowErrors"] == [{"code": "BAD"}]
