"""The source tables: one owner at a time, files and Arrow in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import SourcesBusy, Warehouse, files
from tests.warehouse.builders import build_info, source_customers

COUNT = sa.select(sa.func.count()).select_from(source_customers)


def test_a_second_opener_is_told_who_has_them(warehouse: Warehouse) -> None:
    with (
        warehouse.sources("ingest orders.csv"),
        pytest.raises(SourcesBusy) as caught,
        warehouse.sources("ingest other.csv"),
    ):
        pass
    assert caught.value.code == "SOURCES_BUSY"
    assert f"ingest orders.csv (process {os.getpid()}, since 20" in caught.value.message


def test_a_build_waits_for_no_one_either(warehouse: Warehouse) -> None:
    with (
        warehouse.sources("ingest orders.csv"),
        pytest.raises(SourcesBusy, match=r"ingest orders\.csv"),
        warehouse.start_build(build_info("b1")),
    ):
        pass


def test_other_threads_are_refused_too(warehouse: Warehouse) -> None:
    refusals: list[SourcesBusy] = []

    def open_again() -> None:
        try:
            with warehouse.sources("thread"):
                pass
        except SourcesBusy as error:
            refusals.append(error)

    with warehouse.sources("first"):
        thread = threading.Thread(target=open_again)
        thread.start()
        thread.join()
    assert len(refusals) == 1


KILLED_OWNER = """
    import signal, sys
    from ampiq_gql.settings import Settings
    from ampiq_gql.warehouse import open_warehouse
    from tests.warehouse.builders import source_customers

    warehouse = open_warehouse(Settings.load(home=sys.argv[1]))
    with warehouse.sources("ingest of the dead") as opened:
        opened.connection.execute(source_customers.insert().values(customer_id="2"))
        print("loading", flush=True)
        signal.pause()
"""


def test_the_lock_of_a_killed_owner_is_free_and_its_load_undone(
    warehouse: Warehouse, settings: Settings
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED_OWNER), str(settings.home)],
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"loading\n"
        with pytest.raises(SourcesBusy, match="of the dead"), warehouse.sources("too early"):
            pass
        process.send_signal(signal.SIGKILL)
    with warehouse.sources("next") as opened:
        assert opened.connection.execute(COUNT).scalar_one() == 1


def test_what_is_not_committed_is_lost(warehouse: Warehouse) -> None:
    for commits in (False, True):
        with warehouse.sources("load") as opened:
            opened.connection.execute(source_customers.insert().values(customer_id="2"))
            if commits:
                opened.connection.commit()
    with warehouse.sources("look") as opened:
        assert opened.connection.execute(COUNT).scalar_one() == 2


def test_tables_are_known_as_they_stand(warehouse: Warehouse) -> None:
    with warehouse.sources("look") as opened:
        (table,) = opened.tables().sorted_tables
        assert table.fullname == "sources.customers"
        assert isinstance(table.c.city.type, sa.String)
        assert opened.connection.execute(sa.select(table.c.city)).all() == [("Rome",)]


def test_arrow_rows_are_matched_by_name(warehouse: Warehouse) -> None:
    batches = pa.table({"city": ["Oslo", "Lima"]}).to_reader()
    with warehouse.sources("load") as opened:
        assert opened.stage(source_customers, batches) == 2
        rows = opened.connection.execute(sa.select(source_customers).offset(1)).all()
    assert rows == [(None, "Oslo"), (None, "Lima")]


def test_csv_is_read_as_text_in_file_order(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "it's.csv"
    path.write_text('id,name\n1,"Ann, of ""Green"" Gables"\n2,\n03,Bo\n')
    scan = files.read_csv([path], columns=["id", "name"], format=files.CsvFormat())
    with warehouse.sources("load") as opened:
        rows = opened.connection.execute(sa.select(scan)).all()
    assert rows == [("1", 'Ann, of "Green" Gables'), ("2", None), ("03", "Bo")]


def test_broken_csv_lines_are_listed_with_reason(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(b"id;name\n1;Ann\n2;Bo;x\n3\n4;\xff\xfe\n5;Cy\n")
    scan = files.read_csv(
        [path], columns=["id", "name"], format=files.CsvFormat(delimiter=";"), keeps_rejects=True
    )
    rejects = files.csv_rejects()
    with warehouse.sources("load") as opened:
        assert opened.connection.execute(sa.select(scan)).all() == [("1", "Ann"), ("5", "Cy")]
        reasons = opened.connection.execute(
            sa.select(rejects.c.line, rejects.c.error_type).order_by(rejects.c.line)
        ).all()
    assert reasons == [(3, "TOO MANY COLUMNS"), (4, "MISSING COLUMNS"), (5, "INVALID ENCODING")]


def test_parquet_files_may_differ_in_columns(warehouse: Warehouse, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [1], "city": ["Oslo"]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"id": [2]}), tmp_path / "b.parquet")
    scan = files.read_parquet(
        [tmp_path / "a.parquet", tmp_path / "b.parquet"], columns=["id", "city"]
    )
    with warehouse.sources("load") as opened:
        rows = opened.connection.execute(sa.select(scan).order_by(scan.c.id)).all()
    assert rows == [(1, "Oslo"), (2, None)]
