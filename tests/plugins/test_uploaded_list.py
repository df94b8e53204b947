"""Rows of a file become customers, and every row is accounted for."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.plugin import CustomerKey, SourceUnusable, StageContext, StageReport
from plugins.attributes.uploaded_list import UploadedList, UploadedListSettings

SHEET = Path(__file__).with_name("one_row.xlsx")
ANN, BEN, BEA = (str(UUID(int=number)) for number in (1, 2, 3))


@dataclass(frozen=True)
class Directory:
    """Three customers, two of whom share an email, in batches of one."""

    customers: tuple[tuple[str, str, str, str, str], ...] = (
        (ANN, "C-1", "ann@example.com", "+1 (312) 555-0123", "L1"),
        (BEN, "C-2", "Family@Example.com", "+493012345678", "L2"),
        (BEA, "c-2", "family@example.com ", "312-555-0199", "l2"),
    )

    def entries(self, key: CustomerKey) -> Iterator[pa.RecordBatch]:
        position = list(CustomerKey).index(key)
        for customer in self.customers:
            yield pa.RecordBatch.from_pydict(
                {"key": [customer[position]], "amperity_id": [customer[0]]}
            )


def stage(
    folder: Path, content: str | bytes, *, name: str = "list.csv", **settings: object
) -> StageReport:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    wanted = UploadedListSettings.model_validate(
        {"file": file, "key": CustomerKey.CUSTOMER_ID, **settings}
    )
    return UploadedList().stage(
        StageContext(settings=wanted, customers=Directory(), output=folder / "out.parquet")
    )


def made(kind: str) -> bytes:
    """A file that is larger than it looks, or that holds what no column can."""
    buffer = io.BytesIO()
    if kind == "bomb":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", "0" * 1_000_000)
    else:
        pq.write_table(pa.table({"customer_id": ["C-1"], "tags": [["a", "b"]]}), buffer)
    return buffer.getvalue()


def listed(folder: Path) -> list[str]:
    ids = pq.read_table(folder / "out.parquet")["amperity_id"].drop_null().to_pylist()
    return list(map(str, ids))


def rows(folder: Path) -> list[dict[str, Any]]:
    """What was written: the customer, by the first letter, and what the file says."""
    names = {ANN: "ann", BEN: "ben", BEA: "bea", "None": None}
    found = pq.read_table(folder / "out.parquet").to_pylist()
    return [row | {"amperity_id": names[str(row["amperity_id"])]} for row in found]


def test_every_row_is_counted_once(tmp_path: Path) -> None:
    report = stage(tmp_path, 'customer_id,note\nC-1,x\nC-9,\n"",y\nC-1,z\n  C-2 ,\n')
    assert replace(report, columns=()) == StageReport(
        rows=5, matched=2, unmatched=1, duplicates=1, blank=1, customers=2, conflicts=1
    )
    assert listed(tmp_path) == [ANN, ANN, BEN]


def test_an_email_finds_everybody_who_has_it(tmp_path: Path) -> None:
    report = stage(tmp_path, "Email\nFAMILY@example.com\n", key=CustomerKey.EMAIL)
    assert (report.matched, report.customers) == (1, 2)
    assert listed(tmp_path) == [BEN, BEA]


def test_ids_of_the_source_keep_their_case(tmp_path: Path) -> None:
    stage(tmp_path, "customer_id\nc-2\n")
    assert listed(tmp_path) == [BEA]


def test_numbers_of_loyalty_programs_match_as_they_are(tmp_path: Path) -> None:
    stage(tmp_path, "Loyalty ID\nL2\n", key=CustomerKey.LOYALTY_ID)
    assert listed(tmp_path) == [BEN]


def test_our_own_ids_are_accepted_in_capitals(tmp_path: Path) -> None:
    stage(tmp_path, f"amperity_id\n{ANN.upper()}\n", key=CustomerKey.AMPERITY_ID)
    assert listed(tmp_path) == [ANN]


def test_a_list_without_matches_is_a_list(tmp_path: Path) -> None:
    report = stage(tmp_path, "customer_id\nnobody\n")
    assert (report.matched, report.unmatched, listed(tmp_path)) == (0, 1, [])


def test_a_file_with_a_header_alone_is_an_empty_list(tmp_path: Path) -> None:
    assert stage(tmp_path, "customer_id\n").rows == 0


@pytest.mark.parametrize("header", ["customer_id", "Customer ID", "\ufeffCUSTOMER-ID"])
def test_the_column_is_found_however_it_is_spelled(tmp_path: Path, header: str) -> None:
    assert stage(tmp_path, f"x,{header}\n1,C-1\n").matched == 1


def test_another_column_can_be_named(tmp_path: Path) -> None:
    assert stage(tmp_path, "customer_id,member\nno,C-1\n", column="member").matched == 1


@pytest.mark.parametrize(
    ("content", "settings", "code"),
    [
        pytest.param("name\nx\n", {}, "LIST_COLUMN_MISSING", id="no column"),
        pytest.param("customer_id,Customer ID\n", {}, "LIST_COLUMN_MISSING", id="two columns"),
        pytest.param("", {}, "LIST_COLUMN_MISSING", id="empty file"),
        pytest.param("customer_id,b\n1\n", {}, "LIST_UNREADABLE", id="fields missing"),
        pytest.param(b"customer_id\n\xff\xfe\n", {}, "LIST_UNREADABLE", id="not UTF-8"),
        pytest.param("customer_id\n1\n2\n", {"max_rows": 1}, "LIST_TOO_LARGE", id="rows"),
        pytest.param("customer_id\n1\n2\n", {"max_bytes": 5}, "LIST_TOO_LARGE", id="bytes"),
    ],
)
def test_unusable_files_are_refused(
    tmp_path: Path, content: str | bytes, settings: dict[str, object], code: str
) -> None:
    with pytest.raises(SourceUnusable) as refused:
        stage(tmp_path, content, **settings)
    assert refused.value.code == code
    assert not (tmp_path / "out.parquet").exists()


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    settings = UploadedListSettings(file=tmp_path / "none.csv", key=CustomerKey.EMAIL)
    context = StageContext(settings=settings, customers=Directory(), output=tmp_path / "out")
    with pytest.raises(SourceUnusable, match=r"none\.csv"):
        UploadedList().stage(context)


@given(st.lists(st.sampled_from(["C-1", "C-2", "c-2", "C-9", "", " ", "Ü"])))
def test_the_report_adds_up(tmp_path_factory: pytest.TempPathFactory, keys: list[str]) -> None:
    lines = "".join(f'"{key}"\n' for key in keys)
    report = stage(tmp_path_factory.mktemp("list"), f"customer_id\n{lines}")
    parts = report.matched + report.unmatched + report.duplicates + report.blank
    assert report.rows == len(keys) == parts


def test_like_rows_collapse_and_others_are_all_kept(tmp_path: Path) -> None:
    content = "customer_id,stars\nC-1,5\n C-1 ,5\nC-1,4\nC-2,1\nC-9,1\n,1\n"
    report = stage(tmp_path, content)
    assert (report.duplicates, report.conflicts) == (2, 1)
    assert [(row["amperity_id"], row["customer_id"], row["stars"]) for row in rows(tmp_path)] == [
        ("ann", "C-1", 5),
        ("ann", "C-1", 4),
        ("ben", "C-2", 1),
        (None, "C-9", 1),
        (None, None, 1),
    ]


def test_a_row_is_there_for_everybody_whom_its_key_names(tmp_path: Path) -> None:
    stage(tmp_path, "email,stars\nfamily@example.com,3\n", key=CustomerKey.EMAIL)
    assert [(row["amperity_id"], row["stars"]) for row in rows(tmp_path)] == [
        ("ben", 3),
        ("bea", 3),
    ]


@pytest.mark.parametrize(
    ("number", "matched"),
    [
        ("+1 312 555 0123", [ANN]),
        ("(312) 555-0123", [ANN]),
        ("312.555.0199", [BEA]),
        ("+1-312-555-0199", [BEA]),
        ("+49 30 12345678", [BEN]),
        ("030 12345678", []),  # not in the country of the setting
        ("none", []),
    ],
)
def test_phone_numbers_match_in_international_form(
    tmp_path: Path, number: str, matched: list[str]
) -> None:
    stage(tmp_path, f"phone\n{number}\n", key=CustomerKey.PHONE)
    assert listed(tmp_path) == matched


def test_national_numbers_are_those_of_the_country_of_the_setting(tmp_path: Path) -> None:
    stage(tmp_path, "phone\n030 12345678\n", key=CustomerKey.PHONE, phone_region="DE")
    assert listed(tmp_path) == [BEN]


def test_types_are_those_that_all_values_have(tmp_path: Path) -> None:
    stage(
        tmp_path,
        "customer_id,stars,paid,share,on,at,likes,zip,Note,code2,day\n"
        "C-1,5,19.90,0.123456,2026-02-28,2026-02-28 10:30,True,01234,5x,007,2026-02-30\n"
        "C-1,,20,1e-3,,,false,1,,8,2026-02-28\n",
    )
    first = rows(tmp_path)[0]
    del first["amperity_id"]
    assert first == {
        "customer_id": "C-1",
        "stars": 5,
        "paid": Decimal("19.9000"),
        "share": 0.123456,
        "on": dt.date(2026, 2, 28),
        "at": dt.datetime(2026, 2, 28, 10, 30),  # noqa: DTZ001 - as it was written
        "likes": True,
        "zip": "01234",
        "note": "5x",
        "code2": "007",
        "day": "2026-02-30",
    }


def test_columns_get_names_that_expressions_can_use(tmp_path: Path) -> None:
    report = stage(tmp_path, "Customer ID,Would you?,would_you,2nd,\u540d\u524d,amperity-id\n")
    assert [(one.name, one.label, one.is_key) for one in report.columns] == [
        ("customer_id", "Customer ID", True),
        ("would_you", "Would you?", False),
        ("would_you_2", "would_you", False),
        ("column_2nd", "2nd", False),
        ("column_5", "\u540d\u524d", False),
        ("given_amperity_id", "amperity-id", False),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.csv", 'customer_id;note\nC-1;"a;b"\n'),
        ("list.csv", 'note|customer_id\n"a;b"|C-1\n'),
        ("list.tsv", 'customer_id\tnote\nC-1\t"a;b"\n'),
        ("list.txt", '\ufeff"customer_id","note"\r\n"C-1","a;b"\r\n'),
    ],
)
def test_text_files_may_use_any_separator(tmp_path: Path, name: str, content: str) -> None:
    assert stage(tmp_path, content, name=name).matched == 1
    assert rows(tmp_path)[0]["note"] == "a;b"


def test_utf_16_is_read_by_its_mark(tmp_path: Path) -> None:
    stage(tmp_path, "customer_id\tnote\nC-1\t\u00e9\n".encode("utf-16"))
    assert rows(tmp_path)[0]["note"] == "\u00e9"


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "customer_id": pa.array(["C-1"]).dictionary_encode(),
            "paid": pa.array([Decimal("1.23")], pa.decimal128(9, 2)),
            "at": pa.array([dt.datetime(2026, 1, 1, tzinfo=dt.UTC)]),
        }
    )
    pq.write_table(table, tmp_path / "made.parquet")
    stage(tmp_path, (tmp_path / "made.parquet").read_bytes(), name="list.parquet")
    (row,) = rows(tmp_path)
    assert (row["paid"], row["at"]) == (Decimal("1.23"), dt.datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_first_sheet_of_a_spreadsheet_is_read(tmp_path: Path) -> None:
    stage(tmp_path, SHEET.read_bytes(), name="list.xlsx")
    (row,) = rows(tmp_path)
    assert row == {
        "amperity_id": "ann",
        "customer_id": "C-1",
        "stars": 4,
        "paid": Decimal("19.9000"),
        "answered": dt.date(2026, 2, 28),
        "likes": True,
    }


@pytest.mark.parametrize(
    ("name", "content", "settings", "code"),
    [
        ("list.xlsx", b"no archive", {}, "LIST_UNREADABLE"),
        ("list.xlsx", "bomb", {"max_bytes": 100_000}, "LIST_TOO_LARGE"),
        ("list.parquet", b"no parquet", {}, "LIST_UNREADABLE"),
        ("list.parquet", "nested", {}, "LIST_COLUMN_UNSUPPORTED"),
    ],
)
def test_files_that_cannot_be_tables_are_refused(
    tmp_path: Path, name: str, content: bytes | str, settings: dict[str, object], code: str
) -> None:
    with pytest.raises(SourceUnusable) as refused:
        stage(
            tmp_path, made(content) if isinstance(content, str) else content, name=name, **settings
        )
    assert refused.value.code == code
