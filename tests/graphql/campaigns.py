"""Campaigns made and run through the API, for tests that need some."""

from __future__ import annotations

from typing import Any

from ampiq_gql.graphql.ids import key_of
from tests.graphql.api import Api

CREATE = """
mutation Create($input: CreateCampaignInput!) {
  createCampaign(input: $input) {
    __typename
    ... on CreateCampaignSuccess {
      campaign {
        id name state controlBp version revision
        includedSegments { name }
        treatments { key name shareBp destinations { name } }
      }
    }
    ... on UserError { code message path }
  }
}
"""
RUN = """
mutation Run($input: RunCampaignNowInput!) {
  runCampaignNow(input: $input) {
    __typename
    ... on RunCampaignNowSuccess { run { id sequence state campaign { name state } } }
    ... on UserError { code message path }
    ... on CampaignInvalid { issues { code level message path } }
    ... on CampaignStateConflict { state allowedStates }
  }
}
"""
READ_RUN = """
query Run($id: ID!) {
  node(id: $id) {
    ... on CampaignRun {
      id state asOf buildId startedAt endedAt
      problem { code message }
      funnel { included excluded assigned controls }
      cells { treatmentKey name isControl shareBp customers }
      deliveries {
        id state treatmentName rowsAccepted rowsRejected artefacts { name location rowCount }
      }
    }
  }
}
"""


def campaign_input(segment: Any, destination: Any, **others: Any) -> dict[str, Any]:
    """Return what a campaign with two treatments and a control group is made of."""
    given = {
        "name": "Come back",
        "includeSegmentIds": [segment["id"]],
        "controlBp": 2000,
        "treatments": [
            {"name": name, "shareBp": 4000, "destinationIds": [destination["id"]]}
            for name in ("Free delivery", "Ten percent")
        ],
    }
    return given | others


def create_campaign(api: Api, segment: Any, destination: Any, **others: Any) -> Any:
    """Make a campaign and return it."""
    payload = api(CREATE, input=campaign_input(segment, destination, **others))["createCampaign"]
    assert payload["__typename"] == "CreateCampaignSuccess", payload
    return payload["campaign"]


def finished_run(api: Api, campaign: Any) -> Any:
    """Run a campaign, wait for its end and return the run."""
    payload = api(RUN, input={"id": campaign["id"]})["runCampaignNow"]
    assert payload["__typename"] == "RunCampaignNowSuccess", payload
    key = key_of(payload["run"]["id"], "CampaignRun")
    api.services.campaigns.wait(key, timeout_seconds=60)
    return api(READ_RUN, id=payload["run"]["id"])["node"]
