"""Headers find their columns: the user's word first, then exact names, then synonyms."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampiq_gql.ingest import (
    ColumnMissing,
    FileMapping,
    FileUnreadable,
    MappingInvalid,
    SourceKind,
)
from ampiq_gql.ingest.headers import normalise_name
from tests.ingest.builders import Loading


@pytest.mark.parametrize(
    ("header", "name"),
    [("Customer ID", "customer_id"), ("customerId", "customer_id"), ("E-Mail", "e_mail"),
     ("  Größe (cm) ", "groe_cm"), ("ZIP", "zip"), ("prénom", "prenom")],
)  # fmt: skip
def test_headers_are_compared_by_normalised_names(header: str, name: str) -> None:
    assert normalise_name(header) == name


def test_synonyms_are_known(loading: Loading) -> None:
    report = loading.customers("Household Key,First Name,ZIP\n1,Ann,00501\n")
    assert {match.header: match.column for match in report.columns} == {
        "Household Key": "customer_id",
        "First Name": "given_name",
        "ZIP": "postal",
    }


def test_an_exact_name_wins_over_a_synonym(loading: Loading) -> None:
    report = loading.customers("id,customer_id\nx,1\n")
    assert [(match.column, match.is_attribute) for match in report.columns] == [
        ("id", True),
        ("customer_id", False),
    ]


def test_the_mapping_wins_over_everything(loading: Loading) -> None:
    mapping = FileMapping(columns={"Kundennr": "customer_id", "email": "ignore"})
    report = loading.customers("Kundennr,email\n7,a@b.c\n", mapping=mapping)
    assert loading.rows("customers", "customer_id") == [("7",)]
    assert report.warnings == ('customers.csv: left out "email", which no table has a place for.',)


def test_unknown_columns_of_customers_become_attributes(loading: Loading) -> None:
    loading.customers("customer_id,Home Ownership\n1,Renter\n")
    assert loading.rows("customers", "home_ownership") == [("Renter",)]


def test_an_attribute_that_would_clash_carries_the_name_of_its_source(loading: Loading) -> None:
    loading.customers("customer_id,l12m_order_revenue\n1,5\n", source="CRM export")
    assert loading.rows("customers", "crm_export_l12m_order_revenue") == [("5",)]


def test_a_missing_column_is_named_with_what_was_found_and_how_to_map(loading: Loading) -> None:
    with pytest.raises(ColumnMissing) as raised:
        loading.orders("ordr_id,customer_id,date\no1,c1,2025-01-01\n")
    assert raised.value.message == (
        'A file of orders needs a column "order_id"; found "ordr_id", "customer_id", "date".'
    )
    assert "`columns: {ordr_id: order_id}`" in (raised.value.hint or "")


def test_items_need_one_of_several_amounts(loading: Loading) -> None:
    with pytest.raises(ColumnMissing, match='"item_revenue" or "unit_revenue"'):
        loading.items("order_id,product_id\no1,p1\n")


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"nmae": "given_name"}, 'The mapping names "nmae", which the file does not have.'),
        ({"date": "order_id", "id": "order_id"}, 'The mapping gives "order_id" two columns.'),
        ({"id": "ordr_id"}, '"ordr_id" is not a column of orders.'),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(
    loading: Loading, mapping: dict[str, str], message: str
) -> None:
    with pytest.raises(MappingInvalid) as raised:
        loading.orders("id,customer,date\n1,c,2025-01-01\n", mapping=FileMapping(columns=mapping))
    assert raised.value.message == message


def test_two_columns_of_one_name_are_refused(loading: Loading) -> None:
    with pytest.raises(MappingInvalid, match='Two columns are called "Customer ID"'):
        loading.customers("customer_id,Customer ID\n1,2\n")


def test_a_mapping_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text("columns: {Nr: customer_id}\ntime_zone: Europe/Berlin\ndecimal_mark: ','\n")
    mapping = FileMapping.from_yaml(file)
    assert (mapping.columns, mapping.spelling.time_zone) == ({"Nr": "customer_id"}, "Europe/Berlin")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("colums: {}", "colums: Extra inputs"),
        ("time_zone: Mars/Phobos", "'Mars/Phobos' is not an IANA time zone"),
        ("encoding: klingon", "'klingon' is unknown"),
        ("encoding: utf-32", "cannot be read"),
        ("version: 2", "version: Input should be 1"),
        ("delimiter: ab", "'ab' is not one character"),
        ("[", "not readable"),
    ],
)
def test_a_mapping_file_that_is_wrong_is_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    file = tmp_path / "map.yaml"
    file.write_text(content)
    with pytest.raises(MappingInvalid, match=message):
        FileMapping.from_yaml(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\r\n\r\n", "is empty"),
        (b"\xff\xfea\x00\x00\xd8b\x00", "is not sound UTF-16-LE"),
        (b"customer_id,name\r1,Ann\r", "bare carriage return"),
        (b'customer_id,"name\n1,Ann\n', "header of customers.csv is damaged"),
        (b"customer_id,pr\xe9nom\n1,Ann\n", "is not utf-8"),
    ],
)
def test_a_file_that_is_no_table_is_refused(loading: Loading, content: bytes, message: str) -> None:
    with pytest.raises(FileUnreadable, match=message):
        loading.customers(content)


def test_a_file_that_does_not_exist_is_refused(loading: Loading) -> None:
    with pytest.raises(FileUnreadable, match="No such file"):
        loading.load(SourceKind.ORDERS, loading.folder / "none.csv")


@pytest.mark.parametrize(
    ("header", "message"),
    [("名前", 'The header "名前" of column 2 has no letter')],
)
def test_headers_without_a_usable_name_are_pointed_out(
    loading: Loading, header: str, message: str
) -> None:
    with pytest.raises(MappingInvalid, match=message):
        loading.customers(f"customer_id,{header}\n1,x\n")
