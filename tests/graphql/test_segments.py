"""Saved segments over the API: what is made, what is refused, and how refusals look."""

from dataclasses import replace
from typing import Any

import pytest

from ampiq_gql.graphql.ids import key_of
from tests.graphql.api import Api
from tests.graphql.segments import ACTIVATE, SAVE, activate, save

DELETE = """
mutation Delete($input: DeleteSegmentInput!) {
  deleteSegment(input: $input) {
    __typename
    ... on DeleteSegmentSuccess { deletedId name }
    ... on UserError { code message }
    ... on SegmentInUse { usedIn { kind id name } }
  }
}
"""


def refused(api: Api, mutation: str, **given: Any) -> Any:
    """Return the error that answers a mutation."""
    (payload,) = api(mutation, input=given).values()
    assert not payload["__typename"].endswith("Success")
    return payload


def test_a_new_segment_is_a_draft_of_its_maker(api: Api) -> None:
    segment = save(
        api, "Chicago", 'city is "Chicago"', description="The home town.", labels=["b", "a"]
    )
    assert segment["status"] == "DRAFT"
    assert segment["revision"] == 1
    assert segment["createdBy"] == "local"
    assert segment["description"] == "The home town."
    assert sorted(segment["labels"]) == ["a", "b"]


def test_a_segment_is_changed_from_the_revision_that_was_read(api: Api) -> None:
    segment = save(api, "Chicago", 'city is "Chicago"')
    change = {"id": segment["id"], "expectedRevision": 1, "name": "Windy city"}
    changed = api(SAVE, input=change)["saveSegment"]["segment"]
    assert (changed["name"], changed["revision"]) == ("Windy city", 2)
    assert changed["expression"] == 'city is "Chicago"'


def test_a_change_from_an_older_revision_is_a_conflict(api: Api) -> None:
    segment = save(api, "Chicago", 'city is "Chicago"')
    change = {"id": segment["id"], "expectedRevision": 1}
    api(SAVE, input=change | {"name": "First"})
    error = refused(api, SAVE, **change, name="Second")
    assert error["__typename"] == "RevisionConflict"
    assert (error["expectedRevision"], error["currentRevision"]) == (1, 2)


def test_an_expression_with_errors_is_answered_with_its_diagnostics(api: Api) -> None:
    error = refused(api, SAVE, name="Typo", expression='citty is "Chicago"')
    assert error["__typename"] == "InvalidExpression"
    assert error["code"] == "INVALID_EXPRESSION"
    assert error["path"] == ["input", "expression"]
    finding = error["diagnostics"][0]
    assert (finding["code"], finding["line"], finding["column"]) == ("E201", 1, 1)
    assert (finding["start"], finding["end"]) == (0, 5)
    assert {"replacement": "city"} in finding["fixes"]


def test_a_taken_name_leads_to_the_segment_that_has_it(api: Api) -> None:
    first = save(api, "Everyone")
    error = refused(api, SAVE, name="EVERYONE", expression="everyone")
    assert error["__typename"] == "SegmentNameTaken"
    assert error["existingSegmentId"] == first["id"]
    assert error["path"] == ["input", "name"]


@pytest.mark.parametrize(
    ("given", "typename", "code", "path"),
    [
        pytest.param(
            {"name": "a/b", "expression": "everyone"},
            "InvalidInput",
            "INVALID_NAME",
            ["input", "name"],
            id="name that cannot name a file",
        ),
        pytest.param(
            {"id": "nonsense", "expectedRevision": 1},
            "InvalidInput",
            "ID_INVALID",
            ["input", "id"],
            id="malformed id",
        ),
        pytest.param(
            {"id": "U2VnbWVudDp4", "expectedRevision": 1},
            "NotFound",
            "SEGMENT_NOT_FOUND",
            ["input", "id"],
            id="unknown id",
        ),
    ],
)
def test_other_refusals_name_the_field(
    api: Api, given: dict[str, Any], typename: str, code: str, path: list[str] | None
) -> None:
    error = refused(api, SAVE, **given)
    assert (error["__typename"], error["code"], error["path"]) == (typename, code, path)


def test_a_draft_cannot_be_built_on(api: Api) -> None:
    save(api, "Draft", 'city is "Chicago"')
    error = refused(api, SAVE, name="Other", expression='member of segment "Draft"')
    assert [finding["code"] for finding in error["diagnostics"]] == ["E203"]


def test_activating_what_is_gone_is_answered_as_such(api: Api) -> None:
    error = refused(api, ACTIVATE, id="U2VnbWVudDp4")
    assert (error["__typename"], error["code"]) == ("NotFound", "SEGMENT_NOT_FOUND")


def test_a_used_segment_is_not_deleted(api: Api) -> None:
    inner = activate(api, save(api, "Inner", 'city is "Chicago"'))
    outer = save(api, "Outer", 'member of segment "Inner"')
    error = refused(api, DELETE, id=inner["id"])
    assert error["__typename"] == "SegmentInUse"
    assert error["usedIn"] == [{"kind": "SEGMENT", "id": outer["id"], "name": "Outer"}]


def test_a_deleted_segment_is_found_no_more(api: Api) -> None:
    segment = save(api, "Short-lived")
    payload = api(DELETE, input={"id": segment["id"]})["deleteSegment"]
    assert payload == {
        "__typename": "DeleteSegmentSuccess",
        "deletedId": segment["id"],
        "name": "Short-lived",
    }
    assert api("query($id: ID!) { segment(id: $id) { id } }", id=segment["id"]) == {"segment": None}


def test_a_segment_is_found_by_its_name_whatever_its_case(api: Api) -> None:
    segment = save(api, "Chicago")
    found = api('{ segment(name: "CHICAGO") { id } nobody: segment(name: "x") { id } }')
    assert found == {"segment": {"id": segment["id"]}, "nobody": None}


def test_segments_are_filtered_and_ordered(api: Api) -> None:
    for name, labels in (("b", ["x"]), ("a", ["x"]), ("c", ["y"])):
        save(api, name, labels=labels)
    found = api(
        """query { segments(
             filter: { labels: ["x"], statuses: [DRAFT] }
             orderBy: { field: NAME, direction: DESC }
           ) { totalCount edges { node { name } } } }"""
    )["segments"]
    assert found["totalCount"] == 2
    assert [edge["node"]["name"] for edge in found["edges"]] == ["b", "a"]


ONE = "query($id: ID, $name: String) { segment(id: $id, name: $name) { name } }"


def test_a_segment_is_asked_for_by_its_id_or_its_name_not_by_both(api: Api) -> None:
    segment = save(api, "One")
    for given in ({}, {"id": segment["id"], "name": "One"}):
        answer = api.answer(ONE, **given)
        assert answer.errors[0]["extensions"]["reason"] == "ARGUMENTS_INVALID"


def test_labels_come_back_as_they_are_kept(api: Api) -> None:
    made = save(api, "Labelled", labels=["b", "A", "B"])
    assert made["labels"] == ["A", "B"]
    asked = {"id": made["id"], "expectedRevision": 1, "labels": ["B", "A"]}
    assert api(SAVE, input=asked)["saveSegment"]["segment"]["revision"] == 1  # nothing changed


def test_an_id_of_another_type_names_its_field(api: Api) -> None:
    given = {"name": "One", "expression": "everyone", "folderId": save(api, "Two")["id"]}
    refused = api(SAVE, input=given)["saveSegment"]
    assert (refused["code"], refused["path"]) == ("ID_INVALID", ["input", "folderId"])


def test_a_segment_that_no_longer_fits_the_data_leaves_the_others_in_the_list(whole: Api) -> None:
    save(whole, "Sound")
    broken = save(whole, "Broken")
    key = key_of(broken["id"], "Segment")
    with whole.services.store.begin() as work:
        record = work.segments.get(key)
        assert record is not None
        work.segments.update(replace(record, text="gone is null", revision=2), ())
    answer = whole.answer(
        "{ segments(orderBy: { field: NAME }) { edges { node { name count insights { asOf } } } } }"
    )
    nodes = [edge["node"] for edge in answer.body["data"]["segments"]["edges"]]
    assert nodes[0] == {"name": "Broken", "count": None, "insights": None}
    assert nodes[1]["count"] == 60
    assert [one["path"][-2:] for one in answer.errors] == [["node", "count"], ["node", "insights"]]
    assert {one["extensions"]["reason"] for one in answer.errors} == {"INVALID_EXPRESSION"}
