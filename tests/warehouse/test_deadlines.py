"""Deadlines are kept by one thread, in whatever order they come."""

from __future__ import annotations

import threading
import time

from ampiq_gql.warehouse.deadlines import Deadlines
from ampiq_gql.warehouse.interruption import Interruption


def watchers() -> int:
    return sum(thread.name == "ampiq-deadlines" for thread in threading.enumerate())


def test_many_deadlines_are_watched_by_one_thread() -> None:
    deadlines, before = Deadlines(), watchers()
    for _ in range(20):
        with deadlines.within(60, lambda: None), deadlines.within(60, lambda: None):
            assert watchers() == before + 1


def test_what_ends_in_time_is_left_alone() -> None:
    deadlines = Deadlines()
    expired, waited = threading.Event(), threading.Event()
    with deadlines.within(0.05, expired.set):
        pass
    with deadlines.within(0.1, waited.set):
        assert waited.wait(10)
    assert not expired.is_set()


def test_a_near_deadline_does_not_wait_for_a_far_one() -> None:
    deadlines = Deadlines()
    far, near = threading.Event(), threading.Event()
    with deadlines.within(3600, far.set):
        time.sleep(0.05)  # the thread waits for the far one by now
        with deadlines.within(0.05, near.set):
            assert near.wait(10)
    assert not far.is_set()


def test_a_slow_stop_does_not_hold_up_the_others() -> None:
    deadlines = Deadlines()
    release, second = threading.Event(), threading.Event()
    with deadlines.within(0.01, lambda: release.wait(10)), deadlines.within(0.05, second.set):
        assert second.wait(5)
    release.set()


def test_each_expires_once() -> None:
    deadlines = Deadlines()
    calls: list[int] = []
    with deadlines.within(0.02, lambda: calls.append(1)):
        time.sleep(0.2)
    assert calls == [1]


def test_a_deadline_that_comes_too_late_leaves_the_next_statement_alone() -> None:
    stopped: list[int] = []
    interruption = Interruption(lambda: stopped.append(1), 60, lambda error, _seconds: error)
    with interruption.limit():
        pass
    with interruption.limit():
        interruption._time_out(1)  # its thread was slow
        assert stopped == []
        interruption._time_out(2)
    assert stopped == [1]
