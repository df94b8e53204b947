"""A download under way: pieces of a file, made in threads one by one as the client takes them.

No thread waits for a slow client; a client that goes away takes its SQL with it.
"""

from __future__ import annotations

import asyncio
import hashlib
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

DIGEST_LENGTH = 32  # of hexadecimal digits, as ids have


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
            segment = ticket.segment_id and services.segments.get(ticket.segment_id)
            stream = services.customers.stream(
                segment or ticket.expression,
                ticket.file_format,
                columns=ticket.columns,
                as_of=ticket.as_of,
                is_for_spreadsheets=ticket.is_for_spreadsheets,
            )
            self._pieces = self._open.enter_context(stream)
            self._note()

    def _note(self) -> None:
        """Write down who takes what, before the first row leaves; never the text of an expression.

        A text may hold personal data, so that its digest stands for it.
        """
        ticket = self._ticket
        digest = hashlib.sha256(ticket.expression.encode()).hexdigest()[:DIGEST_LENGTH]
        target = "expression" if ticket.segment_id is None else "segment"
        details = {
            "columns": list(ticket.columns),
            "format": ticket.file_format.value,
            "as_of": ticket.as_of.isoformat(),
        }
        with self._services.store.begin() as work:
            work.audit.record(
                ticket.actor, "customers.download", target, ticket.segment_id or digest, details
            )

    def _next(self) -> bytes | None:
        with self._one_at_a_time:
            return next((piece for piece in self._pieces if piece), None)

    def _close(self) -> None:
        with self._one_at_a_time:
            self._open.close()
