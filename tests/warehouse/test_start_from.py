"""A build that begins with the tables of another changes them for itself alone."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap

import sqlalchemy as sa

from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Warehouse
from tests.warehouse.builders import build_info, customers, fill
from tests.warehouse.conftest import Build
from tests.warehouse.test_builds import cities, files


def test_tables_stand_and_can_be_changed(warehouse: Warehouse, build: Build) -> None:
    build("b1", city="Rome", rows=3)
    assert warehouse.can_start_from_builds
    with warehouse.start_build(build_info("b2")) as writer:
        tables = writer.start_from("b1")
        assert tables is not None
        assert {"c360.merged_customers", "c360.campaign_recipients"} <= set(tables.tables)
        writer.connection.execute(customers.delete().where(customers.c.spent > 0))
        writer.connection.execute(sa.schema.DropTable(tables.tables["c360.campaign_recipients"]))
        writer.give_room_back()
        assert cities(warehouse) == [("Rome", 3)]
        writer.publish()
    assert cities(warehouse) == [("Rome", 1)]
    assert [kept.info for kept in warehouse.kept_builds()] == [build_info("b2"), build_info("b1")]
    warehouse.use_build("b1")
    assert cities(warehouse) == [("Rome", 3)]


def test_without_the_other_build_one_begins_empty(warehouse: Warehouse) -> None:
    with warehouse.start_build(build_info("b1")) as writer:
        assert writer.start_from("gone") is None
        fill(writer.connection, "Oslo", 2)
        writer.publish()
    assert cities(warehouse) == [("Oslo", 2)]


KILLED = """
    import signal, sys
    from ampiq_gql.settings import Settings
    from ampiq_gql.warehouse import open_warehouse
    from tests.warehouse.builders import build_info, customers

    warehouse = open_warehouse(Settings.load(home=sys.argv[1]))
    with warehouse.start_build(build_info("b2")) as writer:
        writer.start_from("b1")
        writer.connection.execute(customers.delete())
        print("building", flush=True)
        signal.pause()
"""


def test_one_that_is_killed_leaves_the_other_as_it_was(
    warehouse: Warehouse, build: Build, settings: Settings
) -> None:
    build("b1", city="Rome", rows=3)
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(settings.home)],
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"building\n"
        process.send_signal(signal.SIGKILL)
    assert cities(warehouse) == [("Rome", 3)]
    with warehouse.start_build(build_info("b2")) as writer:
        assert writer.start_from("b1") is not None
        writer.publish()
    assert files(settings) == ["b1.duckdb", "b2.duckdb"]
    assert cities(warehouse) == [("Rome", 3)]
