"""Which snapshot a reader gets, and what is kept for it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from ampiq_gql.errors import Invalid
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Session, Warehouse, open_warehouse
from ampiq_gql.warehouse.duckdb.snapshots import Snapshots
from ampiq_gql.warehouse.errors import WarehouseDamaged
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.pointer import Pointer, Shown
from tests.warehouse.builders import customers
from tests.warehouse.conftest import Build

CITIES = sa.select(customers.c.city).distinct()


def test_what_is_kept_is_made_once_per_snapshot(warehouse: Warehouse, build: Build) -> None:
    made: list[str] = []

    def make(session: Session) -> list[tuple[str]]:
        made.append(session.snapshot)
        return session.rows(CITIES)

    build("b1", city="Rome")
    for _ in range(2):
        with warehouse.read() as session:
            assert session.once("cities", make) == [("Rome",)]
    build("b2", city="Oslo")
    with warehouse.read() as session:
        assert session.once("cities", make) == [("Oslo",)]
    assert made == ["b1.0", "b2.0"]


def test_what_fails_is_not_kept(warehouse: Warehouse, build: Build) -> None:
    build("b1")

    def fail(_session: Session) -> int:
        raise ZeroDivisionError

    with warehouse.read() as session:
        with pytest.raises(ZeroDivisionError):
            session.once("answer", fail)
        assert session.once("answer", lambda _session: 42) == 42


def test_threads_wait_for_the_one_that_makes_it(warehouse: Warehouse, build: Build) -> None:
    build("b1")
    made: list[int] = []

    def ask() -> None:
        with warehouse.read() as session:
            session.once("answer", lambda _session: made.append(1))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


class OvertakenPointer(Pointer):
    """A pointer after whose first reading something happens, before anybody acts on it."""

    def __init__(self, layout: HomeLayout, happens: Callable[[], None]) -> None:
        super().__init__(layout)
        self._happens = [happens]

    def read(self) -> Shown:
        shown = super().read()
        while self._happens:
            self._happens.pop()()
        return shown


def test_a_build_pruned_between_pointer_and_opening_is_looked_up_again(
    build: Build, settings: Settings
) -> None:
    """One process reads the pointer, then another publishes and prunes."""
    layout = HomeLayout(settings.home.resolve())
    build("b1", city="Rome")

    def publish_and_prune() -> None:
        build("b2", city="Oslo")
        layout.build("b1").unlink()

    late = Snapshots(layout, OvertakenPointer(layout, publish_and_prune), None)
    with late.present() as snapshot, snapshot.connect() as connection:
        assert connection.execute(CITIES).all() == [("Oslo",)]
    late.close()


def test_a_build_that_is_gone_is_named_with_the_way_out(
    warehouse: Warehouse, build: Build, settings: Settings
) -> None:
    build("b1")
    file = settings.home / "builds" / "b1.duckdb"
    file.unlink()
    with pytest.raises(WarehouseDamaged, match="b1 is missing") as refused, warehouse.read():
        pass
    assert refused.value.place == str(file)
    assert "ampiq build" in (refused.value.hint or "")


def test_a_build_that_is_no_database_is_named(
    warehouse: Warehouse, build: Build, settings: Settings
) -> None:
    build("b1")
    file = settings.home / "builds" / "b1.duckdb"
    file.unlink()
    file.write_bytes(b"x" * 100_000)
    with pytest.raises(WarehouseDamaged, match="b1 cannot be opened"), warehouse.read():
        pass


def test_spill_files_of_dead_processes_are_removed(settings: Settings) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    spill = settings.home / "tmp"
    for process in (dead.pid, os.getpid()):
        folder = spill / f"{process}-abc"
        folder.mkdir(parents=True)
        (folder / "duckdb_temp_storage-0.tmp").write_bytes(b"x")
    open_warehouse(settings).close()
    assert [folder.name for folder in spill.iterdir()] == [f"{os.getpid()}-abc"]


def test_an_engine_that_is_not_known_is_named(settings: Settings) -> None:
    with pytest.raises(Invalid, match="mysql://x"):
        open_warehouse(settings.model_copy(update={"warehouse_url": "mysql://x"}))
