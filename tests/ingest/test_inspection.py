"""Looking before loading: proposals with reasons, open questions, a mapping file to edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampiq_gql.ingest import (
    FileMapping,
    IngestRequest,
    Inspection,
    InspectionService,
    KindUnclear,
    MappingUnclear,
    SourceKind,
)
from ampiq_gql.ingest.columns import ValueType
from ampiq_gql.progress import Silent
from tests.ingest.builders import ORDERS_HEADER, Loading, lines


def _inspect(
    loading: Loading,
    content: str,
    kind: SourceKind | None = None,
    mapping: FileMapping | None = None,
) -> Inspection:
    file = loading.file("file.csv", content)
    request = IngestRequest(files=(file,), kind=kind, mapping=mapping or FileMapping())
    (found,) = InspectionService(loading.settings).inspect(request, Silent())
    return found


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("customer_id,email", SourceKind.CUSTOMERS),
        ("order_id,customer_id,order_date,total", SourceKind.ORDERS),
        ("order_id,product_id,qty,revenue", SourceKind.ORDER_ITEMS),
        ("product_id,category", SourceKind.PRODUCTS),
        ("email,opted_in", SourceKind.EMAIL_OPT_STATUS),
        ("Bestellnummer,Kundennummer,Bestelldatum,Betrag", SourceKind.ORDERS),
        ("a,b", None),
    ],
)
def test_headers_tell_what_the_rows_are(
    loading: Loading, header: str, kind: SourceKind | None
) -> None:
    assert _inspect(loading, f"{header}\n1,2\n").kind == kind


def test_columns_are_proposed_with_type_confidence_and_reason(loading: Loading) -> None:
    found = _inspect(loading, "customer_id,E-Mail,Score\n1,a@example.com,7\n2,b@example.com,8\n")
    assert [(one.column, one.type) for one in found.columns] == [
        ("customer_id", ValueType.TEXT),
        ("email", ValueType.TEXT),
        (None, ValueType.INTEGER),
    ]
    assert found.columns[1].reason == '"e_mail" means email, and 100% are email addresses'
    assert found.columns[1].confidence > 0.9
    assert found.questions == ()


def test_values_propose_what_the_header_hides(loading: Loading) -> None:
    found = _inspect(loading, "customer_id,x\n1,a@example.com\n2,b@example.com\n")
    assert found.columns[1].column is None
    found = _inspect(
        loading, "customer_id,x\n1,a@example.com\n2,b@example.com\n", SourceKind.CUSTOMERS
    )
    assert (found.columns[1].column, found.columns[1].reason) == (
        "email",
        "100% are email addresses",
    )


def test_values_that_contradict_the_header_raise_a_question(loading: Loading) -> None:
    rows = lines(f"o{number},c,soon,1" for number in range(5))
    found = _inspect(loading, "order_id,customer_id,order_date,total\n" + rows)
    assert found.questions == (
        'Is "order_date" really order_datetime? ("order_date" means order_datetime, but only 0% '
        "are dates)",
    )


def test_missing_and_ambiguous_columns_are_asked_about_together(loading: Loading) -> None:
    found = _inspect(loading, "nr,order_date,total\no1,03/04/2025,5\n", SourceKind.ORDERS)
    assert found.questions[:2] == (
        "Which column is order_id?",
        "Which column is customer_id or email or phone?",
    )
    assert found.questions[2].startswith('The dates in "order_date" can be read day first or')


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        (["1", "2"], ValueType.INTEGER),
        (["1.5", "2"], ValueType.DECIMAL),
        (["yes", "no"], ValueType.BOOLEAN),
        (["2025-01-01", "2025-02-01"], ValueType.DATE),
        (["2025-01-01 10:00", "2025-02-01 11:00"], ValueType.DATETIME),
        (["00123", "4"], ValueType.TEXT),
        (["1", "x"], ValueType.TEXT),
    ],
)
def test_types_are_deduced_from_all_rows(
    loading: Loading, values: list[str], type_: ValueType
) -> None:
    rows = lines(f"{number},{value}" for number, value in enumerate(values))
    found = _inspect(loading, "customer_id,thing\n" + rows, SourceKind.CUSTOMERS)
    assert found.columns[1].type is type_


def test_the_mapping_file_that_is_written_loads_the_file(loading: Loading, tmp_path: Path) -> None:
    content = "Nr;Kundennummer;Bestelldatum;Betrag\no1;c1;2025-01-31;9,50\n"
    first = _inspect(loading, content, SourceKind.ORDERS)
    path = tmp_path / "shop.yaml"
    request = IngestRequest(files=(first.path,), kind=SourceKind.ORDERS, source="shop")
    first.write_mapping(path, request)
    path.write_text(path.read_text().replace("columns:\n", "columns:\n  Nr: order_id\n"))
    mapping = FileMapping.from_yaml(path)
    assert (mapping.kind, mapping.source, mapping.delimiter) == ("orders", "shop", ";")
    report = loading.load(None, first.path, mapping=mapping)
    assert (report.kinds, report.rows_loaded) == ((SourceKind.ORDERS,), 1)


def test_inspecting_and_rehearsing_change_nothing(loading: Loading) -> None:
    content = ORDERS_HEADER + "o1,c1,2025-01-01,1\no2,c1,never,1\n"
    _inspect(loading, content)
    file = loading.file("orders.csv", content)
    report = loading.load(SourceKind.ORDERS, file, is_dry_run=True)
    assert (report.rows_loaded, report.rows_quarantined, report.load_number) == (1, 1, None)
    assert loading.rows("orders", "order_id") == []
    assert loading.rows("loads", "load_number") == []


def test_a_load_that_headers_alone_decided_stops_when_the_values_disagree(
    loading: Loading,
) -> None:
    rows = lines(f"o{number},c,soon,1" for number in range(30))
    with pytest.raises(MappingUnclear, match='Is "order_datetime" really order_datetime'):
        loading.orders(ORDERS_HEADER + rows)


def test_nobody_guesses_what_rows_are(loading: Loading) -> None:
    with pytest.raises(KindUnclear, match='do not tell what its rows are: "a", "b"'):
        loading.load(None, loading.file("x.csv", "a,b\n1,2\n"))


def test_it_says_by_what_orders_will_name_their_customers(loading: Loading) -> None:
    rows = "order_id,email,order_date,total\n1,a@example.com,2025-06-01,1.00\n"
    assert [word for word in _inspect(loading, rows).warnings if 'customers by "email"' in word]


def test_rows_are_read_as_what_the_mapping_says_they_are(loading: Loading) -> None:
    rows = "Nr,Wer,Am,Summe\n1,x,03/04/2025,1\n"
    names = ("order_id", "customer_id", "order_datetime", "order_revenue")
    columns = dict(zip(("Nr", "Wer", "Am", "Summe"), names, strict=True))
    found = _inspect(loading, rows, mapping=FileMapping(kind="orders", columns=columns))
    assert [asked for asked in found.questions if '"Am"' in asked]
