"""Rows that wait: seen, written out unaltered, mended, tried again, given up; never lost."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ampiq_gql.ingest import (
    FileMapping,
    LoadNotFound,
    QuarantineService,
    QuarantineTooLarge,
    RetryRefused,
    SourceKind,
    ValueSpelling,
)
from ampiq_gql.ingest.gate import refuse_large_quarantine
from ampiq_gql.progress import Silent
from tests.ingest.builders import ORDERS_HEADER, Loading, lines

HEADER = "order_id,product_id,revenue\n"


@pytest.fixture
def quarantine(loading: Loading) -> QuarantineService:
    return QuarantineService(loading.warehouse, loading.settings)


def test_held_rows_are_listed_by_load_and_file(
    loading: Loading, quarantine: QuarantineService
) -> None:
    loading.orders(ORDERS_HEADER + "o1,c1,never,1\no2,c1,2025-01-01,x\no3,c1,2025-01-01,2\n")
    (held,) = quarantine.list()
    assert (held.load_number, held.kind, held.file) == (1, SourceKind.ORDERS, "orders.csv")
    assert (held.rows, held.rows_read, held.rules) == (2, 3, ("value.date", "value.number"))


def test_rows_are_shown_as_they_stood(loading: Loading, quarantine: QuarantineService) -> None:
    loading.orders(ORDERS_HEADER.encode() + b"o1,caf\xe9,2025-01-01,1\n")
    (row,) = quarantine.show(1)
    assert (row.line, row.raw, row.is_cut) == (2, b"o1,caf\xe9,2025-01-01,1", False)


def test_an_export_is_mended_and_tried_again(
    loading: Loading, quarantine: QuarantineService, tmp_path: Path
) -> None:
    loading.orders(ORDERS_HEADER + "o1,c1,never,1\no2,c1,2025-01-01,2\n")
    (path,) = quarantine.export(1, tmp_path / "out")
    assert path.read_text() == ORDERS_HEADER.replace("\n", "") + "\no1,c1,never,1\n"
    path.write_text(path.read_text().replace("never", "2025-01-02"))
    (report,) = quarantine.retry(1, Silent(), edited=tmp_path / "out")
    assert (report.rows_loaded, report.rows_quarantined) == (1, 0)
    assert quarantine.list() == ()
    assert [row[0] for row in loading.rows("orders", "order_id")] == ["o1", "o2"]


def test_another_mapping_can_be_all_that_was_missing(
    loading: Loading, quarantine: QuarantineService
) -> None:
    loading.orders(ORDERS_HEADER + "o1,c1,2025-01-01,1.50\no2,c1,2025-01-01,2.50\n"
                   'o3,c1,2025-01-01,"9,5"\n')  # fmt: skip
    said = FileMapping(spelling=ValueSpelling(decimal_mark=","))
    (report,) = quarantine.retry(1, Silent(), mapping=said)
    assert (report.rows_loaded, quarantine.list()) == (1, ())


def test_what_is_still_bad_waits_on_under_the_new_load(
    loading: Loading, quarantine: QuarantineService
) -> None:
    loading.orders(ORDERS_HEADER + "o1,c1,never,1\n")
    for number in (1, 2, 3):
        (report,) = quarantine.retry(number, Silent())
        assert (report.rows_loaded, report.rows_quarantined) == (0, 1)
    (held,) = quarantine.list()
    assert (held.load_number, held.rows) == (4, 1)


def test_a_line_tried_again_takes_no_other_lines_place(
    loading: Loading, quarantine: QuarantineService, tmp_path: Path
) -> None:
    loading.items(HEADER + "o1,p1,5\no1,p1,x\n")
    (path,) = quarantine.export(1, tmp_path)
    path.write_text(path.read_text().replace("x", "7"))
    quarantine.retry(1, Silent(), edited=path)
    assert loading.rows("order_items", "item_revenue", "line_number") == [(5, 1), (7, 2)]


def test_rows_in_other_encodings_come_back_in_them(
    loading: Loading, quarantine: QuarantineService, tmp_path: Path
) -> None:
    content = (ORDERS_HEADER + "o1,c1,2025-01-01,1\no2,Renée,never,1\n").encode("utf-16")
    loading.orders(content)
    (path,) = quarantine.export(1, tmp_path)
    assert "o2,Renée,never,1\n" in path.read_bytes().decode("utf-16-le")
    (report,) = quarantine.retry(1, Silent())
    assert report.rows_quarantined == 1


def test_rows_of_parquet_files_are_mended_as_csv(
    loading: Loading, quarantine: QuarantineService, tmp_path: Path
) -> None:
    file = tmp_path / "orders.parquet"
    columns = {
        "order_id": ["o1", None],
        "customer_id": ["c1", "c2"],
        "order_datetime": ["2025-01-01", "2025-01-02"],
        "order_revenue": [1.5, 2.5],
    }
    pq.write_table(pa.table(columns), file)
    loading.load(SourceKind.ORDERS, file)
    (path,) = quarantine.export(1, tmp_path / "out")
    assert path.read_text().splitlines()[1] == ",c2,2025-01-02,2.5"
    path.write_text(path.read_text().replace("\n,c2", "\no2,c2"))
    (report,) = quarantine.retry(1, Silent(), edited=path)
    assert report.rows_loaded == 1


def test_rows_are_discarded_for_a_reason(loading: Loading, quarantine: QuarantineService) -> None:
    loading.orders(ORDERS_HEADER + "o1,c1,never,1\n")
    with pytest.raises(RetryRefused, match="for a reason"):
        quarantine.discard(1, reason=" ", actor="ann")
    assert quarantine.discard(1, reason="a test order", actor="ann") == 1
    log = loading.rows("quarantine_closed", "load_number", "outcome", "reason", "actor", "rows")
    assert log == [(1, "discarded", "a test order", "ann", 1)]
    assert quarantine.list() == ()


def test_an_unknown_load_is_said_to_be_unknown(quarantine: QuarantineService) -> None:
    with pytest.raises(LoadNotFound, match="no load 7"):
        quarantine.show(7)


def test_much_in_quarantine_stops_the_next_build_until_it_is_cleared(
    loading: Loading, quarantine: QuarantineService
) -> None:
    good = lines(f"o{number},c1,2025-01-01,10" for number in range(90))
    loading.orders(ORDERS_HEADER + good + lines(f"b{number},c1,never,10" for number in range(10)))
    with pytest.raises(QuarantineTooLarge, match=r"10 of 100 rows of load 1 .* \(10\.0%"):
        _gate(loading)
    quarantine.discard(1, reason="tests of the till", actor="ann")
    _gate(loading)


def test_little_of_the_rows_can_be_much_of_the_revenue(loading: Loading) -> None:
    good = lines(f"o{number},c1,2025-01-01,10" for number in range(99))
    loading.orders(ORDERS_HEADER + good + "big,c1,never,500\n")
    with pytest.raises(QuarantineTooLarge, match=r"33\.6% of the revenue of load 1"):
        _gate(loading)


def _gate(loading: Loading) -> None:
    with loading.warehouse.sources("test") as sources:
        refuse_large_quarantine(sources.connection, loading.settings)


def test_bad_values_that_nobody_needs_are_noted_and_the_row_stays(loading: Loading) -> None:
    report = loading.customers(
        "customer_id,email,birthdate\n1,n/a,1900-01-01\n2,a@example.com,1980-02-30\n"
        "3,b@example.com,1980-02-28\n"
    )
    assert (report.rows_loaded, report.values_noted) == (3, 3)
    notes = loading.rows("value_notes", "key", "line", "column_name", "value", "reason")
    assert notes == [
        ("1", 2, "birthdate", "1900-01-01", "not a date of a living person's birth"),
        ("1", 2, "email", "n/a", "a placeholder, not a value"),
        ("2", 3, "birthdate", "1980-02-30", "not a date of a living person's birth"),
    ]
