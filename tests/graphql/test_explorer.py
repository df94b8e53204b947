"""The data explorer over the API: statistics, uses, lineage, examples and search."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graphql.api import Api, store_statements, warehouse_statements
from tests.graphql.lists import upload
from tests.graphql.saved_queries import save_query
from tests.graphql.segments import activate, save
from tests.shop import customers

TABLE = """query($name: String!) { table(name: $name) {
  name columns { name accessClass semanticTag uses { kind name through }
    origins { table column isValue }
    statistics { completion distinctValues minimum maximum mean quantiles { p05 median p95 }
      blankRows topValues { value rowCount } firstBuild { buildId } lastBuild { buildId } } }
  examples { columns rows hiddenColumns }
  lineage { tables { name isSource files { file } } edges { origin table } readers } } }"""


def table(api: Api, name: str = "customer_360") -> Any:
    return api(TABLE, name=name)["table"]


def column(found: Any, name: str) -> Any:
    return next(one for one in found["columns"] if one["name"] == name)


def test_a_column_tells_what_was_measured_of_it(reader: Api) -> None:
    size = column(table(reader), "shoe_size")
    worn = sorted(one.shoe_size for one in customers() if one.shoe_size)
    statistics = size["statistics"]
    assert (statistics["minimum"], statistics["maximum"]) == (str(worn[0]), str(worn[-1]))
    assert statistics["quantiles"]["median"] == str(worn[(len(worn) + 1) // 2 - 1])
    assert float(statistics["mean"]) == pytest.approx(sum(worn) / len(worn), abs=0.0001)
    assert statistics["firstBuild"] == statistics["lastBuild"] != None  # noqa: E711 - one chain
    assert {one["value"]: one["rowCount"] for one in statistics["topValues"]} == {
        str(size): worn.count(size) for size in set(worn)
    }


def test_personal_data_are_classed_and_only_counted(reader: Api) -> None:
    found = table(reader)
    birthdate = column(found, "birthdate")
    assert birthdate["accessClass"] == "SENSITIVE"
    assert column(found, "email")["accessClass"] == "PII"
    statistics = birthdate["statistics"]
    assert statistics["distinctValues"] > 0
    assert (statistics["minimum"], statistics["mean"], statistics["quantiles"]) == (None,) * 3
    assert statistics["topValues"] == []


def test_a_column_leads_back_to_its_file(reader: Api) -> None:
    found = table(reader)
    assert column(found, "email")["semanticTag"] == "customers/email"
    assert column(found, "email")["origins"] == [
        {"table": "merged_customers", "column": "email", "isValue": True}
    ]
    files = {
        one["name"]: [file["file"] for file in one["files"]] for one in found["lineage"]["tables"]
    }
    assert files["sources.customers"] == ["customers.csv"]
    assert files["merged_customers"] == []


def test_a_column_tells_who_uses_it(api: Api) -> None:
    activate(api, save(api, "Chicago", 'city is "Chicago"'))
    assert column(table(api), "city")["uses"] == [
        {"kind": "SEGMENT", "name": "Chicago", "through": None}
    ]


def test_examples_are_the_same_rows_each_time(reader: Api) -> None:
    first = table(reader, "unified_transactions")["examples"]
    with warehouse_statements() as asked:
        again = table(reader, "unified_transactions")["examples"]
    assert len(first["rows"]) == 100
    assert first == again
    assert asked == []


@pytest.mark.usefixtures("restricted")
def test_restricted_readers_get_examples_without_personal_data(reader: Api) -> None:
    examples = table(reader)["examples"]
    emails = examples["columns"].index("email")
    cities = examples["columns"].index("city")
    assert "email" in examples["hiddenColumns"]
    assert {row[emails] for row in examples["rows"]} == {None}
    assert {row[cities] for row in examples["rows"]} > {"Chicago"}


def test_search_groups_by_table(reader: Api) -> None:
    found = reader('{ searchData(text: "shoe") { isMatch table { name } columns { name } } }')[
        "searchData"
    ]
    assert found == [
        {"isMatch": False, "table": {"name": "customer_360"}, "columns": [{"name": "shoe_size"}]}
    ]


USES = "{ tables { columns { uses { name } statistics { firstBuild { buildId } } } } }"


def test_all_columns_cost_as_many_statements_as_one(api: Api) -> None:
    for number in range(5):
        save(api, f"s{number}", f"l12m_order_frequency > {number}")
    one = '{ tables { name } table(name: "customer_360") { columns { uses { name } } } }'
    api(one)
    with store_statements() as few:
        api(one)
    with store_statements() as many:
        api(USES)
    assert len(few) == len(many)


SURVEY = (
    "customer_id,stars,answer,contact\n"
    "c001,5,yes,ada@example.com\nc002,1,no,bob@example.com\nc003,3,yes,\nc004,3,,\n"
)


def test_an_uploaded_file_is_a_table_like_any_other(whole: Api) -> None:
    upload(whole, "Survey", content=SURVEY, key="CUSTOMER_ID")
    assert whole("{ tables { name } }")["tables"][-1] == {"name": "file.survey"}
    found = table(whole, "file.survey")
    score = column(found, "stars")["statistics"]
    assert (score["completion"], score["minimum"], score["maximum"]) == (1.0, "1", "5")
    assert (score["mean"], score["quantiles"]["median"]) == ("3.0000", "3")
    answer = column(found, "answer")["statistics"]
    assert answer["topValues"] == [
        {"value": "yes", "rowCount": 2}, {"value": "no", "rowCount": 1},
    ]  # fmt: skip
    contact = column(found, "contact")
    assert (contact["accessClass"], contact["statistics"]["topValues"]) == ("PII", [])
    rows = [dict(zip(found["examples"]["columns"], row)) for row in found["examples"]["rows"]]  # noqa: B905 - one cell each
    assert {row["customer_id"]: row["stars"] for row in rows} == {
        "c001": 5, "c002": 1, "c003": 3, "c004": 3,
    }  # fmt: skip
    assert found["lineage"]["edges"] == []


def test_columns_of_uploaded_files_are_found_and_know_their_users(whole: Api) -> None:
    upload(whole, "Survey", content=SURVEY, key="CUSTOMER_ID")
    save(whole, "Happy", "file.survey.stars >= 3")
    save_query(whole, name="Scores", text="SELECT max(stars) AS most FROM upload_survey")
    page = whole(
        """{ attributes(search: "stars", first: 1) { edges { node {
             table name uses { kind name } } } } }"""
    )
    assert page["attributes"]["edges"] == [
        {
            "node": {
                "table": "file.survey",
                "name": "stars",
                "uses": [
                    {"kind": "SEGMENT", "name": "Happy"}, {"kind": "QUERY", "name": "Scores"},
                ],
            }
        }
    ]  # fmt: skip
    (found,) = whole('{ searchData(text: "stars") { table { name } } }')["searchData"]
    assert found["table"]["name"] == "file.survey"


def test_columns_made_of_nothing_are_told(reader: Api) -> None:
    columns = reader("""{ table(name: "unified_transactions") {
        columns { name isConstant origins { column } } } }""")["table"]["columns"]
    constants = {one["name"] for one in columns if one["isConstant"]}
    assert "currency" in constants
    assert not constants & {"order_id", "order_revenue", "order_datetime", "order_quantity"}


def test_a_page_of_the_explorer_costs_a_few_small_reads_and_then_none(whole: Api) -> None:
    upload(whole, "Survey", content=SURVEY, key="CUSTOMER_ID")
    for name in ("customer_360", "file.survey"):
        with warehouse_statements() as first:
            table(whole, name)
        with warehouse_statements() as again:
            table(whole, name)
        assert again == []
        assert not any("unified_" in one or "sources." in one for one in first)
    with warehouse_statements() as all_pages:
        whole(
            "{ tables { columns { statistics { completion } uses { name } origins { column } } } }"
        )
    assert all_pages == []
