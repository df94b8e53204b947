"""A receiver as the README describes it, that remembers what it was sent."""

from __future__ import annotations

import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread


class Receiver(socketserver.ThreadingTCPServer):
    """Keeps the rows of each chunk once, however often the chunk comes."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.chunks: dict[str, list[dict[str, object]]] = {}

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def rows(self) -> list[dict[str, object]]:
        return [row for rows in self.chunks.values() for row in rows]


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Receiver)
        while line := self.rfile.readline():
            head = json.loads(line)
            rows = [json.loads(self.rfile.readline()) for _ in range(head["rows"])]
            self.server.chunks.setdefault(head["chunk"], rows)
            self.wfile.write(b"ok\n")


@contextmanager
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
