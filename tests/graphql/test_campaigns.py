"""Campaigns over the API: made, previewed, run, and what came of it."""

from typing import Any

from tests.graphql.api import Api
from tests.graphql.campaigns import CREATE, RUN, campaign_input, create_campaign, finished_run
from tests.graphql.destinations import create_destination
from tests.graphql.segments import activate, save

PREVIEW = """
query Preview($id: ID!) {
  campaignPreview(campaignId: $id) {
    asOf funnel { included excluded assigned controls }
    cells { name isControl shareBp customers }
  }
}
"""


def made(api: Api, **others: Any) -> Any:
    segment = activate(api, save(api, "Everyone"))
    return create_campaign(api, segment, create_destination(api), **others)


def test_a_campaign_is_a_draft_with_its_treatments(api: Api) -> None:
    campaign = made(api)
    assert (campaign["state"], campaign["controlBp"]) == ("DRAFT", 2000)
    assert campaign["includedSegments"] == [{"name": "Everyone"}]
    assert [one["name"] for one in campaign["treatments"]] == ["Free delivery", "Ten percent"]
    assert campaign["treatments"][0]["destinations"] == [{"name": "House files"}]


def test_a_preview_counts_what_the_run_then_draws(whole: Api) -> None:
    campaign = made(whole)
    preview = whole(PREVIEW, id=campaign["id"])["campaignPreview"]
    run = finished_run(whole, campaign)
    assert run["state"] == "SUCCEEDED"
    assert run["funnel"] == preview["funnel"]
    cells = [{name: cell[name] for name in preview["cells"][0]} for cell in run["cells"]]
    assert cells == preview["cells"]
    assert preview["funnel"]["assigned"] == sum(cell["customers"] for cell in cells) == 60


def test_treatments_are_delivered_and_the_control_group_is_not(whole: Api) -> None:
    run = finished_run(whole, made(whole))
    treated = {cell["name"]: cell["customers"] for cell in run["cells"] if not cell["isControl"]}
    sent = {one["treatmentName"]: one["rowsAccepted"] for one in run["deliveries"]}
    assert sent == treated


def test_recipients_can_be_asked_for_from_the_day_of_the_run(whole: Api) -> None:
    run = finished_run(whole, made(whole))
    control = "any row in campaign_recipients where (is_control is true)"
    query = """query($expression: String!, $asOf: Date) {
      preview(expression: $expression, asOf: $asOf) { insights { uniqueCustomers { value } } } }"""
    ran_on = run["startedAt"][:10]  # before that day nobody was a recipient
    found = whole(query, expression=control, asOf=ran_on)["preview"]
    assert found["insights"]["uniqueCustomers"]["value"] == str(run["funnel"]["controls"])
    everyone = whole(query, expression='member of campaign "Come back"', asOf=ran_on)["preview"]
    assert everyone["insights"]["uniqueCustomers"]["value"] == "60"


def test_shares_that_do_not_add_up_block_a_run(api: Api) -> None:
    campaign = made(api, controlBp=5000)
    payload = api(RUN, input={"id": campaign["id"]})["runCampaignNow"]
    assert payload["__typename"] == "CampaignInvalid"
    issue = payload["issues"][0]
    assert (issue["code"], issue["level"], issue["path"]) == (
        "SPLIT_NOT_100",
        "BLOCK",
        ["treatments"],
    )


def test_a_campaign_that_has_run_does_not_run_again(whole: Api) -> None:
    campaign = made(whole)
    finished_run(whole, campaign)
    payload = whole(RUN, input={"id": campaign["id"]})["runCampaignNow"]
    assert payload["__typename"] == "CampaignStateConflict"
    assert payload["state"] == "COMPLETED"


def test_a_taken_name_is_refused(api: Api) -> None:
    segment = activate(api, save(api, "Everyone"))
    destination = create_destination(api)
    create_campaign(api, segment, destination)
    payload = api(CREATE, input=campaign_input(segment, destination))["createCampaign"]
    assert payload["__typename"] == "CampaignNameTaken"


def test_a_change_from_an_older_revision_is_a_conflict(api: Api) -> None:
    campaign = made(api)
    change = """mutation($input: UpdateCampaignInput!) { updateCampaign(input: $input) {
      __typename ... on RevisionConflict { expectedRevision currentRevision } } }"""
    given = {"id": campaign["id"], "expectedRevision": 1, "name": "Other"}
    assert api(change, input=given)["updateCampaign"]["__typename"] == "UpdateCampaignSuccess"
    assert api(change, input=given | {"name": "Third"})["updateCampaign"] == {
        "__typename": "RevisionConflict",
        "expectedRevision": 1,
        "currentRevision": 2,
    }


def test_campaigns_are_listed_with_their_runs_and_findings(whole: Api) -> None:
    campaign = made(whole)
    finished_run(whole, campaign)
    (edge,) = whole(
        """{ campaigns(filter: { states: [COMPLETED], search: "come" }) { edges { node {
             name state validation { code level } runs(first: 5) { edges { node { sequence } } }
           } } } }"""
    )["campaigns"]["edges"]
    assert edge["node"]["runs"]["edges"] == [{"node": {"sequence": 1}}]
    assert "CONTROL_TOO_SMALL" in [issue["code"] for issue in edge["node"]["validation"]]
