"""A download under way: pieces of a file, made in threads one by one as the client takes them.

No thread waits for a slow client; a client that goes away takes its SQL with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from threading import Lock
from typing import TYPE_CHECKING

from ampiq_gql.cancellation import CancelScope
from ampiq_gql.graphql.downloads.tickets import Ticket
from ampiq_gql.graphql.threads import QueryThreads

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["Download"]


class Download:
    """The file of one ticket."""

    def __init__(self, services: Services, threads: QueryThreads, ticket: Ticket) -> None:
        self._services = services
        self._threads = threads
        self._ticket = ticket
        self._scope = CancelScope()
        self._open = ExitStack()
        self._pieces: Iterator[bytes] = iter(())
        self._one_at_a_time = Lock()

    async def begin(self) -> None:
        """Start the statement. Raises what is wrong with it, as long as it can be told."""
        try:
            await self._threads.run(self._scope.run, self._begin)
        except BaseException:
            await self.close()
            raise

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the file."""
        while (piece := await self._threads.run(self._scope.run, self._next)) is not None:
            yield piece

    async def close(self) -> None:
        """Stop what runs and release the reader."""
        self._scope.cancel()
        await asyncio.shield(self._threads.run(self._close))

    def _begin(self) -> None:
        with self._one_at_a_time:
            ticket, services = self._ticket, self._services
            stream = ticket.source.stream(
                services, ticket.file_format, is_for_spreadsheets=ticket.is_for_spreadsheets
            )
            self._pieces = self._open.enter_context(stream)
            self._note()

    def _note(self) -> None:
        """Write down who takes what, before the first row leaves."""
        ticket = self._ticket
        noted = ticket.source.noted()
        details = {**noted.details, "format": ticket.file_format.value}
        with self._services.store.begin() as work:
            work.audit.record(
                ticket.actor, noted.action, noted.target_type, noted.target_id, details
            )

    def _next(self) -> bytes | None:
        with self._one_at_a_time:
            return next((piece for piece in self._pieces if piece), None)

    def _close(self) -> None:
        with self._one_at_a_time:
            self._open.close()
