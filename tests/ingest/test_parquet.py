"""Parquet files meet the same checks as CSV files, and keep what their types say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ampiq_gql.ingest import FileUnreadable, SourceKind
from tests.ingest.builders import Loading


def _file(loading: Loading, columns: dict[str, Any]) -> Path:
    path = loading.folder / "file.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_typed_columns_are_loaded_exactly(loading: Loading) -> None:
    moment = datetime(2025, 7, 1, 10, tzinfo=UTC)
    file = _file(
        loading,
        {
            "order_id": pa.array([123456789012345678], pa.int64()),
            "customer_id": pa.array([7.0], pa.float64()),
            "order_datetime": pa.array([moment], pa.timestamp("ns", tz="UTC")),
            "order_revenue": pa.array([0.1], pa.float64()),
        },
    )
    loading.load(SourceKind.ORDERS, file)
    columns = ("order_id", "customer_id", "order_datetime", "order_revenue")
    assert loading.rows("orders", *columns) == [
        ("123456789012345678", "7", moment.replace(tzinfo=None), Decimal("0.1000"))
    ]


def test_missing_numbers_are_null_however_they_are_written(loading: Loading) -> None:
    values = pa.array([None, float("nan"), 2.0], pa.float64())
    file = _file(loading, {"customer_id": ["1", "2", "3"], "phone": values})
    loading.load(SourceKind.CUSTOMERS, file)
    assert loading.rows("customers", "phone") == [("2",), (None,), (None,)]


def test_dates_flags_and_dictionaries_are_read(loading: Loading) -> None:
    file = _file(
        loading,
        {
            "customer_id": pa.array(["a"]).dictionary_encode(),
            "birthdate": pa.array([date(1980, 2, 29)]),
            "is_vip": pa.array([True]),
        },
    )
    loading.load(SourceKind.CUSTOMERS, file)
    assert loading.rows("customers", "customer_id", "birthdate", "is_vip") == [
        ("a", date(1980, 2, 29), "true")
    ]


def test_bad_rows_are_held_by_their_row_number(loading: Loading) -> None:
    file = _file(loading, {"customer_id": ["1", None, "3\x00"]})
    report = loading.load(SourceKind.CUSTOMERS, file)
    assert report.rows_loaded == 1
    assert [(held["line"], held["rule"]) for held in loading.quarantined(report)] == [
        (2, "value.missing"),
        (3, "value.nul"),
    ]


def test_nested_columns_are_refused(loading: Loading) -> None:
    file = _file(loading, {"customer_id": ["1"], "tags": [["a"]]})
    with pytest.raises(FileUnreadable, match='Column "tags"'):
        loading.load(SourceKind.CUSTOMERS, file)


def test_a_file_that_is_no_parquet_is_refused(loading: Loading) -> None:
    with pytest.raises(FileUnreadable, match="is not a Parquet file"):
        loading.load(SourceKind.CUSTOMERS, loading.file("x.parquet", "customer_id\n1\n"))


def test_bytes_that_are_no_text_are_refused_by_their_column(loading: Loading) -> None:
    codes = pa.array([b"\xff\xfe"], pa.binary())
    file = _file(loading, {"customer_id": ["1"], "code": codes})
    with pytest.raises(FileUnreadable, match='Column "code"'):
        loading.load(SourceKind.CUSTOMERS, file)
