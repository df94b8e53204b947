"""Whatever has an id can be fetched by it again."""

from tests.graphql.api import Api
from tests.graphql.campaigns import create_campaign, finished_run
from tests.graphql.destinations import create_destination
from tests.graphql.lists import upload
from tests.graphql.saved_queries import save_query
from tests.graphql.segments import activate, create_folder, save

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"


def test_every_type_of_node_is_fetched_by_its_id(whole: Api) -> None:
    segment = activate(whole, save(whole, "Chicago", 'city is "Chicago"'))
    destination = create_destination(whole)
    campaign = create_campaign(whole, segment, destination)
    run = finished_run(whole, campaign)
    nodes = {
        "Segment": segment["id"],
        "Destination": destination["id"],
        "Campaign": campaign["id"],
        "CampaignRun": run["id"],
        "CustomerList": upload(whole, "Some")["id"],
        "Delivery": run["deliveries"][0]["id"],
        "Folder": create_folder(whole, "Mailings")["id"],
        "SavedQuery": save_query(whole)["query"]["id"],
    }
    for name, node_id in nodes.items():
        assert whole(NODE, id=node_id)["node"] == {"__typename": name, "id": node_id}
    schema = whole('{ __type(name: "Node") { possibleTypes { name } } }')["__type"]
    assert {kind["name"] for kind in schema["possibleTypes"]} == set(nodes)


def test_an_id_that_finds_nothing_is_null(api: Api) -> None:
    segment = save(api, "Gone soon")
    api("mutation($id: ID!) { deleteSegment(input: {id: $id}) { __typename } }", id=segment["id"])
    ids = [segment["id"], "U2VnbWVudDp4", "QnVpbGQ6eA", "nonsense", ""]
    assert api("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)["nodes"] == [None] * 5


def test_nodes_keep_the_order_of_their_ids(api: Api) -> None:
    one, other = save(api, "one"), save(api, "other")
    ids = [other["id"], one["id"], other["id"]]
    found = api("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)["nodes"]
    assert [node["id"] for node in found] == ids


def test_too_many_ids_are_refused(reader: Api) -> None:
    answer = reader.answer("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["x"] * 1001)
    assert answer.codes == ["LIMIT_EXCEEDED"]
    assert answer.errors[0]["extensions"]["limit"] == 1000
