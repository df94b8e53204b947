"""Lists, recipients and predictions: Parquet files that appear beside a build."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from ampiq_gql.errors import Fault
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import FileUnusable, Warehouse
from tests.warehouse.builders import customer_id, recipients
from tests.warehouse.conftest import Build

LAUNCH = datetime.fromisoformat("2026-10-01T09:00")


@pytest.fixture
def file(tmp_path: Path) -> Any:
    """Write a Parquet file with one id per number and further columns."""

    def write(*numbers: int, **columns: list[object]) -> Path:
        path = tmp_path / f"{time.monotonic_ns()}.parquet"
        ids = [str(customer_id(number)) for number in numbers]
        pq.write_table(pa.table({"amperity_id": ids, **columns}), path)
        return path

    return write


def list_table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(
        f"list_{name}", sa.column("amperity_id", sa.Uuid), *map(sa.column, columns), schema="c360"
    )


def read(warehouse: Warehouse, statement: sa.Select[Any]) -> list[tuple[Any, ...]]:
    with warehouse.read() as session:
        return session.rows(statement)


def test_a_list_is_a_table_of_its_own(warehouse: Warehouse, build: Build, file: Any) -> None:
    build("b1")
    warehouse.publish_file("lists", "vips", file(1, 2, tier=["gold", "silver"]))
    vips = list_table("vips", "tier")
    assert read(warehouse, sa.select(vips).order_by(vips.c.tier)) == [
        (customer_id(1), "gold"),
        (customer_id(2), "silver"),
    ]


def test_a_list_outlives_builds_and_is_replaced_by_name(
    warehouse: Warehouse, build: Build, file: Any
) -> None:
    warehouse.publish_file("lists", "vips", file(1, 2))
    build("b1")
    warehouse.publish_file("lists", "vips", file(3))
    build("b2")
    assert read(warehouse, sa.select(list_table("vips"))) == [(customer_id(3),)]


def test_a_removed_list_is_gone_for_the_next_reader_only(
    warehouse: Warehouse, build: Build, file: Any
) -> None:
    build("b1")
    warehouse.publish_file("lists", "vips", file(1))
    vips = sa.select(list_table("vips"))
    with warehouse.read() as session:
        warehouse.remove_file("lists", "vips")
        assert session.rows(vips) == [(customer_id(1),)]
    with pytest.raises(sa.exc.ProgrammingError):
        read(warehouse, vips)


def test_recipients_are_empty_until_the_first_run(warehouse: Warehouse, build: Build) -> None:
    build("b1")
    assert read(warehouse, sa.select(recipients)) == []


def test_recipients_of_all_runs_make_one_table_of_the_standard_columns(
    warehouse: Warehouse, build: Build, file: Any
) -> None:
    build("b1")
    warehouse.publish_file(
        "campaign_recipients", "run1", file(1, campaign_name=["Spring"], is_control=[True])
    )
    warehouse.publish_file(
        "campaign_recipients",
        "run2",
        file(2, launch_datetime=[LAUNCH], campaign_name=["Fall"], extra=[1.5]),
    )
    statement = sa.select(recipients).order_by(recipients.c.campaign_name)
    assert read(warehouse, statement) == [
        (customer_id(2), "Fall", None, LAUNCH),
        (customer_id(1), "Spring", True, None),
    ]


def test_the_newest_predictions_are_all_of_them(
    warehouse: Warehouse, build: Build, file: Any
) -> None:
    build("b1")
    warehouse.publish_file("predicted_clv_attributes", "model1", file(1, 2))
    warehouse.publish_file("predicted_clv_attributes", "model2", file(3))
    table = sa.table("predicted_clv_attributes", sa.column("amperity_id"), schema="c360")
    assert read(warehouse, sa.select(table)) == [(customer_id(3),)]


def test_every_change_has_a_snapshot_of_its_own(
    warehouse: Warehouse, build: Build, file: Any
) -> None:
    keys = []
    build("b1")
    for change in (
        lambda: None,
        lambda: warehouse.publish_file("lists", "vips", file(1)),
        lambda: warehouse.remove_file("lists", "vips"),
        lambda: build("b2"),
    ):
        change()
        with warehouse.read() as session:
            keys.append(session.snapshot)
    assert keys == ["b1.0", "b1.1", "b1.2", "b2.2"]


def test_replaced_files_stay_for_an_hour(
    warehouse: Warehouse, build: Build, file: Any, settings: Settings
) -> None:
    folder = settings.home / "lists"
    warehouse.publish_file("lists", "vips", file(1))
    (first,) = folder.iterdir()
    warehouse.publish_file("lists", "vips", file(2))
    assert first in folder.iterdir()
    hours_ago = time.time() - 7_200
    for path in folder.iterdir():
        os.utime(path, (hours_ago, hours_ago))
    warehouse.publish_file("lists", "other", file(3))
    assert sorted(path.name.split(".")[0] for path in folder.iterdir()) == ["other", "vips"]
    assert first not in folder.iterdir()


def test_what_a_killed_upload_has_left_goes_as_well(
    warehouse: Warehouse, build: Build, file: Any, settings: Settings
) -> None:
    left = settings.home / "lists" / ".upload-1"
    left.mkdir(parents=True)
    (left / "half.parquet").touch()
    os.utime(left, (0, 0))
    warehouse.publish_file("lists", "vips", file(1))
    assert not left.exists()


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        pytest.param(lambda path: path.write_text("a,b"), "not a Parquet file", id="text"),
        pytest.param(
            lambda path: pq.write_table(pa.table({"id": ["x"]}), path),
            "no column 'amperity_id'; it has id",
            id="no id",
        ),
        pytest.param(
            lambda path: pq.write_table(pa.table({"amperity_id": ["x", None]}), path),
            "1 rows whose amperity_id is no UUID",
            id="wrong ids",
        ),
    ],
)
def test_unusable_files_are_refused_before_anybody_sees_them(
    warehouse: Warehouse, tmp_path: Path, write: Any, reason: str
) -> None:
    path = tmp_path / "list.parquet"
    write(path)
    with pytest.raises(FileUnusable, match=reason):
        warehouse.publish_file("lists", "vips", path)
    assert path.exists()


def test_binary_ids_are_ids_too(warehouse: Warehouse, build: Build, tmp_path: Path) -> None:
    build("b1")
    path = tmp_path / "list.parquet"
    ids = pa.array([customer_id(5).bytes], pa.uuid())
    pq.write_table(pa.table({"amperity_id": ids}), path)
    warehouse.publish_file("lists", "vips", path)
    assert read(warehouse, sa.select(list_table("vips"))) == [(customer_id(5),)]


def test_names_cannot_leave_the_folder(warehouse: Warehouse, file: Any) -> None:
    with pytest.raises(Fault, match="no name"):
        warehouse.publish_file("lists", "../x", file(1))
    with pytest.raises(Fault, match="merged_customers"):
        warehouse.publish_file("merged_customers", "x", file(1))


def test_taking_away_what_was_never_published_is_no_error(
    warehouse: Warehouse, build: Build
) -> None:
    build("b1")
    warehouse.remove_file("lists", "vips")
    with pytest.raises(sa.exc.DBAPIError):
        read(warehouse, sa.select(list_table("vips")))
