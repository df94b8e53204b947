"""What callers without the right to personal data get: the classes of the catalog, everywhere."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graphql.api import Api

PAGE = """{ preview(expression: "everyone") { customers(columns: ["email", "city", "birthdate"]) {
  columns { name } rows downloadUrl(format: CSV) } } }"""
QUERY = """{ queryPreview(text: "SELECT upper(email) AS x, city FROM merged_customers") {
  rows columns { name isPii } } }"""


pytestmark = pytest.mark.usefixtures("restricted")


def column(rows: list[list[Any]], place: int) -> set[Any]:
    return {row[place] for row in rows}


def test_pages_of_customers_leave_restricted_columns_empty(reader: Api) -> None:
    rows = reader(PAGE)["preview"]["customers"]["rows"]
    assert (column(rows, 1), column(rows, 3)) == ({None}, {None})
    assert "Chicago" in column(rows, 2)


def test_downloads_leave_restricted_columns_empty(reader: Api) -> None:
    link = reader(PAGE)["preview"]["customers"]["downloadUrl"]
    text = reader.send("GET", link).text
    assert "@example.com" not in text
    assert "Chicago" in text


def test_queries_leave_restricted_results_empty(reader: Api) -> None:
    preview = reader(QUERY)["queryPreview"]
    assert column(preview["rows"], 0) == {None}
    assert "Chicago" in column(preview["rows"], 1)


def test_statistics_never_hold_values_of_restricted_columns(reader: Api) -> None:
    tables = reader(
        "{ tables { columns { isPii statistics { minimum mean topValues { value } } } } }"
    )["tables"]
    shown = [one["statistics"] for table in tables for one in table["columns"] if one["isPii"]]
    assert len(shown) > 50
    assert all(one == {"minimum": None, "mean": None, "topValues": []} for one in shown)
