"""A build appears all at once, for everybody, or not at all."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import textwrap
import threading
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from ampiq_gql.errors import Fault
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import NoSources, Warehouse, open_warehouse
from tests.warehouse.builders import build_info, customers, fill, source_customers
from tests.warehouse.conftest import Build

CITIES = sa.select(customers.c.city, sa.func.count()).group_by(customers.c.city)


def cities(warehouse: Warehouse) -> list[tuple[str, int]]:
    with warehouse.read() as session:
        return session.rows(CITIES)


def files(settings: Settings) -> list[str]:
    return sorted(file.name for file in (settings.home / "builds").iterdir())


def test_a_published_build_is_read_at_once(warehouse: Warehouse, build: Build) -> None:
    build("b1", city="Rome", rows=3)
    assert cities(warehouse) == [("Rome", 3)]
    build("b2", city="Oslo", rows=2)
    assert cities(warehouse) == [("Oslo", 2)]


def test_a_build_reads_the_sources(warehouse: Warehouse) -> None:
    with warehouse.start_build(build_info("b1")) as writer:
        assert writer.connection.execute(sa.select(source_customers)).all() == [("1", "Rome")]
        (table,) = writer.source_tables().sorted_tables
        assert (table.fullname, table.columns.keys()) == (
            "sources.customers",
            ["customer_id", "city"],
        )
        with pytest.raises(sa.exc.DBAPIError, match="read-only"):
            writer.connection.execute(source_customers.delete())


def test_a_build_needs_sources(empty_warehouse: Warehouse) -> None:
    with pytest.raises(NoSources), empty_warehouse.start_build(build_info("b1")):
        pass


def test_what_is_known_only_at_the_end_can_be_published(warehouse: Warehouse) -> None:
    final = build_info("b1", newest_event_on=None)
    with warehouse.start_build(build_info("b1")) as writer:
        assert writer.publish(final) == final
    assert warehouse.current_build() == final


def test_a_build_keeps_its_id(warehouse: Warehouse) -> None:
    with warehouse.start_build(build_info("b1")) as writer, pytest.raises(Fault, match="own id"):
        writer.publish(build_info("b2"))


def test_a_build_that_is_not_published_leaves_nothing(
    warehouse: Warehouse, build: Build, settings: Settings
) -> None:
    build("b1", city="Rome", rows=3)
    with warehouse.start_build(build_info("b2")) as writer:
        fill(writer.connection, "Oslo", 1)
    assert files(settings) == ["b1.duckdb"]
    assert cities(warehouse) == [("Rome", 3)]


def test_an_open_session_stays_with_its_build(warehouse: Warehouse, build: Build) -> None:
    build("b1", city="Rome", rows=3)
    with warehouse.read() as session:
        build("b2", city="Oslo", rows=2)
        assert session.rows(CITIES) == [("Rome", 3)]
        assert cities(warehouse) == [("Oslo", 2)]
        assert session.rows(CITIES) == [("Rome", 3)]


def test_old_builds_go_but_not_under_their_readers(
    warehouse: Warehouse, build: Build, settings: Settings
) -> None:
    build("b1", city="Rome", rows=3)
    with warehouse.read() as session:
        for number in range(2, 6):
            build(f"b{number}", city="Oslo")
        assert files(settings) == ["b3.duckdb", "b4.duckdb", "b5.duckdb"]
        assert session.rows(CITIES) == [("Rome", 3)]


def test_a_snapshot_is_closed_after_its_last_reader(
    warehouse: Warehouse, build: Build, settings: Settings
) -> None:
    build("b1")
    with warehouse.read(), warehouse.read():
        build("b2")
        cities(warehouse)
        assert open_builds(settings.home) == {"b1.duckdb", "b2.duckdb"}
    assert open_builds(settings.home) == {"b2.duckdb"}
    warehouse.close()
    assert open_builds(settings.home) == set()


def open_builds(home: Path) -> set[str]:
    """The builds of the home that this process has open, as Linux lists them."""
    files: list[Path] = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the descriptor of the listing itself
            files.append(link.readlink())
    return {file.name for file in files if file.is_relative_to(home) and file.suffix == ".duckdb"}


def test_rows_stay_in_the_order_they_were_made(warehouse: Warehouse) -> None:
    numbers = sa.func.range(200_000).table_valued("range")
    shuffled = sa.select(sa.func.hash(numbers.c.range).label("h")).subquery()
    table = sa.Table("sorted_hashes", sa.MetaData(schema="c360"), sa.Column("h", sa.Numeric(38, 0)))
    with warehouse.start_build(build_info("b1")) as writer:
        ordered = sa.select(shuffled).order_by(shuffled.c.h)
        writer.connection.execute(ordered.into(table.name, schema="c360"))
        writer.publish()
    with warehouse.read() as session:
        hashes = [row[0] for row in session.rows(sa.select(table))]
    assert hashes == sorted(hashes)


def test_readers_never_see_a_mix_while_builds_are_published(
    warehouse: Warehouse, build: Build
) -> None:
    """Each build has one city and its own number of rows; any other pair would be a mix."""
    build("b0", city="city 0", rows=1)
    seen: set[tuple[str, int]] = set()
    mixes: list[object] = []
    is_done = threading.Event()

    def read() -> None:
        while not is_done.is_set():
            with warehouse.read() as session:
                answers = [session.rows(CITIES) for _ in range(3)]
            if answers[0] != answers[1] or answers[1] != answers[2] or len(answers[0]) != 1:
                mixes.append(answers)
            seen.add(answers[0][0])

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(1, 8):
        build(f"b{number}", city=f"city {number}", rows=number + 1)
    is_done.set()
    for reader in readers:
        reader.join()
    assert mixes == []
    assert seen <= {(f"city {number}", number + 1) for number in range(8)}


def read_in_another_process(settings: Settings) -> list[tuple[str, int]]:
    warehouse = open_warehouse(settings)
    try:
        return cities(warehouse)
    finally:
        warehouse.close()


def test_another_process_reads_the_same_build_and_follows(
    warehouse: Warehouse, build: Build, settings: Settings
) -> None:
    build("b1", city="Rome", rows=3)
    with (
        warehouse.read() as session,
        multiprocessing.get_context("spawn").Pool(1) as processes,
    ):
        assert processes.apply(read_in_another_process, [settings]) == [("Rome", 3)]
        build("b2", city="Oslo", rows=2)
        assert processes.apply(read_in_another_process, [settings]) == [("Oslo", 2)]
        assert session.rows(CITIES) == [("Rome", 3)]


KILLED_BUILD = """
    import os, signal, sys
    from ampiq_gql.settings import Settings
    from ampiq_gql.warehouse import open_warehouse
    from tests.warehouse.builders import build_info, fill

    warehouse = open_warehouse(Settings.load(home=sys.argv[1]))
    with warehouse.start_build(build_info("b2")) as writer:
        fill(writer.connection, "Oslo", 100)
        print("building", flush=True)
        signal.pause()
"""


def test_a_killed_build_changes_nothing_and_the_next_one_is_clean(
    warehouse: Warehouse, build: Build, settings: Settings
) -> None:
    build("b1", city="Rome", rows=3)
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED_BUILD), str(settings.home)],
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"building\n"
        process.send_signal(signal.SIGKILL)
    assert any(name.endswith(".partial") for name in files(settings))
    assert cities(warehouse) == [("Rome", 3)]
    build("b2", city="Lima", rows=4)
    assert files(settings) == ["b1.duckdb", "b2.duckdb"]
    assert cities(warehouse) == [("Lima", 4)]
