"""Destinations and deliveries over the API."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ampiq_gql.graphql.ids import key_of
from ampiq_gql.settings import Settings
from tests.graphql.api import Api, open_api
from tests.graphql.destinations import CREATE, create_destination
from tests.graphql.segments import activate, save

DELIVER = """
mutation Deliver($input: DeliverSegmentInput!) {
  deliverSegment(input: $input) {
    __typename
    ... on DeliverSegmentSuccess { delivery { id state segment { name } destination { name } } }
    ... on UserError { code message path }
  }
}
"""
DELIVERIES = """
query Deliveries($filter: DeliveryFilter) {
  deliveries(filter: $filter) {
    edges { node {
      id state segmentName destinationName columns asOf rowsAccepted rowsRejected attempts
      problem { code message hint } rowErrors { customerId code }
      artefacts { name location rowCount byteCount sha256 }
    } }
  }
}
"""


def deliver(api: Api, segment: Any, destination: Any, **others: Any) -> Any:
    """Send a segment, wait for the end and return the delivery as it is listed."""
    given = {"segmentId": segment["id"], "destinationId": destination["id"], **others}
    payload = api(DELIVER, input=given)["deliverSegment"]
    assert payload["__typename"] == "DeliverSegmentSuccess", payload
    api.services.delivery.wait(key_of(payload["delivery"]["id"], "Delivery"), timeout_seconds=60)
    (edge,) = api(DELIVERIES, filter={"segmentId": segment["id"]})["deliveries"]["edges"]
    return edge["node"]


def test_the_types_of_destinations_come_from_plugins(reader: Api) -> None:
    kinds = reader("{ destinationTypes { key title category settingsSchema plugin } }")
    local = next(one for one in kinds["destinationTypes"] if one["key"] == "local_file")
    assert local["category"] == "FILE"
    assert local["settingsSchema"]["type"] == "object"


def test_a_destination_is_made_and_listed_by_name(api: Api) -> None:
    second = create_destination(api, "b files")
    first = create_destination(api, "A files")
    found = api("{ destinations { edges { node { id name } } } }")["destinations"]["edges"]
    assert [edge["node"]["id"] for edge in found] == [first["id"], second["id"]]
    assert first["type"]["key"] == "local_file"


@pytest.mark.parametrize(
    ("given", "typename", "code"),
    [
        pytest.param({"type": "carrier_pigeon"}, "NotFound", "DESTINATION_TYPE_UNAVAILABLE",
                     id="unknown type"),
        pytest.param({"name": " "}, "InvalidInput", "DESTINATION_NAME_INVALID", id="no name"),
        pytest.param({"settings": "out"}, "InvalidInput", "DESTINATION_SETTINGS_INVALID",
                     id="settings that are no object"),
        pytest.param({"settings": {"nonsense": 1}}, "DestinationSettingsInvalid",
                     "DESTINATION_SETTINGS_INVALID", id="settings that do not fit"),
        pytest.param({"name": "HOUSE FILES"}, "DestinationNameTaken", "DESTINATION_NAME_TAKEN",
                     id="taken name"),
    ],
)  # fmt: skip
def test_a_destination_that_cannot_be_made_is_refused(
    api: Api, given: dict[str, Any], typename: str, code: str
) -> None:
    create_destination(api)
    wanted = {"type": "local_file", "name": "Other", "settings": {"directory": "out"}} | given
    payload = api(CREATE, input=wanted)["createDestination"]
    assert (payload["__typename"], payload["code"]) == (typename, code)


def test_a_connection_is_tested_without_sending(api: Api) -> None:
    destination = create_destination(api)
    found = api(
        """mutation($id: ID!) { testDestination(input: {id: $id}) {
             ... on TestDestinationSuccess { passed checks { name level message hint } } } }""",
        id=destination["id"],
    )["testDestination"]
    assert found["passed"]
    assert all(check["level"] == "PASS" for check in found["checks"])


def test_a_segment_is_delivered_to_a_file(api: Api) -> None:
    segment = activate(api, save(api, "Chicago", 'city is "Chicago"'))
    count = api("query($id: ID!) { segment(id: $id) { count } }", id=segment["id"])
    sent = deliver(api, segment, create_destination(api), columns=["amperity_id", "email"])
    assert sent["state"] == "SUCCEEDED"
    assert sent["rowsAccepted"] == count["segment"]["count"]
    assert sent["problem"] is None
    (artefact,) = sent["artefacts"]
    assert Path(artefact["location"]).read_text().startswith("amperity_id,email\n")


def test_the_same_command_under_one_key_runs_once(api: Api) -> None:
    segment, destination = activate(api, save(api, "Everyone")), create_destination(api)
    given = {
        "segmentId": segment["id"],
        "destinationId": destination["id"],
        "idempotencyKey": "k1",
    }
    first = api(DELIVER, input=given)["deliverSegment"]["delivery"]["id"]
    assert api(DELIVER, input=given)["deliverSegment"]["delivery"]["id"] == first
    other = api(DELIVER, input=given | {"columns": ["city"]})["deliverSegment"]
    assert (other["__typename"], other["code"]) == ("Conflict", "IDEMPOTENCY_KEY_REUSED")
    api.services.delivery.wait(key_of(first, "Delivery"), timeout_seconds=60)


def test_a_destination_that_is_gone_is_not_found(api: Api) -> None:
    segment = activate(api, save(api, "Everyone"))
    given = {"segmentId": segment["id"], "destinationId": "RGVzdGluYXRpb246eA"}
    payload = api(DELIVER, input=given)["deliverSegment"]
    assert (payload["__typename"], payload["code"]) == ("NotFound", "DESTINATION_NOT_FOUND")


CHANGE = """
mutation Change($update: UpdateDestinationInput!, $delete: DeleteDestinationInput!) {
  updateDestination(input: $update) { ...Refusal }
  deleteDestination(input: $delete) { ...Refusal }
}
fragment Refusal on UserError {
  code path ... on RevisionConflict { expectedRevision currentRevision }
}
"""


def test_a_destination_is_changed_and_deleted_only_as_it_was_read(api: Api) -> None:
    stale = {"id": create_destination(api)["id"], "expectedRevision": 7}
    found = api(CHANGE, update=stale | {"name": "New"}, delete=stale)
    assert found["updateDestination"] == found["deleteDestination"]
    assert found["deleteDestination"] == {
        "code": "REVISION_CONFLICT",
        "path": ["input", "expectedRevision"],
        "expectedRevision": 7,
        "currentRevision": 1,
    }


def test_an_installation_at_fault_is_not_described_to_callers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong with the key is for whoever runs the server, in the log."""
    given = {"type": "local_file", "name": "x", "settings": {"directory": "out"}}
    with open_api(Settings(home=tmp_path, secret_key=SecretStr("short"))) as api:
        answer = api.answer(CREATE, input=given)
    assert answer.codes == ["INTERNAL"]
    assert "secret key" not in answer.text
    assert "The secret key has 5 characters" in capsys.readouterr().out
