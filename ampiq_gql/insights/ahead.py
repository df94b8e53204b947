"""What every tab needs, measured before the first one is opened."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ampiq_gql.cancellation import CancelScope
from ampiq_gql.errors import UserError
from ampiq_gql.insights.service import InsightService

__all__ = ["everyone_measured_ahead"]


@contextmanager
def everyone_measured_ahead(insights: InsightService) -> Iterator[None]:
    """Measure everyone in a thread beside the block, which ends with it.

    It also opens the snapshot, reads the catalog and loads what the driver loads with its first
    value: a server that begins with it answers its first request as quickly as the next.
    """
    scope = CancelScope()

    def measure() -> None:
        # Nothing is built yet, or the server ended first: whoever asks is told, or nobody asks.
        with suppress(UserError):
            scope.run(insights.measure_everyone)

    thread = threading.Thread(target=measure, name="ampiq-everyone")
    thread.start()
    try:
        yield
    finally:
        scope.cancel()
        thread.join()
