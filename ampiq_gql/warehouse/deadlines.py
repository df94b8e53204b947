"""One thread that watches the deadlines of all statements of a process.

A timer of its own for each statement would be a thread for each: starting one waits until it runs,
which in a busy process takes longer than a small question.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Deadlines"]


class _Deadline:
    """A moment of the monotonic clock and what happens then."""

    def __init__(self, at: float, expire: Callable[[], object]) -> None:
        self.at = at
        self.expire = expire


class Deadlines:
    """Calls what is due. Its thread begins with the first deadline and ends with the process."""

    def __init__(self) -> None:
        self._pending: set[_Deadline] = set()
        self._changed = threading.Condition()
        self._watcher: threading.Thread | None = None
        self._wakes_at = 0.0

    @contextmanager
    def within(self, seconds: float, expire: Callable[[], object]) -> Iterator[None]:
        """Call `expire`, in a thread of its own, unless the block ends within so many seconds."""
        deadline = _Deadline(time.monotonic() + seconds, expire)
        self._add(deadline)
        try:
            yield
        finally:
            with self._changed:
                # The watcher is not told: it wakes up in vain at most once.
                self._pending.discard(deadline)

    def _add(self, deadline: _Deadline) -> None:
        with self._changed:
            self._pending.add(deadline)
            if self._watcher is None:
                self._watcher = threading.Thread(
                    target=self._watch, name="ampiq-deadlines", daemon=True
                )
                self._watcher.start()
            elif deadline.at < self._wakes_at:
                self._changed.notify()

    def _watch(self) -> None:
        while True:
            for deadline in self._next_due():
                # Stopping a statement may take a while, and others are due meanwhile.
                threading.Thread(target=deadline.expire, daemon=True).start()

    def _next_due(self) -> list[_Deadline]:
        """Wait until some are due, take them out and return them."""
        with self._changed:
            while True:
                now = time.monotonic()
                due = [deadline for deadline in self._pending if deadline.at <= now]
                if due:
                    self._pending.difference_update(due)
                    return due
                self._wakes_at = min(
                    (deadline.at for deadline in self._pending), default=threading.TIMEOUT_MAX
                )
                self._changed.wait(min(self._wakes_at - now, threading.TIMEOUT_MAX))
