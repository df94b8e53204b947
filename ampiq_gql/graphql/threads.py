"""Blocking calls beside the event loop: a bounded pool, and an end to SQL that nobody awaits.

Services and drivers block; the event loop must not. When the caller of `run` is cancelled (the
client went away, the time is up), the warehouse readers that the call has open are cancelled too,
so that its thread comes back to the pool.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from ampiq_gql.cancellation import CancelScope

__all__ = ["QueryThreads"]

P = ParamSpec("P")
T = TypeVar("T")


class QueryThreads:
    """The threads of one server process."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="ampiq-query")

    async def run(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Make a blocking call in a thread and return, or raise, what it does."""
        scope = CancelScope()
        work = partial(copy_context().run, scope.run, partial(call, *args, **kwargs))
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except asyncio.CancelledError:
            scope.cancel()
            raise

    def close(self) -> None:
        """Wait for the calls that run and end the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)
