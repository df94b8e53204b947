"""ClickHouse behind HTTP on loopback, as much of it as the driver speaks, in a process of its own.

The engine is `chdb`, the driver the real one; only the server between them is ours. Each request
has a connection of its own, with the settings, the role and the database that its address states.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["NAMES", "serve"]

ROWS_FOLLOW = re.compile(rb"(?P<insert>INSERT INTO .+?) FORMAT (?P<format>\w+)\s*\n", re.DOTALL)
NOT_SETTINGS = {"query", "database", "role", "session_id", "session_timeout", "query_id",
                "client_protocol_version", "compress", "decompress", "wait_end_of_query",
                "buffer_size", "quota_key", "session_check"}  # fmt: skip

NAMES = ("ampiq", *(f"t{number}" for number in range(60)))
"""Installations that tests may make; `role` gives each the rights that docs/engines.md asks for."""


def _users() -> str:
    roles = "".join(
        f"<{name}_reader><grants><query>GRANT SELECT ON {name}_shown_*.*</query>"
        f"<query>GRANT SELECT ON {name}_scratch.*</query></grants></{name}_reader>"
        for name in NAMES
    )
    granted = "".join(f"<query>GRANT {name}_reader</query>" for name in NAMES)
    return f"""
    <clickhouse>
      <profiles><default/></profiles><quotas><default/></quotas>
      <roles><writer><grants><query>GRANT ALL ON *.*</query></grants></writer>{roles}</roles>
      <users><default>
        <password/><networks><ip>::/0</ip></networks>
        <profile>default</profile><quota>default</quota>
        <grants><query>GRANT writer</query>{granted}</grants>
      </default></users>
    </clickhouse>"""


@contextmanager
def serve(folder: Path) -> Iterator[int]:
    """Serve the database in `folder` and yield the port."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


class _Database:
    """The engine in this process; connections share its data and nothing else."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        users, configuration = folder / "users.xml", folder / "config.xml"
        users.write_text(_users())
        configuration.write_text(f"<clickhouse><users_config>{users}</users_config></clickhouse>")
        self._address = f"{folder / 'data'}?config-file={configuration}"
        self._first = self._connect()

    def _connect(self) -> Any:
        from chdb import connect  # half a gigabyte: loaded only where it is used

        return connect(self._address)

    def answer(self, asked: dict[str, str], body: bytes) -> bytes:
        connection = self._connect()
        try:
            if asked.get("database"):
                connection.query(f"USE {_quoted(asked['database'])}")
            if "role" in asked:
                connection.query(f"SET ROLE {asked['role']}")
            settings = [
                f"{name} = {_literal(value)}"
                for name, value in asked.items()
                if name not in NOT_SETTINGS
            ]
            if settings:
                connection.query(f"SET {', '.join(settings)}")
            query = f"{asked['query']}\n".encode() if "query" in asked else b""
            return _run(connection, query + body)
        finally:
            connection.close()


def _run(connection: Any, body: bytes) -> bytes:
    rows = ROWS_FOLLOW.match(body)
    if rows and body[rows.end() :]:
        return _insert(connection, rows, body[rows.end() :])
    content: bytes = connection.query(body.decode(), "TabSeparated").bytes()
    return content


def _insert(connection: Any, rows: re.Match[bytes], content: bytes) -> bytes:
    """Rows that come with their statement reach the engine as a file."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        kind = rows["format"].decode()
        connection.query(f"{rows['insert'].decode()} SELECT * FROM file('{file.name}', {kind})")
    return b""


def _quoted(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _literal(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _handler(database: _Database) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and content in one packet

        def log_message(self, *_: object) -> None:
            """Keep the output of the tests clean."""

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            address = urlsplit(self.path)
            asked = {name: found[0] for name, found in parse_qs(address.query).items()}
            body = self._body()
            try:
                self._answer(200, database.answer(asked, body))
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
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

    return Handler


def _main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(_Database(Path(sys.argv[1]))))
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    _main()
