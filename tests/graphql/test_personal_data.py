"""Every way in which rows of customers leave: nobody without the right takes personal data along.

The ways are walked in the schema: a new one fails here until it says how it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from graphql import GraphQLList, GraphQLObjectType, get_nullable_type

from ampiq_gql.graphql.schema import served_schema
from tests.graphql.api import Api, open_api
from tests.graphql.campaigns import RUN, create_campaign
from tests.graphql.destinations import create_destination
from tests.graphql.lists import upload
from tests.graphql.saved_queries import save_query
from tests.graphql.segments import SAVE, activate, save
from tests.shop import customers, make_shop

DELIVER = """mutation($input: DeliverSegmentInput!) {
  deliverSegment(input: $input) { ... on UserError { code } } }"""
EVERYTHING = "amperity_id, email, phone, address, birthdate, city"
SQL = f"SELECT {EVERYTHING}, upper(email) AS loud FROM merged_customers"
COLUMNS = ["email", "phone", "address", "birthdate", "city"]

WAYS = {
    "CustomerPage.rows": """query($columns: [String!]) {
        preview(expression: "everyone") { customers(columns: $columns) { rows } } }""",
    "CustomerPage.downloadUrl": """query($columns: [String!]) {
        preview(expression: "everyone") { customers(columns: $columns) {
          csv: downloadUrl arrow: downloadUrl(format: ARROW) } } }""",
    "QueryPreview.rows": """query($sql: String!) {
        queryPreview(text: $sql) { problem { code } rows } }""",
    "QueryPreview.downloadUrl": """query($sql: String!) {
        queryPreview(text: $sql) { csv: downloadUrl arrow: downloadUrl(format: ARROW) } }""",
    "SavedQuery.downloadUrl": """{ savedQueries { edges { node {
        csv: downloadUrl arrow: downloadUrl(format: ARROW) } } } }""",
    "CustomerList.unmatchedDownloadUrl": """{ lists { edges { node {
        csv: unmatchedDownloadUrl arrow: unmatchedDownloadUrl(format: ARROW) } } } }""",
    "TableExamples.rows": "{ tables { name examples { rows } } }",
    "ColumnStatistics.topValues": """{ tables { columns { minimum maximum topValues { value }
        statistics { minimum maximum mean quantiles { median } topValues { value } } } } }""",
    "CustomerFlag.why": """query($id: String!) {
        customerFlags(amperityId: $id) { flags { why reasons } } }""",
    "CheckSamples.rows": "{ validationReport { checks { samples { rows } } } }",
    "Completion.text": """{ email: completions(text: "email is ", offset: 9) { text }
        city: completions(text: "city is ", offset: 8) { text } }""",
}
"""How each of them is asked for."""

NEVER_TOLD = {"ColumnStatistics.topValues", "Completion.text", "CheckSamples.rows"}
"""Ways that show no personal data to anybody, in this shop."""

PERSONAL = {
    str(value)
    for one in customers()
    for value in (one.email, one.phone, one.address, one.birthdate)
    if value is not None
} | {"nobody@example.com", "+13125550999"}
PERSONAL |= {value.upper() for value in PERSONAL}
CITIES = {one.city for one in customers() if one.city}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A shop with a file, a query, a segment and a destination, for callers of either kind."""
    with open_api(make_shop(tmp_path_factory.mktemp("personal") / "home")) as api:
        prepare(api)
        yield api


@pytest.fixture(scope="module")
def raised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The same shop, after its site has called cities personal; it was not built anew."""
    settings = make_shop(tmp_path_factory.mktemp("raised") / "home")
    with open_api(settings.model_copy(update={"column_classes": {"city": "pii"}})) as api:
        prepare(api)
        yield api


def prepare(api: Api) -> None:
    content = "email,phone,city\nnobody@example.com,+13125550999,Chicago\nuser0@example.com,,\n"
    upload(api, "Winners", content=content)
    assert save_query(api, text=SQL)["__typename"] == "SaveQuerySuccess"


def told(api: Api, way: str) -> str:
    """Return all that a caller is told: the answer and the files that it links to."""
    everyone = '{ preview(expression: "everyone") { customers(columns: []) { rows } } }'
    someone = api(everyone)["preview"]["customers"]["rows"][0][0]
    answer = api.answer(WAYS[way], columns=COLUMNS, sql=SQL, id=someone)
    assert answer.errors == []
    files = (api.send("GET", link) for link in re.findall(r'"(/downloads/[^"]+)"', answer.text))
    return answer.text + "".join(file.content.decode("utf-8", "replace") for file in files)


def ways_in_the_schema() -> Iterator[str]:
    """Yield the fields that hold rows of values, or lead to a file of them."""
    for kind in served_schema()._schema.type_map.values():
        for name, field in kind.fields.items() if isinstance(kind, GraphQLObjectType) else ():
            row = get_nullable_type(field.type)
            inner = get_nullable_type(row.of_type) if isinstance(row, GraphQLList) else None
            if isinstance(inner, GraphQLList) or name.lower().endswith("downloadurl"):
                yield f"{kind.name}.{name}"


def test_every_way_out_is_among_those_that_are_held_here() -> None:
    assert set(ways_in_the_schema()) <= WAYS.keys()


@pytest.mark.parametrize("way", WAYS)
def test_nobody_without_the_right_is_told_personal_data(
    shop: Api, way: str, restrict: Callable[[], None]
) -> None:
    if way not in NEVER_TOLD:
        assert any(value in told(shop, way) for value in PERSONAL)
    restrict()
    after = told(shop, way)
    assert [value for value in PERSONAL if value in after] == []


@pytest.mark.parametrize("way", WAYS)
def test_a_class_that_the_site_raises_holds_at_once(
    raised: Api, way: str, restrict: Callable[[], None]
) -> None:
    restrict()
    after = told(raised, way)
    assert [city for city in CITIES if city in after] == []


def test_columns_of_files_are_personal_once_the_site_says_so(shop: Api, raised: Api) -> None:
    def personal(api: Api) -> list[bool]:
        edges = api("{ lists { edges { node { name columns { isPii } } } } }")["lists"]["edges"]
        (winners,) = (edge["node"] for edge in edges if edge["node"]["name"] == "Winners")
        return [column["isPii"] for column in winners["columns"]]

    assert (personal(shop), personal(raised)) == ([True, True, False], [True, True, True])


def test_a_file_is_kept_as_shortly_as_its_columns_are_personal(shop: Api, raised: Api) -> None:
    def expiry(api: Api) -> bool:
        someone = api('{ preview(expression: "everyone") { customers(columns: []) { rows } } }')
        (customer,) = someone["preview"]["customers"]["rows"][0]
        content = f"amperity_id,city\n{customer},Chicago\n"
        made = upload(api, "Cities", content=content, key="AMPERITY_ID")
        expires = "query($id: ID!) { node(id: $id) { ... on CustomerList { expiresAt } } }"
        return api(expires, id=made["id"])["node"]["expiresAt"] is not None

    assert (expiry(shop), expiry(raised)) == (False, True)


def test_exceptions_of_rules_are_hidden(shop: Api, restrict: Callable[[], None]) -> None:
    changes = [{"name": "employee_exceptions", "value": ["ada@acme.com"]}]
    rules = "{ name value statedValue hidesPersonalData }"
    edit = f"""mutation($rules: [RuleInput!]!) {{ editClassificationRules(
      input: {{ rules: $rules }}
    ) {{ ... on EditClassificationRulesSuccess {{ rules {rules} }} }} }}"""
    read = f"{{ classificationRules {rules} }}"
    assert "ada@acme.com" in shop.answer(edit, rules=changes).text
    assert "ada@acme.com" in shop.answer(read).text
    restrict()
    assert "ada@acme.com" not in shop.answer(edit, rules=changes).text
    assert "ada@acme.com" not in shop.answer(read).text
    found = {one["name"]: one for one in shop(read)["classificationRules"]}
    hidden = found["employee_exceptions"]
    assert (hidden["value"], hidden["statedValue"]) == (None, None)
    assert hidden["hidesPersonalData"]
    assert (found["new_days"]["value"], found["new_days"]["hidesPersonalData"]) == (30, False)


def test_statistics_of_a_raised_column_go_for_everybody(shop: Api, raised: Api) -> None:
    for way in ("ColumnStatistics.topValues", "Completion.text"):
        assert "Chicago" in told(shop, way)
        assert "Chicago" not in told(raised, way)


@pytest.mark.parametrize("expression", ['email is "user0@example.com"', "birthdate is null"])
def test_conditions_on_personal_data_are_refused(
    shop: Api, expression: str, restrict: Callable[[], None]
) -> None:
    restrict()
    look = """query($text: String!) {
      preview(expression: $text) { diagnostics { code } insights { asOf } } }"""
    assert shop(look, text=expression)["preview"] == {
        "diagnostics": [{"code": "E401"}], "insights": None,
    }  # fmt: skip
    saved = shop(SAVE, input={"name": "Found out", "expression": expression})["saveSegment"]
    assert saved["__typename"] == "InvalidExpression"


def test_a_saved_segment_may_test_what_its_user_may_not_read(
    shop: Api, restrict: Callable[[], None]
) -> None:
    save(shop, "With an email", "email is not null")
    restrict()
    found = shop('{ segment(name: "With an email") { count } }')["segment"]["count"]
    assert found == sum(one.email is not None for one in customers())


def test_a_query_may_not_find_out_by_its_rows(shop: Api, restrict: Callable[[], None]) -> None:
    text = "SELECT city FROM merged_customers WHERE email = 'user0@example.com'"
    save_query(shop, name="By email", text=text)
    restrict()
    (link,) = [
        edge["node"]["downloadUrl"]
        for edge in shop("{ savedQueries { edges { node { name downloadUrl } } } }")[
            "savedQueries"
        ]["edges"]
        if edge["node"]["name"] == "By email"
    ]
    refusal = shop.send("GET", link).json()["errors"][0]["extensions"]
    assert refusal["reason"] == "PII_RESTRICTED"


def test_personal_columns_are_sent_only_where_that_is_allowed(
    tmp_path: Path, restrict: Callable[[], None]
) -> None:
    with open_api(make_shop(tmp_path / "home")) as api:
        segment, destination = activate(api, save(api, "All")), create_destination(api)
        campaign = create_campaign(api, segment, destination, columns=["email"])
        restrict()
        asked = {
            "segmentId": segment["id"],
            "destinationId": destination["id"],
            "columns": ["email"],
        }
        refused = api(DELIVER, input=asked)["deliverSegment"]
        assert refused == {"code": "COLUMN_RESTRICTED"}
        assert api(RUN, input={"id": campaign["id"]})["runCampaignNow"]["code"] == refused["code"]
