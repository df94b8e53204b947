"""The driver's own client under a connection, and how long it waits for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from clickhouse_connect.dbapi.connection import Connection as DriverConnection
from clickhouse_connect.driver.httpclient import HttpClient
from urllib3 import Timeout

__all__ = ["CONNECT_SECONDS", "client_of", "waiting"]

CONNECT_SECONDS = 10


def client_of(connection: sa.Connection) -> HttpClient:
    """Return the client of a connection."""
    raw: object = connection.connection.driver_connection
    client = raw.client if isinstance(raw, DriverConnection) else None
    if not isinstance(client, HttpClient):
        raise TypeError(f"{raw!r} is no connection of clickhouse-connect")
    return client


@contextmanager
def waiting(connection: sa.Connection, seconds: float) -> Iterator[None]:
    """Wait so long, and no longer, for a server that says nothing."""
    client = client_of(connection)
    former, client.timeout = client.timeout, Timeout(connect=CONNECT_SECONDS, read=seconds)
    try:
        yield
    finally:
        client.timeout = former
