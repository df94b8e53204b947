"""A unit of work lasts as a whole or not at all, and writers queue up instead of failing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from ampiq_gql.cancellation import Cancelled, CancelScope
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.store import engine as engines
from ampiq_gql.store.base import UtcDateTime
from ampiq_gql.store.errors import StaleRevision, StoreBusy
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


def test_a_unit_that_nobody_waits_for_changes_nothing(store: Store) -> None:
    scope, wanted = CancelScope(), segment()

    def save_while_the_time_runs_out() -> None:
        with store.begin() as work:
            work.segments.add(wanted)
            scope.cancel()

    with pytest.raises(Cancelled):
        scope.run(save_while_the_time_runs_out)
    with store.read() as work:
        assert work.segments.get(wanted.id) is None


def test_a_unit_given_up_before_its_turn_does_not_begin(store: Store) -> None:
    scope, begun = CancelScope(), []

    def begin_too_late() -> None:
        scope.cancel()
        with store.begin() as work:
            begun.append(work)

    with pytest.raises(Cancelled):
        scope.run(begin_too_late)
    assert not begun


def test_a_writer_that_waits_too_long_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "LOCK_WAIT_SECONDS", 0.05)
    settings = Settings(home=tmp_path)
    with (
        closing(Store.open(settings)) as one,
        closing(Store.open(settings)) as other,
        one.begin(),
        pytest.raises(StoreBusy, match="Somebody else is writing"),
        other.begin(),
    ):
        pass


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
