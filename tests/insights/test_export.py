"""Files of customers: whole, equal in both formats, and never seen half written."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from ampiq_gql.errors import UserError
from ampiq_gql.insights import CustomerService, TableFormat
from ampiq_gql.insights.table_files import encoded
from tests.insights.figures_by_hand import members
from tests.shop import SHOP_DAY

COLUMNS = ("customer_id", "surname", "city", "birthdate", "l12m_order_revenue")


def _texts(table: pa.Table) -> list[tuple[str | None, ...]]:
    """Return the rows as text, an empty field and a NULL alike."""
    return [
        tuple(None if value in (None, "") else str(value) for value in row.values())
        for row in table.to_pylist()
    ]


def _read_csv(path: Path) -> pa.Table:
    header = path.read_text(encoding="utf-8").splitlines()[0].replace('"', "").split(",")
    options = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()))
    return pyarrow.csv.read_csv(path, convert_options=options)


def test_both_formats_hold_the_same_rows(customers: CustomerService, tmp_path: Path) -> None:
    as_csv, as_parquet = tmp_path / "all.csv", tmp_path / "all.parquet"
    for path in (as_csv, as_parquet):
        written = customers.export("everyone", path, columns=COLUMNS)
        assert (written.rows, written.columns) == (60, ("amperity_id", *COLUMNS))
    assert _texts(_read_csv(as_csv)) == _texts(pq.read_table(as_parquet))
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["all.csv", "all.parquet"]


def test_a_file_holds_the_members_in_the_order_of_ids(
    customers: CustomerService, tmp_path: Path
) -> None:
    customers.export('city is "Seattle"', tmp_path / "s.csv", columns=["customer_id"])
    rows = _texts(_read_csv(tmp_path / "s.csv"))
    seattle = members(lambda customer: customer.city == "Seattle")
    assert {key for _, key in rows} == {one.customer_id for one in seattle}
    assert rows == sorted(rows)


def test_money_keeps_its_places_in_parquet(customers: CustomerService, tmp_path: Path) -> None:
    customers.export("everyone", tmp_path / "m.parquet", columns=["l12m_order_revenue"])
    assert pa.types.is_decimal(pq.read_schema(tmp_path / "m.parquet").field(1).type)


@pytest.mark.parametrize(
    ("name", "columns", "code"),
    [
        ("all.csv", ("citty",), "COLUMN_UNKNOWN"),
        ("all.parquet", ("unified_transactions.order_id",), "COLUMN_REPEATS"),
        ("all.xlsx", (), "FILE_FORMAT_UNKNOWN"),
        ("all", (), "FILE_FORMAT_UNKNOWN"),
        ("missing/all.csv", (), "FOLDER_MISSING"),
    ],
)
def test_a_refused_export_leaves_nothing_behind(
    customers: CustomerService, tmp_path: Path, name: str, columns: tuple[str, ...], code: str
) -> None:
    with pytest.raises(UserError) as refused:
        customers.export("everyone", tmp_path / name, columns=columns)
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_expression_leaves_a_former_file_as_it_was(
    customers: CustomerService, tmp_path: Path
) -> None:
    path = tmp_path / "all.csv"
    path.write_text("from yesterday", encoding="utf-8")
    with pytest.raises(UserError):
        customers.export('citty is "Seattle"', path)
    assert path.read_text(encoding="utf-8") == "from yesterday"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_finished_is_not_seen(
    customers: CustomerService, tmp_path: Path
) -> None:
    """A folder stands where the file would go: everything is written, only the last step fails."""
    (tmp_path / "all.csv").mkdir()
    with pytest.raises(OSError, match=r"all\.csv"):
        customers.export("everyone", tmp_path / "all.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["all.csv"]


def test_an_export_can_be_of_another_day(customers: CustomerService, tmp_path: Path) -> None:
    text = "has purchased in last 30 days"
    today = customers.export(text, tmp_path / "a.csv", as_of=SHOP_DAY).rows
    before = customers.export(text, tmp_path / "b.csv", as_of=SHOP_DAY.replace(year=2025)).rows
    assert today != before


@pytest.mark.parametrize(
    ("is_for_spreadsheets", "name"), [(True, "'=HYPERLINK(1)"), (False, "=HYPERLINK(1)")]
)
def test_a_csv_file_for_spreadsheets_holds_no_formula(is_for_spreadsheets: bool, name: str) -> None:
    table = pa.table({"name": ["=HYPERLINK(1)", "Ada"], "spent": [-1, 2]})
    pieces = encoded(table.to_reader(), TableFormat.CSV, is_for_spreadsheets=is_for_spreadsheets)
    rows = list(csv.reader(io.StringIO(b"".join(pieces).decode())))
    assert rows == [["name", "spent"], [name, "-1"], ["Ada", "2"]]
