"""Kept builds on every engine: listed, shown again, dropped, and never more than were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from ampiq_gql.errors import UserError
from ampiq_gql.warehouse import (
    BuildBeingRead,
    BuildInfo,
    BuildIsCurrent,
    BuildNotFound,
    Warehouse,
    open_warehouse,
)
from tests.engines.conftest import SERVERS, NewHome
from tests.warehouse.builders import build_info, customers, fill, source_customers

CITIES = sa.select(customers.c.city, sa.func.count()).group_by(customers.c.city)
ENGINES = ("duckdb", *SERVERS)


@contextmanager
def opened(new_home: NewHome, engine: str, keep_builds: int = 3) -> Iterator[Warehouse]:
    settings = new_home(engine).model_copy(update={"keep_builds": keep_builds})
    warehouse = open_warehouse(settings)
    with warehouse.sources("ingest of the test") as sources, sources.connection.begin():
        source_customers.create(sources.connection)
    yield warehouse
    warehouse.close()


def build(warehouse: Warehouse, build_id: str, city: str = "Rome", rows: int = 1) -> BuildInfo:
    info = replace(
        build_info(build_id), row_counts={"merged_customers": rows}, overridden=("ord.store",)
    )
    with warehouse.start_build(info) as writer:
        fill(writer.connection, city, rows)
        return writer.publish()


def cities(warehouse: Warehouse) -> list[tuple[str, int]]:
    with warehouse.read() as session:
        return session.rows(CITIES)


@pytest.mark.parametrize("engine", ENGINES)
def test_kept_builds_say_what_they_are(new_home: NewHome, engine: str) -> None:
    with opened(new_home, engine) as warehouse:
        infos = [build(warehouse, "b1"), build(warehouse, "b2", rows=2)]
        kept = warehouse.kept_builds()
    assert [one.info for one in kept] == infos[::-1]
    assert [one.is_current for one in kept] == [True, False]
    assert all(one.size_bytes > 0 and one.damage is None for one in kept)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_kept_build_is_shown_again_to_the_next_readers(new_home: NewHome, engine: str) -> None:
    with opened(new_home, engine) as warehouse:
        first = build(warehouse, "b1", "Rome", 3)
        build(warehouse, "b2", "Oslo", 2)
        with warehouse.read() as session:
            assert warehouse.use_build("b1") == first == warehouse.current_build()
            assert session.rows(CITIES) == [("Oslo", 2)]
        assert cities(warehouse) == [("Rome", 3)]
        warehouse.use_build("b2")
        assert cities(warehouse) == [("Oslo", 2)]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_not_there_is_neither_shown_nor_dropped(new_home: NewHome, engine: str) -> None:
    with opened(new_home, engine) as warehouse:
        build(warehouse, "b1")
        for name in ("b2", "../b1", ""):
            with pytest.raises(BuildNotFound, match="is kept"):
                warehouse.use_build(name)
            with pytest.raises(BuildNotFound):
                warehouse.drop_build(name)
        assert cities(warehouse) == [("Rome", 1)]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_current_build_is_not_dropped_and_others_are(new_home: NewHome, engine: str) -> None:
    with opened(new_home, engine) as warehouse:
        build(warehouse, "b1")
        build(warehouse, "b2")
        warehouse.use_build("b1")
        with pytest.raises(BuildIsCurrent):
            warehouse.drop_build("b1")
        warehouse.drop_build("b2")
        assert [one.id for one in warehouse.kept_builds()] == ["b1"]


@pytest.mark.parametrize("engine", ENGINES)
def test_dropping_breaks_no_reader(new_home: NewHome, engine: str) -> None:
    """What is open outlives its name, but for a schema, which stays."""
    keeps_for_readers = engine != "postgresql"
    with opened(new_home, engine) as warehouse:
        build(warehouse, "b1", "Rome", 3)
        with warehouse.read() as session:
            build(warehouse, "b2", "Oslo")
            if keeps_for_readers:
                warehouse.drop_build("b1")
            else:
                with pytest.raises(BuildBeingRead):
                    warehouse.drop_build("b1")
            assert session.rows(CITIES) == [("Rome", 3)]
        if not keeps_for_readers:
            warehouse.drop_build("b1")
        assert [one.id for one in warehouse.kept_builds()] == ["b2"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("keep_builds", [1, 2])
def test_as_many_builds_stay_as_the_setting_says(
    new_home: NewHome, engine: str, keep_builds: int
) -> None:
    with opened(new_home, engine, keep_builds) as warehouse:
        for number in range(1, 5):
            build(warehouse, f"b{number}")
        kept = [one.id for one in warehouse.kept_builds()]
        assert kept == ["b4", "b3", "b2", "b1"][:keep_builds]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_build_after_going_back_is_current_and_the_oldest_goes(
    new_home: NewHome, engine: str
) -> None:
    with opened(new_home, engine) as warehouse:
        for number in range(1, 4):
            build(warehouse, f"b{number}")
        warehouse.use_build("b1")
        build(warehouse, "b4")
        kept = warehouse.kept_builds()
        assert [(one.id, one.is_current) for one in kept] == [
            ("b4", True), ("b3", False), ("b2", False),
        ]  # fmt: skip


def test_a_lost_schema_is_told_and_not_used(new_home: NewHome) -> None:
    with opened(new_home, "postgresql") as warehouse:
        build(warehouse, "b1")
        build(warehouse, "b2")
        with warehouse.sources("an accident") as sources, sources.connection.begin():
            sources.connection.execute(sa.schema.DropSchema("ampiq_build_b1", cascade=True))
        damaged = warehouse.kept_builds()[1]
        assert (damaged.info, damaged.damage) == (None, "its schema ampiq_build_b1 is gone")
        with pytest.raises(UserError, match="ampiq_build_b1 is gone"):
            warehouse.use_build("b1")
        warehouse.drop_build("b1")
        assert len(warehouse.kept_builds()) == 1
