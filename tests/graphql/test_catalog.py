"""The data explorer over the API."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.shop import customers

ATTRIBUTES = """
query Attributes($search: String, $first: Int, $after: String, $last: Int, $before: String) {
  attributes(search: $search, first: $first, after: $after, last: $last, before: $before) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { table name } }
  }
}
"""


def found(api: Api, **where: Any) -> Any:
    return api(ATTRIBUTES, **where)["attributes"]


def names(page: Any) -> list[str]:
    return [f"{edge['node']['table']}.{edge['node']['name']}" for edge in page["edges"]]


def test_tables_tell_their_grain_and_size(reader: Api) -> None:
    tables = {
        table["name"]: table
        for table in reader("{ tables { name grain rowCount label } }")["tables"]
    }
    assert next(iter(tables)) == "customer_360"
    assert tables["customer_360"] == {
        "name": "customer_360",
        "grain": "ONE",
        "rowCount": len(customers()),
        "label": "Customer 360",
    }
    assert tables["unified_transactions"]["grain"] == "MANY"


def test_a_table_shows_its_attributes_as_they_were_measured(reader: Api) -> None:
    table = reader(
        """{ table(name: "customer_360") { attributes {
             name type unit isPii completion distinctValues topValues { value rowCount } } }
             nothing: table(name: "nothing") { name } }"""
    )
    assert table["nothing"] is None
    attributes = {one["name"]: one for one in table["table"]["attributes"]}
    cities = [one.city for one in customers() if one.city]
    city = attributes["city"]
    assert city["completion"] == pytest.approx(len(cities) / len(customers()))
    assert city["distinctValues"] == len(set(cities))
    assert {one["value"]: one["rowCount"] for one in city["topValues"]}["Chicago"] == (
        cities.count("Chicago")
    )
    email = attributes["email"]
    assert email["isPii"]
    assert email["topValues"] == []


def test_the_attribute_of_that_name_is_found_first(reader: Api) -> None:
    assert names(found(reader, search="city", first=1)) == ["customer_360.city"]


@pytest.mark.parametrize("rows", [7, 100])
def test_walks_from_both_ends_meet_every_attribute_once(reader: Api, rows: int) -> None:
    forward: list[str] = []
    page = found(reader, search="order", first=rows)
    forward += names(page)
    while page["pageInfo"]["hasNextPage"]:
        page = found(reader, search="order", first=rows, after=page["pageInfo"]["endCursor"])
        forward += names(page)
    backward: list[str] = []
    page = found(reader, search="order", last=rows)
    backward = names(page) + backward
    while page["pageInfo"]["hasPreviousPage"]:
        page = found(reader, search="order", last=rows, before=page["pageInfo"]["startCursor"])
        backward = names(page) + backward
    assert forward == backward
    assert len(forward) == len(set(forward)) > 50


def test_a_cursor_of_nothing_is_refused(reader: Api) -> None:
    assert reader.answer(ATTRIBUTES, after="nonsense").codes == ["BAD_USER_INPUT"]


def test_without_training_there_are_no_models(reader: Api) -> None:
    assert reader("{ models { name version } }") == {"models": []}


def test_activation_ids_tell_their_column_their_words_and_whether_there_are_any(
    reader: Api,
) -> None:
    found = reader("{ activationIds { key table column plural isPii isFilled } }")["activationIds"]
    assert [one["key"] for one in found] == [
        "AMPERITY_ID", "CUSTOMER_ID", "EMAIL", "PHONE", "LOYALTY_ID",
    ]  # fmt: skip
    assert found[2] == {
        "key": "EMAIL",
        "table": "merged_customers",
        "column": "email",
        "plural": "email addresses",
        "isPii": True,
        "isFilled": True,
    }
    assert [one["key"] for one in found if not one["isFilled"]] == ["LOYALTY_ID"]
