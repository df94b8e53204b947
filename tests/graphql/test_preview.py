"""Previews: findings, figures, SQL and customers of an expression that nobody saved."""

from decimal import Decimal
from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.figures import buyers_of_the_year, ids_of, orders_of, revenue_of

TILES = """
query Tiles($expression: String!, $asOf: Date) {
  preview(expression: $expression, asOf: $asOf) {
    formatted
    diagnostics { code severity message start end line column fixes { title replacement } }
    segmentSql { dialect text }
    insights {
      asOf
      uniqueCustomers { value baseline share }
      activeCustomers { value baseline share }
      revenue { value baseline share }
      revenueTree {
        netRevenue { value } customers { value change } revenuePerCustomer { value change }
        ordersPerCustomer { value } averageOrderValue { value }
        unitsPerTransaction { value } averageUnitRevenue { value }
      }
      historicalRevenue { ordersPerCustomer { value } }
      reachableCustomers { value }
      reachability { channel customers { value } shareOfSegment unknown }
      predictedRevenue { revenue { value } }
    }
  }
}
"""
CHICAGO = 'city is "Chicago"'


def preview(api: Api, expression: str, **where: Any) -> Any:
    return api(TILES, expression=expression, **where)["preview"]


def test_the_tiles_are_those_of_the_rows(reader: Api) -> None:
    chicago = ids_of(lambda one: one.city == "Chicago")
    everyone = ids_of(lambda _: True)
    found = preview(reader, CHICAGO)["insights"]
    assert found["uniqueCustomers"]["value"] == str(len(chicago))
    assert found["uniqueCustomers"]["baseline"] == str(len(everyone))
    assert found["uniqueCustomers"]["share"] == pytest.approx(len(chicago) / len(everyone))
    assert found["activeCustomers"]["value"] == str(len(buyers_of_the_year(chicago)))
    assert Decimal(found["revenue"]["value"]) == revenue_of(chicago)
    assert Decimal(found["revenue"]["baseline"]) == revenue_of(everyone)
    assert found["asOf"] == "2026-06-30"


def test_the_revenue_tree_multiplies_back(reader: Api) -> None:
    tree = {
        name: Decimal(metric["value"])
        for name, metric in preview(reader, CHICAGO)["insights"]["revenueTree"].items()
    }
    near = Decimal("1e-6")
    product = tree["customers"] * tree["revenuePerCustomer"]
    assert abs(tree["netRevenue"] - product) < near
    product = tree["ordersPerCustomer"] * tree["averageOrderValue"]
    assert abs(tree["revenuePerCustomer"] - product) < near
    product = tree["unitsPerTransaction"] * tree["averageUnitRevenue"]
    assert abs(tree["averageOrderValue"] - product) < near
    chicago = ids_of(lambda one: one.city == "Chicago")
    orders = Decimal(len(orders_of(chicago))) / len(buyers_of_the_year(chicago))
    assert abs(tree["ordersPerCustomer"] - orders) < near


def test_reachability_counts_each_channel(reader: Api) -> None:
    bars = {bar["channel"]: bar for bar in preview(reader, "everyone")["insights"]["reachability"]}
    assert list(bars) == ["DIRECT_MAIL", "EMAIL", "PHONE", "PAID_MEDIA"]
    with_email = ids_of(lambda one: one.email is not None)
    assert bars["EMAIL"]["customers"]["value"] == str(len(with_email))
    assert bars["EMAIL"]["shareOfSegment"] == pytest.approx(len(with_email) / 60)


def test_without_a_model_there_is_no_predicted_revenue(reader: Api) -> None:
    assert preview(reader, "everyone")["insights"]["predictedRevenue"] is None


def test_an_expression_with_errors_has_findings_and_no_figures(reader: Api) -> None:
    found = preview(reader, 'state = "IL" and citty = Chicago')
    assert found["insights"] is found["segmentSql"] is None
    assert {one["severity"] for one in found["diagnostics"]} == {"ERROR"}
    misspelt = next(one for one in found["diagnostics"] if one["start"] == 17)
    assert (misspelt["code"], misspelt["line"], misspelt["column"]) == ("E201", 1, 18)
    assert "city" in [fix["replacement"] for fix in misspelt["fixes"]]


def test_a_text_that_cannot_be_read_has_no_canonical_form(reader: Api) -> None:
    found = preview(reader, 'city is "Chicago')
    assert found["formatted"] is None
    assert found["diagnostics"][0]["code"] == "E102"


def test_a_value_never_seen_is_a_warning_beside_the_figures(reader: Api) -> None:
    found = preview(reader, 'city is "Chikago"')
    assert [(one["code"], one["severity"]) for one in found["diagnostics"]] == [("W205", "WARNING")]
    assert found["insights"]["uniqueCustomers"]["value"] == "0"


def test_another_day_counts_what_was_known_then(reader: Api) -> None:
    bought = "has purchased in last 30 days"
    now = preview(reader, bought)["insights"]["uniqueCustomers"]["value"]
    then = preview(reader, bought, asOf="2024-01-15")["insights"]
    assert then["asOf"] == "2024-01-15"
    assert Decimal(then["uniqueCustomers"]["value"]) < Decimal(now)


@pytest.mark.parametrize("dialect", ["DUCKDB", "POSTGRESQL"])
def test_the_statement_is_shown_in_the_dialect_asked_for(reader: Api, dialect: str) -> None:
    found = reader(
        """query($dialect: Dialect) { preview(expression: "city is \\"Chicago\\"") {
             segmentSql(dialect: $dialect) { dialect text }
             insights { revenue { sql(dialect: $dialect) { dialect text } } } } }""",
        dialect=dialect,
    )["preview"]
    for shown in (found["segmentSql"], found["insights"]["revenue"]["sql"]):
        assert shown["dialect"] == dialect
        assert "chicago" in shown["text"]
        assert "SELECT" in shown["text"]


def test_only_selected_figures_are_asked_for(reader: Api) -> None:
    found = reader(
        """{ preview(expression: "everyone") { ...Parts } }
           fragment Parts on Preview { insights { ... { uniqueCustomers { value } } asOf } }"""
    )
    assert found["preview"]["insights"] == {
        "uniqueCustomers": {"value": "60"},
        "asOf": "2026-06-30",
    }


def test_proposals_replace_what_was_begun(reader: Api) -> None:
    found = reader(
        """{ completions(text: "city is \\"Ch", offset: 11) { text kind start end detail } }"""
    )
    assert found["completions"] == [
        {"text": '"Chicago"', "kind": "VALUE", "start": 8, "end": 11, "detail": "city"}
    ]


CUSTOMERS = """
query Customers($first: Int!, $after: String, $columns: [String!]) {
  preview(expression: "everyone") {
    customers(first: $first, after: $after, columns: $columns) {
      totalCount
      columns { name table label type }
      rows
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""


@pytest.mark.parametrize("rows", [7, 60])
def test_pages_of_customers_meet_everyone_once(reader: Api, rows: int) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = reader(CUSTOMERS, first=rows, after=after, columns=["city"])["preview"]["customers"]
        seen += [row[0] for row in page["rows"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == page["totalCount"] == 60
    assert seen == sorted(seen)


def test_cells_are_exact_and_the_id_leads(reader: Api) -> None:
    page = reader(
        CUSTOMERS, first=60, columns=["customer_id", "lifetime_order_revenue", "birthdate"]
    )
    found = page["preview"]["customers"]
    assert [column["name"] for column in found["columns"]] == [
        "amperity_id",
        "customer_id",
        "lifetime_order_revenue",
        "birthdate",
    ]
    row = next(row for row in found["rows"] if row[1] == "c002")
    assert Decimal(row[2]) > 0
    assert row[3] == "1952-03-03"


def test_a_cursor_of_another_list_is_refused(reader: Api) -> None:
    answer = reader.answer(CUSTOMERS, first=1, after="U2VnbWVudDp4")
    assert answer.codes == ["BAD_USER_INPUT"]
