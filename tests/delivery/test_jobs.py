"""Work in the background: once at a time for each key, and stoppable."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ampiq_gql.delivery.jobs import JobArguments, JobStatus, Stop, ThreadJobs
from ampiq_gql.errors import Fault


@pytest.fixture
def jobs() -> Iterator[ThreadJobs]:
    opened = ThreadJobs(threads=2)
    yield opened
    opened.close()


class Work:
    """Runs until it is released or stopped, and counts how often it was begun."""

    def __init__(self) -> None:
        self.begun: list[JobArguments] = []
        self.stops: list[Stop] = []
        self.started = threading.Event()
        self.release = threading.Event()

    def __call__(self, arguments: JobArguments, stop: Stop) -> None:
        self.begun.append(arguments)
        self.stops.append(stop)
        self.started.set()
        while not (self.release.wait(0.005) or stop.is_cancelled or stop.is_closing):
            pass


def test_a_job_gets_its_arguments(jobs: ThreadJobs) -> None:
    work = Work()
    work.release.set()
    jobs.register("work", work)
    jobs.start("work", "k", {"id": "7"})
    jobs.wait("k", timeout_seconds=10)
    assert work.begun == [{"id": "7"}]
    assert jobs.status("k") is JobStatus.UNKNOWN


def test_a_key_under_way_is_not_begun_again(jobs: ThreadJobs) -> None:
    work = Work()
    jobs.register("work", work)
    for _ in range(3):
        jobs.start("work", "k", {})
    work.started.wait(10)
    assert jobs.status("k") is JobStatus.ACTIVE
    work.release.set()
    jobs.wait("k", timeout_seconds=10)
    jobs.start("work", "k", {})
    jobs.wait("k", timeout_seconds=10)
    assert len(work.begun) == 2


def test_cancelling_and_closing_are_told_apart(jobs: ThreadJobs) -> None:
    work = Work()
    jobs.register("work", work)
    jobs.start("work", "cancelled", {})
    work.started.wait(10)
    jobs.cancel("cancelled")
    jobs.wait("cancelled", timeout_seconds=10)
    jobs.start("work", "closed", {})
    jobs.close()
    assert (work.stops[0].is_cancelled, work.stops[0].is_closing) == (True, False)
    assert not any(stop.is_cancelled for stop in work.stops[1:])


def test_a_job_that_raises_is_logged_and_ends(
    jobs: ThreadJobs, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(arguments: JobArguments, stop: Stop) -> None:
        raise ZeroDivisionError

    jobs.register("broken", broken)
    jobs.start("broken", "k", {})
    jobs.wait("k", timeout_seconds=10)
    assert "job broken failed" in caplog.text


def test_a_name_without_meaning_is_a_fault(jobs: ThreadJobs) -> None:
    with pytest.raises(Fault):
        jobs.start("nothing", "k", {})


def test_unknown_keys_need_no_waiting(jobs: ThreadJobs) -> None:
    jobs.wait("nobody")
    jobs.cancel("nobody")
