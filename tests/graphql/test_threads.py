"""Blocking calls beside the event loop end when nobody awaits them."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from ampiq_gql.cancellation import Cancelled, CancelScope, cancellable
from ampiq_gql.graphql.threads import QueryThreads


class Work:
    """Something that runs until it is cancelled."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.cancelled = threading.Event()

    def cancel(self) -> None:
        self.cancelled.set()

    def run(self) -> bool:
        with cancellable(self):
            self.began.set()
            return self.cancelled.wait(10)


@pytest.fixture
def threads() -> Iterator[QueryThreads]:
    threads = QueryThreads(1)
    yield threads
    threads.close()


def test_a_call_answers_and_raises_as_it_does(threads: QueryThreads) -> None:
    assert asyncio.run(threads.run(int, "7")) == 7
    with pytest.raises(ValueError, match="invalid literal"):
        asyncio.run(threads.run(int, "seven"))


def test_a_call_that_nobody_awaits_is_cancelled(threads: QueryThreads) -> None:
    work = Work()

    async def give_up() -> None:
        waiting = asyncio.ensure_future(threads.run(work.run))
        await asyncio.to_thread(work.began.wait, 10)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(give_up())
    assert work.cancelled.wait(10)


def test_work_that_begins_too_late_is_refused() -> None:
    scope = CancelScope()
    scope.cancel()
    with pytest.raises(Cancelled):
        scope.run(Work().run)


def test_work_outside_a_scope_runs_as_ever() -> None:
    work = Work()
    work.cancel()
    assert work.run()
