"""Uploaded lists over the API."""

from tests.graphql.api import Api
from tests.graphql.lists import CONTENT, UPLOAD, upload
from tests.graphql.segments import save

COUNT = """query($text: String!) {
  preview(expression: $text) { insights { uniqueCustomers { value } } } }"""
LISTS = "{ lists { totalCount edges { node { name customers } } } }"
DELETE = """
mutation Delete($id: ID!) {
  deleteList(input: { id: $id }) {
    __typename
    ... on DeleteListSuccess { deletedId name }
    ... on UserError { code }
    ... on ListInUse { usedIn { kind name } }
  }
}
"""


def test_a_list_tells_what_came_of_its_rows_and_can_be_asked_for(whole: Api) -> None:
    made = upload(whole, "Winners")
    rows = {name: made[name] for name in ("rowCount", "matched", "unmatched", "blank")}
    assert rows == {"rowCount": 4, "matched": 2, "unmatched": 1, "blank": 1}
    assert (made["customers"], made["createdBy"]) == (2, "local")
    found = whole(COUNT, text='member of file "Winners"')["preview"]["insights"]
    assert found["uniqueCustomers"]["value"] == "2"
    assert whole(LISTS)["lists"] == {
        "totalCount": 1,
        "edges": [{"node": {"name": "Winners", "customers": 2}}],
    }


def test_a_deleted_list_is_found_no_more(whole: Api) -> None:
    made = upload(whole, "Winners")
    deleted = whole(DELETE, id=made["id"])["deleteList"]
    assert deleted == {
        "__typename": "DeleteListSuccess",
        "deletedId": made["id"],
        "name": "Winners",
    }
    assert whole(DELETE, id=made["id"])["deleteList"]["code"] == "LIST_NOT_FOUND"
    assert whole(LISTS)["lists"]["totalCount"] == 0


def test_a_list_that_a_segment_names_is_not_deleted(whole: Api) -> None:
    made = upload(whole, "Winners")
    save(whole, "Others", "everyone -- a comment may name list winners")
    save(whole, "Lucky", 'city is "Chicago" or member of FILE "winners"')
    refused = whole(DELETE, id=made["id"])["deleteList"]
    assert refused == {
        "__typename": "ListInUse",
        "code": "LIST_IN_USE",
        "usedIn": [{"kind": "SEGMENT", "name": "Lucky"}],
    }
    assert whole(LISTS)["lists"]["totalCount"] == 1


def test_a_name_that_nobody_can_read_is_refused(api: Api) -> None:
    given = {"name": "a\u202eb", "content": CONTENT, "key": "EMAIL"}
    refused = api(UPLOAD, input=given)["uploadList"]
    assert (refused["code"], refused["path"]) == ("LIST_NAME_INVALID", ["input", "name"])


def test_a_taken_name_is_refused(whole: Api) -> None:
    upload(whole, "Winners")
    given = {"name": "WINNERS", "content": CONTENT, "key": "EMAIL"}
    refused = whole(UPLOAD, input=given)["uploadList"]
    assert (refused["__typename"], refused["code"]) == ("Conflict", "LIST_NAME_TAKEN")
    assert refused["path"] == ["input", "name"]


def test_a_file_without_the_key_is_refused(api: Api) -> None:
    given = {"name": "Winners", "content": "phone\n1\n", "key": "EMAIL"}
    refused = api(UPLOAD, input=given)["uploadList"]
    assert refused["__typename"] == "InvalidInput", refused
