"""Saved queries over the API: written, looked at, activated, run, and asked for in expressions."""

from typing import Any

import pytest

from ampiq_gql.store import PageRequest
from tests.graphql.api import Api
from tests.graphql.saved_queries import CHICAGO, PROBLEM, QUERY_FIELDS, save_query
from tests.graphql.segments import create_folder, save
from tests.shop import customers

CHICAGOANS = sum(customer.city == "Chicago" for customer in customers())

ACTIVATE = f"""mutation Activate($id: ID!, $revision: Int) {{
  activateQuery(input: {{ id: $id, expectedRevision: $revision }}) {{
    {PROBLEM} ... on ActivateQuerySuccess {{ query {{ {QUERY_FIELDS} }} }} }} }}"""
RUN = f"""mutation Run($id: ID!) {{
  runQuery(input: {{ id: $id }}) {{
    {PROBLEM} ... on RunQuerySuccess {{ query {{ {QUERY_FIELDS} }} }} }} }}"""
DELETE = f"""mutation Delete($id: ID!) {{
  deleteQuery(input: {{ id: $id }}) {{
    {PROBLEM} ... on DeleteQuerySuccess {{ deletedId name }}
    ... on QueryInUse {{ usedIn {{ kind name }} }} }} }}"""
READ = f"query Read($id: ID!) {{ savedQuery(id: $id) {{ {QUERY_FIELDS} }} }}"
FIND = """query Find($filter: SavedQueryFilter) { savedQueries(filter: $filter) {
  totalCount edges { node { name folder { name } brokenBy } } } }"""
LINK = (
    "query Link($text: String!) { queryPreview(text: $text, first: 1) { rows isCut downloadUrl } }"
)
LIST = "{ savedQueries(first: 10) { totalCount edges { node { name } } } }"
LOOK = """query Look($text: String!, $first: Int!) {
  queryPreview(text: $text, first: $first) {
  problem { code message place hint } columns { name isPii } rows isCut asOf } }"""
COUNT = """query Count($text: String!) { preview(expression: $text) {
  diagnostics { code } insights { uniqueCustomers { value } } } }"""


def test_a_query_becomes_a_list_that_expressions_name(whole: Api) -> None:
    draft = save_query(whole, key="AMPERITY_ID", refreshes=True)["query"]
    assert (draft["status"], draft["hasDraft"], draft["key"]) == ("DRAFT", True, "AMPERITY_ID")
    active = whole(ACTIVATE, id=draft["id"], revision=1)["activateQuery"]["query"]
    assert (active["status"], active["activeText"], active["revision"]) == ("NOT_RUN", CHICAGO, 2)
    ran = whole(RUN, id=draft["id"])["runQuery"]["query"]
    assert ran["status"] == "COMPLETED"
    assert ran["lastRun"] == {"rowCount": CHICAGOANS, "customers": CHICAGOANS, "problem": None}
    counted = whole(COUNT, text='member of query "Chicago"')["preview"]
    assert counted["insights"]["uniqueCustomers"]["value"] == str(CHICAGOANS)
    assert whole(READ, id=draft["id"])["savedQuery"] == ran


def test_a_deleted_query_is_found_no_more(api: Api) -> None:
    made = save_query(api)["query"]
    assert api(LIST)["savedQueries"]["totalCount"] == 1
    assert api(DELETE, id=made["id"])["deleteQuery"]["name"] == "Chicago"
    assert api(LIST)["savedQueries"] == {"totalCount": 0, "edges": []}
    assert api(DELETE, id=made["id"])["deleteQuery"]["code"] == "QUERY_NOT_FOUND"


def test_a_key_can_be_given_and_taken_away(api: Api) -> None:
    made = save_query(api, key="AMPERITY_ID")["query"]
    change = {"id": made["id"], "name": None, "text": None}
    renamed = save_query(api, **change | {"expectedRevision": 1, "description": "Some."})["query"]
    plain = save_query(api, **change | {"expectedRevision": 2, "key": None})["query"]
    assert (renamed["key"], plain["key"], plain["name"]) == ("AMPERITY_ID", None, "Chicago")


def test_a_lost_change_is_answered_with_both_texts(api: Api) -> None:
    made = save_query(api)["query"]
    save_query(api, id=made["id"], expectedRevision=1, text="SELECT 1 AS one")
    lost = save_query(api, id=made["id"], expectedRevision=1, text="SELECT 2 AS two")
    assert (lost["__typename"], lost["theirs"], lost["yours"]) == (
        "QueryChanged",
        "SELECT 1 AS one",
        "SELECT 2 AS two",
    )


@pytest.mark.parametrize(
    ("given", "answer", "code"),
    [
        ({"text": "DROP TABLE merged_customers"}, "SqlRefused", "SQL_NOT_ONE_SELECT"),
        ({"text": "SELECT * FROM pg_shadow"}, "SqlRefused", "SQL_TABLE_UNKNOWN"),
        ({"name": " "}, "InvalidInput", "INVALID_NAME"),
        ({"fewestRows": 9, "mostRows": 1}, "InvalidInput", "ROWS_EXPECTED"),
        ({"id": "U2VnbWVudDox", "expectedRevision": 1}, "InvalidInput", "ID_INVALID"),
    ],
)
def test_what_is_wrong_is_answered_as_data(
    api: Api, given: dict[str, Any], answer: str, code: str
) -> None:
    refused = save_query(api, **given)
    assert (refused["__typename"], refused["code"]) == (answer, code)


def test_a_run_that_fails_says_so_and_is_noted(whole: Api) -> None:
    made = save_query(whole, mostRows=1)["query"]
    whole(ACTIVATE, id=made["id"])
    refused = whole(RUN, id=made["id"])["runQuery"]
    assert (refused["__typename"], refused["code"]) == ("InvalidInput", "QUERY_ROWS_UNEXPECTED")
    after = whole(READ, id=made["id"])["savedQuery"]
    assert (after["status"], after["lastRun"]["problem"]["code"]) == ("FAILED", refused["code"])


def test_a_preview_shows_rows(reader: Api) -> None:
    text = "SELECT email AS x, order_revenue, order_datetime FROM unified_transactions JOIN "
    text += "merged_customers USING (amperity_id) WHERE order_revenue IS NOT NULL ORDER BY 3"
    shown = reader(LOOK, text=text, first=2)["queryPreview"]
    assert shown["columns"][0] == {"name": "x", "isPii": True}
    assert (shown["problem"], len(shown["rows"]), shown["isCut"]) == (None, 2, True)
    assert all(isinstance(cell, str) for cell in shown["rows"][0][1:])


@pytest.mark.parametrize(
    ("text", "first", "code", "place"),
    [
        ("SELECT emial FROM merged_customers", 1, "SQL_COLUMN_UNKNOWN", "line 1, column 8"),
        ("SELECT 1; SELECT 2", 1, "SQL_NOT_ONE_SELECT", None),
        ("SELECT 1 AS one", 1_001, "PREVIEW_LIMIT", None),
    ],
)
def test_a_preview_says_why_there_are_no_rows(
    reader: Api, text: str, first: int, code: str, place: str | None
) -> None:
    refused = reader(LOOK, text=text, first=first)["queryPreview"]
    assert (refused["problem"]["code"], refused["problem"]["place"]) == (code, place)
    assert (refused["columns"], refused["rows"]) == ([], [])


def test_queries_are_found_by_folder_status_and_words(api: Api) -> None:
    folder = create_folder(api, "Mailings")
    made = save_query(api, folderId=folder["id"])["query"]
    save_query(api, name="Other")
    by_folder = {"folderIds": [folder["id"]], "statuses": ["DRAFT"], "search": "CHIC"}
    (edge,) = api(FIND, filter=by_folder)["savedQueries"]["edges"]
    assert edge["node"] == {"name": "Chicago", "folder": {"name": "Mailings"}, "brokenBy": None}
    assert api(FIND, filter={"statuses": ["BROKEN"]})["savedQueries"]["edges"] == []
    save_query(api, id=made["id"], expectedRevision=1, folderId="")
    assert api(FIND, filter={"folderIds": [None]})["savedQueries"]["totalCount"] == 2


def test_a_query_that_a_segment_names_is_not_deleted(whole: Api) -> None:
    made = save_query(whole, key="AMPERITY_ID")["query"]
    whole(ACTIVATE, id=made["id"])
    whole(RUN, id=made["id"])
    save(whole, "Windy", 'member of query "chicago"')
    refused = whole(DELETE, id=made["id"])["deleteQuery"]
    assert (refused["__typename"], refused["code"]) == ("QueryInUse", "QUERY_IN_USE")
    assert refused["usedIn"] == [{"kind": "SEGMENT", "name": "Windy"}]


def test_a_query_is_downloaded_whole_and_defused(api: Api) -> None:
    text = "SELECT '=1+1' AS formula, city FROM merged_customers ORDER BY customer_id"
    looked = api(LINK, text=text)["queryPreview"]
    assert (len(looked["rows"]), looked["isCut"]) == (1, True)
    answer = api.send("GET", looked["downloadUrl"])
    lines = answer.text.splitlines()
    assert (answer.status_code, len(lines)) == (200, 1 + len(customers()))
    assert lines[0] == '"formula","city"'
    assert all(line.startswith('"\'=1+1",') for line in lines[1:])


def test_the_download_of_a_saved_query_bears_its_name_and_is_written_down(api: Api) -> None:
    made = save_query(api)["query"]
    query = "query($id: ID!) { savedQuery(id: $id) { downloadUrl(format: PARQUET) } }"
    link = api(query, id=made["id"])["savedQuery"]["downloadUrl"]
    answer = api.send("GET", link)
    assert answer.headers["content-disposition"].endswith("Chicago.parquet")
    with api.services.store.read() as work:
        (entry,) = work.audit.list_page(PageRequest(first=1)).items
    assert (entry.action, entry.target_type) == ("query.download", "query")
    assert CHICAGO not in str(entry.details)


def test_a_csv_file_that_is_too_long_is_refused_before_it_begins(reader: Api) -> None:
    many = " CROSS JOIN ".join(f"merged_customers AS c{number}" for number in range(3))
    link = reader(LINK, text=f"SELECT 1 AS one FROM {many}")["queryPreview"]["downloadUrl"]
    answer = reader.send("GET", link)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["reason"] == "RESULT_TOO_LARGE"


def test_there_is_no_link_to_a_query_that_is_refused(reader: Api) -> None:
    assert reader(LINK, text="DROP TABLE x")["queryPreview"]["downloadUrl"] is None
