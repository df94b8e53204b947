"""A real server in a process of its own, and connections that ask it over HTTP."""

from __future__ import annotations

import asyncio
import http.client
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import orjson

__all__ = ["Connection", "requests_per_second", "serving"]

_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Run `ampiq serve` over the home; give its address."""
    ampiq = Path(sys.executable).with_name("ampiq")
    command = [str(ampiq), "--home", str(home), "serve", "--port", "0"]
    # The address is said to people, and so on standard error.
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None  # noqa: S101 - as asked for in the line above
            address = process.stderr.readline().split()[1]
            yield urlsplit(address).netloc
        finally:
            process.terminate()


class Connection:
    """One connection that is kept open, as a front-end keeps it."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=120)

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def ask(self, query: str, **variables: object) -> Mapping[str, Any]:
        """Return the data of the answer; raise `RuntimeError` when there are errors."""
        body = _body(query, variables)
        try:
            answer = orjson.loads(self._post(body))
        except ConnectionError:
            # The server hangs up on who says nothing for five seconds; a front-end asks again.
            self._connection.close()
            answer = orjson.loads(self._post(body))
        if answer.get("errors"):
            raise RuntimeError(answer["errors"])
        data: Mapping[str, Any] = answer["data"]
        return data

    def _post(self, body: bytes) -> bytes:
        self._connection.request("POST", "/graphql", body, _HEADERS)
        return self._connection.getresponse().read()


def requests_per_second(address: str, query: str, *, connections: int, seconds: float) -> float:
    """Return how many answers so many connections get, each asking again and again."""
    return asyncio.run(_hammer(address, query, connections, seconds))


async def _hammer(address: str, query: str, connections: int, seconds: float) -> float:
    ends_at = time.perf_counter() + seconds
    asked = (_ask_until(address, query, ends_at) for _ in range(connections))
    return sum(await asyncio.gather(*asked)) / seconds


async def _ask_until(address: str, query: str, ends_at: float) -> int:
    """Ask over a bare socket: an HTTP library would cost this machine more than the server."""
    host, port = address.rsplit(":", 1)
    reader, writer = await asyncio.open_connection(host, int(port))
    body = _body(query, {})
    head = f"POST /graphql HTTP/1.1\r\nHost: {address}\r\nContent-Length: {len(body)}\r\n"
    lines = "".join(f"{name}: {value}\r\n" for name, value in _HEADERS.items())
    request = f"{head}{lines}\r\n".encode() + body
    answers = 0
    while time.perf_counter() < ends_at:
        writer.write(request)
        await reader.readexactly(_length(await reader.readuntil(b"\r\n\r\n")))
        answers += 1
    writer.close()
    await writer.wait_closed()
    return answers


def _length(head: bytes) -> int:
    status, *lines = head.decode().lower().split("\r\n")
    if " 200 " not in f"{status} ":
        raise RuntimeError(status)
    return next(int(line[15:]) for line in lines if line.startswith("content-length:"))


def _body(query: str, variables: Mapping[str, object]) -> bytes:
    return orjson.dumps({"query": query, "variables": dict(variables)})
