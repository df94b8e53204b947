"""Loading again: the same file changes nothing, a newer row replaces an older one."""

from __future__ import annotations

import pytest

from ampiq_gql.ingest import FileMapping, SourceKind
from tests.ingest.builders import CUSTOMERS_HEADER, ORDERS_HEADER, Loading, totals


def test_the_same_file_twice_changes_nothing(loading: Loading) -> None:
    loading.customers(CUSTOMERS_HEADER + "1,Ann,a\n")
    again = loading.customers(CUSTOMERS_HEADER + "1,Ann,a\n")
    assert again.skipped
    assert [path.name for path in again.skipped_files] == ["customers.csv"]
    assert loading.rows("customers", "given_name") == [("Ann",)]


def test_another_mapping_makes_it_another_load(loading: Loading) -> None:
    loading.customers(CUSTOMERS_HEADER + "1,Ann,a\n")
    mapping = FileMapping(columns={"email": "phone"})
    assert not loading.customers(CUSTOMERS_HEADER + "1,Ann,a\n", mapping=mapping).skipped


def test_two_files_in_either_order_and_twice_give_the_same(loading: Loading) -> None:
    first = loading.file("first.csv", CUSTOMERS_HEADER + "1,Ann,a\n2,Bob,b\n")
    second = loading.file("second.csv", CUSTOMERS_HEADER + "2,Bert,b\n3,Cid,c\n")
    loading.load(SourceKind.CUSTOMERS, first, second)
    before = loading.rows("customers", "customer_id", "given_name", "load_number")
    loading.load(SourceKind.CUSTOMERS, second, first)
    assert loading.rows("customers", "customer_id", "given_name", "load_number") == before
    assert [row[:2] for row in before] == [("1", "Ann"), ("2", "Bert"), ("3", "Cid")]


def test_the_last_row_of_a_key_wins_within_a_file(loading: Loading) -> None:
    report = loading.customers(CUSTOMERS_HEADER + "1,Old,a\n1,New,a\n")
    assert totals(report) == (1, 0, 1, 0)
    assert loading.rows("customers", "given_name") == [("New",)]


@pytest.mark.parametrize(("second_time", "name"), [("2025-03-01", "New"), ("2025-01-01", "Old")])
def test_the_time_of_update_decides_where_there_is_one(
    loading: Loading, second_time: str, name: str
) -> None:
    header = "customer_id,given_name,updated_at\n"
    loading.customers(f"{header}1,Old,2025-02-01\n")
    loading.customers(f"{header}1,New,{second_time}\n")
    assert loading.rows("customers", "given_name") == [(name,)]


def test_sources_keep_their_rows_apart(loading: Loading) -> None:
    loading.customers(CUSTOMERS_HEADER + "1,Ann,a\n", source="shop")
    loading.customers(CUSTOMERS_HEADER + "1,Anna,a\n", source="crm")
    assert loading.rows("customers", "datasource", "given_name") == [
        ("crm", "Anna"),
        ("shop", "Ann"),
    ]


def test_later_files_may_bring_more_columns(loading: Loading) -> None:
    loading.customers("customer_id,tier\n1,gold\n")
    loading.customers("customer_id,phone\n2,555\n")
    assert loading.rows("customers", "customer_id", "tier", "phone") == [
        ("1", "gold", None),
        ("2", None, "555"),
    ]


def test_equal_lines_of_an_order_are_all_kept_and_numbered(loading: Loading) -> None:
    header = "order_id,product_id,revenue,is_return\n"
    report = loading.items(header + "o1,p1,5,\no1,p1,5,\no1,,1,\no1,p1,-5,true\n")
    assert totals(report) == (4, 0, 0, 0)
    assert loading.rows("order_items", "product_id", "is_return", "line_number") == [
        ("p1", False, 1),
        ("p1", False, 2),
        ("p1", True, 1),
        (None, False, 1),
    ]


def test_lines_that_come_again_replace_themselves(loading: Loading) -> None:
    header = "order_id,product_id,revenue\n"
    loading.items(header + "o1,p1,5\no1,,1\n")
    report = loading.items(header + "o1,p1,6\no1,,2\no2,p1,3\n")
    assert report.rows_loaded == 3
    assert len(loading.rows("order_items", "order_id")) == 3


def test_stated_line_numbers_are_the_key(loading: Loading) -> None:
    report = loading.items("order_id,product_id,revenue,line\no1,p1,5,1\no1,p1,6,1\no1,p1,7,2\n")
    assert totals(report) == (2, 0, 1, 0)


def test_a_load_that_fails_leaves_nothing_behind(loading: Loading) -> None:
    good = loading.file("good.csv", ORDERS_HEADER + "o1,c1,2025-01-01,1\n")
    bad = loading.file("bad.csv", ORDERS_HEADER + "o2,c1,01/02/2025,1\n")
    with pytest.raises(Exception, match="day first or month first"):
        loading.load(SourceKind.ORDERS, good, bad)
    assert loading.load(SourceKind.ORDERS, good).rows_loaded == 1
