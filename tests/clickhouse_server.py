"""ClickHouse in this process behind HTTP on loopback, as much of it as the driver speaks.

The engine is `chdb`, the driver the real one; only the server between them is ours. One statement
runs at a time.
"""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ampiq_gql.warehouse.clickhouse import MEANING

__all__ = ["serve"]

ROWS_FOLLOW = b" FORMAT Native\n"


@contextmanager
def serve(folder: Path) -> Iterator[int]:
    """Serve the database in `folder` and yield the port."""
    from chdb.session import Session  # half a gigabyte: loaded only where it is used

    session = Session(str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(session))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        session.close()


def _handler(session: Any) -> type[BaseHTTPRequestHandler]:
    guard = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Keep the output of the tests clean."""

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            asked = {name: found[0] for name, found in parse_qs(urlsplit(self.path).query).items()}
            body = self._body()
            try:
                with guard:
                    self._answer(200, _run(session, asked, body))
            except RuntimeError as error:
                self._answer(500, str(error).encode())

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-ClickHouse-Summary", "{}")
            if status != 200:
                code = re.search(rb"Code: (\d+)", content)
                self.send_header("X-ClickHouse-Exception-Code", code[1].decode() if code else "1")
            self.end_headers()
            self.wfile.write(content)

        def _body(self) -> bytes:
            length = self.headers.get("Content-Length")
            if length is not None:
                return self.rfile.read(int(length))
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

    return Handler


def _run(session: Any, asked: dict[str, str], body: bytes) -> bytes:
    for name in MEANING.keys() & asked.keys():
        session.query(f"SET {name} = {asked[name]}")
    statement, follows, rows = body.partition(ROWS_FOLLOW)
    if follows and rows:
        return _insert(session, statement.decode(), rows)
    content: bytes = session.query(body.decode(), "TabSeparated").bytes()
    return content


def _insert(session: Any, statement: str, rows: bytes) -> bytes:
    """Rows that come with their statement reach the engine as a file."""
    with tempfile.NamedTemporaryFile(suffix=".native") as file:
        file.write(rows)
        file.flush()
        session.query(f"{statement} SELECT * FROM file('{file.name}', Native)")
    return b""
