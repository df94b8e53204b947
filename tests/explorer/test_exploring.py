"""Examples, lineage and search over the shop."""

from __future__ import annotations

import pytest

from ampiq_gql.explorer import ExplorerService, TableUnknown
from tests.shop import customers

PERSONAL = {
    "customer_id", "given_name", "surname", "full_name", "email", "phone", "address", "postal",
    "birthdate", "hashed_email", "hashed_phone",
}  # fmt: skip


def column(explorer: ExplorerService, name: str, *, may_read_pii: bool = True) -> list[object]:
    found = explorer.examples("customer_360", may_read_pii=may_read_pii)
    place = [one.name for one in found.columns].index(name)
    return [row[place] for row in found.rows]


def test_small_tables_are_shown_whole(explorer: ExplorerService) -> None:
    assert sorted(map(str, column(explorer, "customer_id"))) == [
        one.customer_id for one in customers()
    ]


def test_large_tables_are_drawn_by_chance_and_always_alike(explorer: ExplorerService) -> None:
    lines = explorer.examples("unified_itemized_transactions", may_read_pii=True)
    again = explorer.examples("unified_itemized_transactions", may_read_pii=True)
    assert len(lines.rows) == 100
    assert lines.rows == again.rows
    times = [one.name for one in lines.columns].index("order_datetime")
    assert len({row[times].year for row in lines.rows}) > 1


def test_the_examples_of_another_build_are_others(explorer: ExplorerService) -> None:
    """Orders and lines are drawn by seeds of their own, so their hundred orders differ."""
    orders, lines = (
        {row[[one.name for one in found.columns].index("order_id")] for row in found.rows}
        for found in (
            explorer.examples("unified_transactions", may_read_pii=True),
            explorer.examples("unified_itemized_transactions", may_read_pii=True),
        )
    )
    assert orders != lines


def test_restricted_readers_see_all_but_personal_data(explorer: ExplorerService) -> None:
    found = explorer.examples("customer_360", may_read_pii=False)
    assert set(found.hidden) == PERSONAL
    assert set(column(explorer, "email", may_read_pii=False)) == {None}
    cities = column(explorer, "city", may_read_pii=False)
    assert cities == column(explorer, "city")
    assert "Chicago" in cities


def test_an_unknown_table_is_told_with_the_nearest(explorer: ExplorerService) -> None:
    with pytest.raises(TableUnknown, match='no table "customer360"') as caught:
        explorer.lineage("customer360")
    assert "customer_360" in (caught.value.hint or "")


def test_lineage_leads_from_the_files_to_the_table(explorer: ExplorerService) -> None:
    lineage = explorer.lineage("transaction_attributes_extended")
    names = [one.name for one in lineage.tables]
    assert names[-1] == "transaction_attributes_extended"
    assert names.index("sources.order_items") < names.index("unified_itemized_transactions")
    assert names.index("unified_itemized_transactions") < names.index("unified_transactions")
    (items,) = [one for one in lineage.tables if one.name == "sources.order_items"]
    assert items.is_source
    assert [(load.file, load.datasource) for load in items.loads] == [("order-items.csv", "shop")]
    assert "customer_360" in lineage.readers
    assert ("sources.order_items", "unified_itemized_transactions") in {
        (edge.origin, edge.table) for edge in lineage.edges
    }


def test_columns_know_their_inputs_and_the_tag_of_their_file(explorer: ExplorerService) -> None:
    people = explorer.lineage("customer_360")
    assert [(one.table, one.column, one.is_value) for one in people.inputs["email"]] == [
        ("merged_customers", "email", True)
    ]
    assert people.tags["email"] == "customers/email"
    assert "shoe_size" not in people.tags
    flags = explorer.lineage("customer_attributes")
    assert [(one.column, one.is_value) for one in flags.inputs["contactable_address"]] == [
        ("address_completion", False)
    ]


def test_a_table_that_no_statement_made_has_no_lineage(explorer: ExplorerService) -> None:
    lineage = explorer.lineage("campaign_recipients")
    assert ([one.name for one in lineage.tables], lineage.edges) == (["campaign_recipients"], ())


@pytest.mark.parametrize(
    ("text", "first", "columns"),
    [
        pytest.param("shoe size", "customer_360", ["shoe_size"], id="a label"),
        pytest.param("and their taxonomy", "unified_product_catalog", [], id="a table"),
        pytest.param("form of address", "merged_customers", ["title"], id="a description"),
    ],
)
def test_search_finds_tables_and_columns(
    explorer: ExplorerService, text: str, first: str, columns: list[str]
) -> None:
    found = explorer.search(text)[0]
    assert (found.table.name, [one.name for one in found.columns]) == (first, columns)


def test_search_groups_columns_by_table(explorer: ExplorerService) -> None:
    found = explorer.search("email")
    assert len({one.table.name for one in found}) == len(found)
    assert "email" in found[0].table.name
    people = next(one for one in found if one.table.name == "customer_360")
    assert people.columns[0].name == "email"


def test_search_finds_nothing_for_what_is_nowhere(explorer: ExplorerService) -> None:
    assert explorer.search("flux capacitor") == ()


def test_columns_tell_since_which_build_they_hold_data(explorer: ExplorerService) -> None:
    histories = explorer.histories()
    assert histories["customer_360", "city"].first == histories["customer_360", "city"].last
    assert ("customer_360", "full_name") not in histories
