"""Rows of a file become customers, and every row is accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.plugin import CustomerKey, SourceUnusable, StageContext, StageReport
from plugins.attributes.uploaded_list import UploadedList, UploadedListSettings

ANN, BEN, BEA = (str(UUID(int=number)) for number in (1, 2, 3))


@dataclass(frozen=True)
class Directory:
    """Three customers, two of whom share an email, in batches of one."""

    customers: tuple[tuple[str, str, str], ...] = (
        (ANN, "C-1", "ann@example.com"),
        (BEN, "C-2", "Family@Example.com"),
        (BEA, "c-2", "family@example.com "),
    )

    def entries(self, key: CustomerKey) -> Iterator[pa.RecordBatch]:
        position = list(CustomerKey).index(key)
        for customer in self.customers:
            yield pa.RecordBatch.from_pydict(
                {"key": [customer[position]], "amperity_id": [customer[0]]}
            )


def stage(folder: Path, content: str | bytes, **settings: object) -> StageReport:
    file = folder / "list.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    wanted = UploadedListSettings.model_validate(
        {"file": file, "key": CustomerKey.CUSTOMER_ID, **settings}
    )
    return UploadedList().stage(
        StageContext(settings=wanted, customers=Directory(), output=folder / "out.parquet")
    )


def listed(folder: Path) -> list[str]:
    return [
        str(value) for value in pq.read_table(folder / "out.parquet")["amperity_id"].to_pylist()
    ]


def test_every_row_is_counted_once(tmp_path: Path) -> None:
    report = stage(tmp_path, 'customer_id,note\nC-1,x\nC-9,\n"",y\nC-1,z\n  C-2 ,\n')
    assert report == StageReport(rows=5, matched=2, unmatched=1, duplicates=1, blank=1, customers=2)
    assert listed(tmp_path) == [ANN, BEN]


def test_an_email_finds_everybody_who_has_it(tmp_path: Path) -> None:
    report = stage(tmp_path, "Email\nFAMILY@example.com\n", key=CustomerKey.EMAIL)
    assert (report.matched, report.customers) == (1, 2)
    assert listed(tmp_path) == [BEN, BEA]


def test_ids_of_the_source_keep_their_case(tmp_path: Path) -> None:
    stage(tmp_path, "customer_id\nc-2\n")
    assert listed(tmp_path) == [BEA]


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
