"""Uploaded lists over the API."""

from pathlib import Path
from typing import Any

import pytest

from ampiq_gql.services import Services
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.warehouse import Warehouse
from tests.graphql.api import Api, api_over
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


TABLE = """{ lists { edges { node {
  id name tableName tableRowCount hasOneRowEach conflicts expiresAt
  columns { name label type isPii filled distinct } unmatchedDownloadUrl } } } }"""


def sent(api: Api, content: bytes, **options: Any) -> Any:
    headers = {"content-type": "application/octet-stream"} | options.pop("headers", {})
    return api.send("POST", "/uploads/list.csv", content=content, headers=headers, **options)


def test_a_list_is_a_table_too(whole: Api) -> None:
    upload(whole, "Winners")
    (edge,) = whole(TABLE)["lists"]["edges"]
    made = edge["node"]
    assert (made["tableName"], made["tableRowCount"], made["hasOneRowEach"]) == (
        "file.winners",
        4,
        True,
    )
    assert made["columns"][1] == {
        "name": "note",
        "label": "note",
        "type": "STRING",
        "isPii": False,
        "filled": 4,
        "distinct": 4,
    }
    assert made["expiresAt"] is not None  # it holds addresses
    found = whole(COUNT, text='file.winners.note is "a"')["preview"]["insights"]
    assert found["uniqueCustomers"]["value"] == "1"
    rest = whole.send("GET", made["unmatchedDownloadUrl"])
    assert rest.headers["content-disposition"].endswith("Winners%20unmatched.csv")
    assert rest.text == '"email","note"\n"nobody@example.com","c"\n,"d"\n'


def test_a_large_file_is_sent_before_it_is_named(whole: Api) -> None:
    answer = sent(whole, CONTENT.encode())
    assert answer.status_code == 201
    given = {"name": "Winners", "upload": answer.json()["upload"], "key": "EMAIL", "keepDays": 7}
    made = whole(UPLOAD, input=given)["uploadList"]
    assert (made["__typename"], made["list"]["customers"]) == ("UploadListSuccess", 2)
    again = whole(UPLOAD, input=given | {"name": "Others"})["uploadList"]
    assert (again["code"], again["path"]) == ("UPLOAD_UNKNOWN", ["input", "upload"])


def test_a_file_that_was_refused_can_be_named_again(whole: Api) -> None:
    token = sent(whole, CONTENT.encode()).json()["upload"]
    wrong = {"name": "Winners", "upload": token, "key": "PHONE"}
    assert whole(UPLOAD, input=wrong)["uploadList"]["code"] == "LIST_COLUMN_MISSING"
    right = whole(UPLOAD, input=wrong | {"key": "EMAIL"})["uploadList"]
    assert right["__typename"] == "UploadListSuccess"


def test_a_file_that_is_too_large_leaves_nothing(tmp_path: Path, data: Warehouse) -> None:
    settings = Settings(home=tmp_path / "home", upload_max_bytes=10)
    services = Services.over(settings, Store.open(settings), data)
    with api_over(services) as api:
        refused = sent(api, b"0" * 11)
    assert refused.status_code == 413
    assert refused.json()["errors"][0]["extensions"]["reason"] == "LIST_TOO_LARGE"
    assert list((settings.home / "uploads").iterdir()) == []
    services.delivery.close()
    services.store.close()


def test_what_a_page_of_another_site_could_send_is_refused(api: Api) -> None:
    refused = sent(api, b"x", headers={"content-type": "text/plain"})
    assert refused.status_code == 415


@pytest.mark.parametrize("given", [{}, {"content": CONTENT, "upload": "0" * 32}])
def test_there_is_one_file(api: Api, given: dict[str, str]) -> None:
    refused = api(UPLOAD, input={"name": "Winners", "key": "EMAIL", **given})["uploadList"]
    assert refused["code"] == "ARGUMENTS_INVALID"


@pytest.mark.parametrize("upload", ["", "..", "../lists", "0" * 32, "0" * 31 + "/"])
def test_only_what_was_sent_can_be_named(api: Api, upload: str) -> None:
    refused = api(UPLOAD, input={"name": "Winners", "key": "EMAIL", "upload": upload})["uploadList"]
    assert refused["code"] == "UPLOAD_UNKNOWN"
