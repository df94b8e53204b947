"""Time limits and cancelling: a statement is stopped from another thread, and we say why."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Protocol

from ampiq_gql.errors import UserError
from ampiq_gql.warehouse.deadlines import Deadlines
from ampiq_gql.warehouse.errors import QueryCancelled, QueryTimeout

__all__ = ["Explain", "Interruption"]

# Of the whole process, whichever engines it reads.
_deadlines = Deadlines()


class Explain(Protocol):
    """Says in the words of our own errors what an engine's error means."""

    def __call__(self, error: Exception, timeout_seconds: float) -> Exception:
        """Return our error; the same one when it means nothing to users."""


class Interruption:
    """Guards the statements of one connection, one at a time.

    `stop` ends the present statement and may be called from any thread; `explain` translates what
    the driver raises for other reasons than ours.
    """

    def __init__(
        self, stop: Callable[[], object], timeout_seconds: float, explain: Explain
    ) -> None:
        self._stop = stop
        self._timeout_seconds = timeout_seconds
        self._explain = explain
        self._guard = threading.Lock()
        self._number = 0
        self._is_running = False
        self._reason: UserError | None = None

    def cancel(self) -> None:
        """Stop the present statement, if there is one."""
        with self._guard:
            self._interrupt(QueryCancelled())

    @contextmanager
    def limit(self) -> Iterator[None]:
        """Run a statement, and read its result, within the time limit."""
        number = self._begin()
        try:
            with _deadlines.within(self._timeout_seconds, partial(self._time_out, number)):
                yield
        except UserError:
            raise
        except Exception as error:
            explained = self._reason or self._explain(error, self._timeout_seconds)
            if explained is error:
                raise
            raise explained from error
        finally:
            self._end()

    def check(self) -> None:
        """Raise what stopped a stream whose server had nothing to do at that moment."""
        if self._reason is not None:
            raise self._reason

    def _begin(self) -> int:
        """Return the number of the statement."""
        with self._guard:
            self._number += 1
            self._is_running = True
            self._reason = None
            return self._number

    def _end(self) -> None:
        with self._guard:
            self._is_running = False

    def _time_out(self, number: int) -> None:
        """Stop that statement; a later one has a time of its own."""
        with self._guard:
            if number == self._number:
                self._interrupt(QueryTimeout(self._timeout_seconds))

    def _interrupt(self, reason: UserError) -> None:
        """Stop what runs; the caller holds the guard."""
        # Engines forget an interrupt when the next statement begins, so one that comes between
        # the last row and `_end` does no harm.
        if self._is_running and self._reason is None:
            self._reason = reason
            self._stop()
