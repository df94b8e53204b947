"""Builds on a ClickHouse server appear all at once, stay while they may be read, and then go."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from ampiq_gql.errors import Fault
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import SourcesBusy, Warehouse, open_warehouse
from ampiq_gql.warehouse.clickhouse.control import change_state, current_state, database_names
from ampiq_gql.warehouse.clickhouse.retention import prune
from ampiq_gql.warehouse.clickhouse.server import Server
from ampiq_gql.warehouse.clickhouse.views import create_views
from ampiq_gql.warehouse.pointer import Shown
from tests.engines.conftest import NewHome
from tests.engines.test_postgresql_builds import CITIES, build, cities
from tests.warehouse.builders import build_info, customer_id, fill, recipients, source_customers


@pytest.fixture
def settings(new_home: NewHome) -> Settings:
    return new_home("clickhouse")


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    opened = Server.open(make_url(str(settings.warehouse_url)), connections=2)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def warehouse(settings: Settings) -> Iterator[Warehouse]:
    opened = open_warehouse(settings)
    with opened.sources("ingest of the test") as sources, sources.connection.begin():
        source_customers.create(sources.connection)
        sources.connection.execute(source_customers.insert().values(customer_id="1", city="Rome"))
    yield opened
    opened.close()


def databases(server: Server) -> list[str]:
    """Return what there is beside the three databases that always stand."""
    with server.engine.connect() as connection:
        names = database_names(connection, f"{server.places.name}_")
    always = {server.places.files, server.places.scratch}
    return [name.removeprefix(f"{server.places.name}_") for name in names if name not in always]


def test_a_published_build_is_read_at_once(warehouse: Warehouse) -> None:
    build(warehouse, "b1", city="Rome", rows=3)
    assert cities(warehouse) == [("Rome", 3)]
    build(warehouse, "b2", city="Oslo", rows=2)
    assert cities(warehouse) == [("Oslo", 2)]
    assert warehouse.current_build() == build_info("b2")


def test_a_build_reads_the_sources_and_cannot_write_them(warehouse: Warehouse) -> None:
    with warehouse.start_build(build_info("b1")) as writer:
        assert writer.connection.execute(sa.select(source_customers)).all() == [("1", "Rome")]
        (table,) = writer.source_tables().sorted_tables
        assert table.fullname == "sources.customers"
        with pytest.raises(Fault, match="read-only"):
            writer.connection.execute(source_customers.delete())


def test_a_build_that_is_not_published_leaves_nothing(warehouse: Warehouse, server: Server) -> None:
    build(warehouse, "b1")
    with warehouse.start_build(build_info("b2")) as writer:
        fill(writer.connection, "Oslo", 1)
        assert "build_b2" in databases(server)
    assert [name for name in databases(server) if name.startswith("build_b2")] == []
    assert cities(warehouse) == [("Rome", 3)]


def test_an_open_session_stays_with_its_build(warehouse: Warehouse, server: Server) -> None:
    build(warehouse, "b1")
    with warehouse.read() as session:
        for number in range(2, 6):
            build(warehouse, f"b{number}", city="Oslo")
        assert session.rows(CITIES) == [("Rome", 3)]
    assert [kept.id for kept in warehouse.kept_builds()] == ["b5", "b4", "b3"]
    assert "build_b1" in databases(server)


def test_what_nobody_can_be_reading_is_dropped(warehouse: Warehouse, server: Server) -> None:
    for number in range(1, 4):
        build(warehouse, f"b{number}")
    with server.engine.connect() as connection:
        prune(connection, server.places, 2, grace_seconds=0.0)
    builds = [name for name in databases(server) if name.startswith("build_")]
    views = [name for name in databases(server) if name.startswith("shown_")]
    assert (builds, len(views)) == (["build_b2", "build_b3"], 1)
    assert cities(warehouse) == [("Rome", 3)]


KILLED_BUILD = """
    import signal, sys
    from ampiq_gql.settings import Settings
    from ampiq_gql.warehouse import open_warehouse
    from tests.warehouse.builders import build_info, fill

    warehouse = open_warehouse(Settings(home=sys.argv[1], warehouse_url=sys.argv[2]))
    with warehouse.start_build(build_info("b2")) as writer:
        fill(writer.connection, "Oslo", 100)
        print("building", flush=True)
        signal.pause()
"""


def test_a_killed_build_changes_nothing_and_the_next_one_is_clean(
    warehouse: Warehouse, settings: Settings, server: Server
) -> None:
    build(warehouse, "b1")
    home, url = str(settings.home), str(settings.warehouse_url)
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED_BUILD), home, url], stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"building\n"
        with pytest.raises(SourcesBusy, match="build b2"), warehouse.sources("too early"):
            pass
        process.send_signal(signal.SIGKILL)
    assert {"build_b2", "loaded_b2", "work_b2"} <= set(databases(server))
    assert cities(warehouse) == [("Rome", 3)]
    build(warehouse, "b2", city="Lima", rows=4)
    assert cities(warehouse) == [("Lima", 4)]
    assert {"loaded_b2", "work_b2"}.isdisjoint(databases(server))


def test_changes_at_the_same_time_follow_one_another(server: Server) -> None:
    def count_up(shown: Shown) -> Shown:
        return replace(shown, files_version=shown.files_version + 1)

    def change() -> None:
        with server.engine.connect() as connection:
            change_state(connection, server.places, count_up, create_views)

    threads = [threading.Thread(target=change) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with server.engine.connect() as connection:
        state = current_state(connection, server.places)
    assert (state.generation, state.shown.files_version) == (4, 4)


def test_published_files_are_tables_and_never_change_under_a_reader(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    build(warehouse, "b1")
    vips = sa.table(
        "list_vips", sa.column("amperity_id", sa.Uuid), sa.column("tier"), schema="c360"
    )
    _publish(warehouse, tmp_path / "one.parquet", "gold")
    with warehouse.read() as session:
        _publish(warehouse, tmp_path / "two.parquet", "silver")
        assert session.rows(sa.select(vips)) == [(customer_id(1), "gold")]
    with warehouse.read() as session:
        assert session.rows(sa.select(vips)) == [(customer_id(1), "silver")]
        assert session.snapshot == "b1.2"


def test_recipients_of_all_runs_make_one_table_of_the_standard_columns(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    build(warehouse, "b1")
    for number, launch in ((1, None), (2, datetime.fromisoformat("2026-11-02T09:00"))):
        path = tmp_path / f"{number}.parquet"
        columns = {
            "amperity_id": [str(customer_id(number))],
            "launch_datetime": pa.array([launch], pa.timestamp("us")),
            "is_control": [number == 1],
            "extra": [1.5],
        }
        pq.write_table(pa.table(columns), path)
        warehouse.publish_file("campaign_recipients", f"run{number}", path)
    with warehouse.read() as session:
        assert session.rows(sa.select(recipients).order_by(recipients.c.is_control)) == [
            (customer_id(2), None, False, datetime.fromisoformat("2026-11-02T09:00")),
            (customer_id(1), None, True, None),
        ]


def test_the_newest_predictions_are_all_of_them(warehouse: Warehouse, tmp_path: Path) -> None:
    build(warehouse, "b1")
    table = sa.table("predicted_clv_attributes", sa.column("amperity_id", sa.Uuid), schema="c360")
    for number in (1, 2):
        path = tmp_path / f"{number}.parquet"
        pq.write_table(pa.table({"amperity_id": [str(customer_id(number))]}), path)
        warehouse.publish_file("predicted_clv_attributes", f"model{number}", path)
    with warehouse.read() as session:
        assert session.rows(sa.select(table)) == [(customer_id(2),)]
    warehouse.remove_file("predicted_clv_attributes", "model2")
    with warehouse.read() as session, pytest.raises(sa.exc.DBAPIError):
        session.rows(sa.select(table))


def _publish(warehouse: Warehouse, path: Path, tier: str) -> None:
    pq.write_table(pa.table({"amperity_id": [str(customer_id(1))], "tier": [tier]}), path)
    warehouse.publish_file("lists", "vips", path)
    assert not path.exists()


def test_two_installations_share_a_server(new_home: NewHome) -> None:
    homes = [new_home("clickhouse"), new_home("clickhouse")]
    first, second = (open_warehouse(settings) for settings in homes)
    for warehouse, city in ((first, "Rome"), (second, "Oslo")):
        with warehouse.sources("test") as sources, sources.connection.begin():
            source_customers.create(sources.connection)
        build(warehouse, "b1", city=city)
    assert (cities(first), cities(second)) == ([("Rome", 3)], [("Oslo", 3)])
    first.close()
    second.close()
