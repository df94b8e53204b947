"""Time limits and cancelling: DuckDB is interrupted from another thread, and we say why."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import sqlalchemy as sa

from ampiq_gql.errors import UserError
from ampiq_gql.warehouse.errors import QueryCancelled, QueryTimeout, QueryTooLarge

__all__ = ["Interruption"]


class Interruption:
    """Guards the statements of one connection, one at a time."""

    def __init__(self, raw: duckdb.DuckDBPyConnection, timeout_seconds: float) -> None:
        self._raw = raw
        self._timeout_seconds = timeout_seconds
        self._guard = threading.Lock()
        self._is_running = False
        self._reason: UserError | None = None

    def cancel(self) -> None:
        """Stop the present statement, if there is one."""
        self._interrupt(QueryCancelled())

    @contextmanager
    def limit(self) -> Iterator[None]:
        """Run a statement, and read its result, within the time limit."""
        timer = threading.Timer(
            self._timeout_seconds, self._interrupt, [QueryTimeout(self._timeout_seconds)]
        )
        timer.daemon = True
        self._begin()
        timer.start()
        try:
            yield
        except (duckdb.OutOfMemoryException, sa.exc.DBAPIError, OSError) as error:
            raise self._explain(error) from error
        finally:
            self._end()
            timer.cancel()

    def _begin(self) -> None:
        with self._guard:
            self._is_running = True
            self._reason = None

    def _end(self) -> None:
        with self._guard:
            self._is_running = False

    def _interrupt(self, reason: UserError) -> None:
        # DuckDB forgets an interrupt when the next statement begins, so one that comes between
        # the last row and `_end` does no harm.
        with self._guard:
            if self._is_running and self._reason is None:
                self._reason = reason
                self._raw.interrupt()

    def _explain(self, error: Exception) -> Exception:
        if self._reason is not None:
            return self._reason
        # A stream reports DuckDB's errors as OSError, with their text only.
        if "Out of Memory Error" in str(error):
            return QueryTooLarge()
        return error
