"""A unit of work lasts as a whole or not at all, and writers queue up instead of failing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from ampiq_gql.store import Store
from ampiq_gql.store.base import UtcDateTime
from ampiq_gql.store.errors import StaleRevision
from tests.store.builders import segment


def test_what_raises_leaves_nothing_behind(store: Store) -> None:
    wanted = segment()

    def fail_at_the_end() -> None:
        with store.begin() as work:
            work.segments.add(wanted)
            work.audit.record("ada", "segment.create", "segment", wanted.id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_at_the_end()
    with store.read() as work:
        assert work.segments.get(wanted.id) is None


def test_a_reading_unit_keeps_what_it_saw_at_first(store: Store) -> None:
    with store.read() as reader:
        assert reader.segments.names() == ()
        with store.begin() as writer:
            writer.segments.add(segment("New"))
        assert reader.segments.names() == ()
    with store.read() as reader:
        assert reader.segments.names() == ("New",)


def test_no_write_of_many_threads_is_lost(store: Store) -> None:
    """SQLite lets one wait for the other; PostgreSQL tells the later one, who tries again."""
    counted = segment("Counter", text="0")
    with store.begin() as work:
        work.segments.add(counted)

    def try_to_increase() -> None:
        with store.begin() as work:
            now = work.segments.get(counted.id)
            assert now is not None
            later = replace(now, text=str(int(now.text) + 1), revision=now.revision + 1)
            work.segments.update(later, ())

    def increase(_: int) -> None:
        while True:
            with suppress(StaleRevision):
                return try_to_increase()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(increase, range(40)))
    with store.read() as work:
        found = work.segments.get(counted.id)
    assert found is not None
    assert (found.text, found.revision) == ("40", 41)


def test_instants_keep_their_zone(store: Store) -> None:
    wanted = segment()
    with store.begin() as work:
        work.segments.add(wanted)
    with store.read() as work:
        found = work.segments.get(wanted.id)
    assert found == wanted
    assert found.created_at.tzinfo is UTC


def test_datetimes_without_zone_are_refused() -> None:
    without_zone = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="no time zone"):
        UtcDateTime().process_bind_param(without_zone, SQLiteDialect())
