"""A statement that runs too long or too large is stopped, and the session goes on."""

from __future__ import annotations

import threading
import time

import pytest
import sqlalchemy as sa

from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import (
    QueryCancelled,
    QueryTimeout,
    QueryTooLarge,
    Session,
    Warehouse,
    open_warehouse,
)
from tests.warehouse.conftest import Build

ENDLESS = sa.select(sa.func.count()).select_from(
    sa.func.range(10**9)
    .table_valued("range", name="a")
    .join(sa.func.range(10**9).table_valued("range", name="b"), sa.true())
)
STREAM = sa.select(sa.func.range(10**11).table_valued("range"))


def answers(session: Session) -> bool:
    return session.rows(sa.select(sa.literal(1))) == [(1,)]


def test_a_query_over_the_limit_is_stopped_within_two_seconds(
    warehouse: Warehouse, build: Build
) -> None:
    build("b1")
    with warehouse.read(timeout_seconds=0.2) as session:
        started = time.monotonic()
        with pytest.raises(QueryTimeout) as caught:
            session.rows(ENDLESS)
        assert time.monotonic() - started < 2.2
        assert caught.value.code == "QUERY_TIMEOUT"
        assert "0.2 seconds" in caught.value.message
        assert answers(session)


def test_the_default_limit_comes_from_the_settings(
    warehouse: Warehouse, build: Build, settings: Settings
) -> None:
    build("b1")
    hasty = open_warehouse(settings.model_copy(update={"query_timeout_seconds": 0.1}))
    with hasty.read() as session, pytest.raises(QueryTimeout):
        session.rows(ENDLESS)
    hasty.close()


def test_a_stream_has_one_limit_from_its_first_row_to_its_last(
    warehouse: Warehouse, build: Build
) -> None:
    build("b1")
    with warehouse.read(timeout_seconds=0.3) as session:
        with pytest.raises(QueryTimeout):
            for _batch in session.batches(STREAM):
                pass
        assert answers(session)


def test_a_query_can_be_cancelled_from_another_thread(warehouse: Warehouse, build: Build) -> None:
    build("b1")
    with warehouse.read() as session:
        threading.Timer(0.2, session.cancel).start()
        started = time.monotonic()
        with pytest.raises(QueryCancelled):
            session.rows(ENDLESS)
        assert time.monotonic() - started < 2.2
        assert answers(session)


def test_cancelling_when_nothing_runs_does_nothing(warehouse: Warehouse, build: Build) -> None:
    build("b1")
    with warehouse.read() as session:
        session.cancel()
        assert answers(session)


def test_materialising_is_limited_too(warehouse: Warehouse, build: Build) -> None:
    build("b1")
    with warehouse.read(timeout_seconds=0.2) as session:
        with pytest.raises(QueryTimeout):
            session.materialise("all", ENDLESS)
        assert answers(session)


def test_a_timed_out_query_leaves_its_neighbours_alone(warehouse: Warehouse, build: Build) -> None:
    build("b1")
    with warehouse.read(timeout_seconds=0.2) as slow, warehouse.read() as other:
        with pytest.raises(QueryTimeout):
            slow.rows(ENDLESS)
        assert answers(other)


def test_a_query_that_needs_too_much_memory_is_refused(
    warehouse: Warehouse, build: Build, settings: Settings
) -> None:
    build("b1")
    small = open_warehouse(settings.model_copy(update={"memory_limit": "20MB"}))
    numbers = sa.func.range(10**7).table_valued("range")
    hungry = sa.select(sa.func.length(sa.cast(sa.func.list(numbers.c.range), sa.Text)))
    with small.read() as session:
        with pytest.raises(QueryTooLarge):
            session.rows(hungry)
        assert answers(session)
    small.close()
