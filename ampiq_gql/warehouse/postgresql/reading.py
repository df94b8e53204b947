"""Connections for readers: pinned to one state, read-only, in a role that can do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from ampiq_gql.warehouse.errors import NoBuild
from ampiq_gql.warehouse.model import BuildInfo
from ampiq_gql.warehouse.postgresql.control import (
    READERS_LOCK,
    SHOWN,
    State,
    current_state,
    shown_place,
)
from ampiq_gql.warehouse.postgresql.ddl import DiscardAll, SetRole, SetSearchPath
from ampiq_gql.warehouse.postgresql.failures import explained
from ampiq_gql.warehouse.postgresql.server import Server

__all__ = ["PinnedConnection", "open_pinned"]

GRACE_SECONDS = 5.0
"""The server itself stops what our own time limit did not, a little later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedConnection:
    """A connection whose schema `c360` is the state `state`, for as long as it is open."""

    connection: sa.Connection
    state: State
    build: BuildInfo


@contextmanager
def open_pinned(server: Server, timeout_seconds: float) -> Iterator[PinnedConnection]:
    """Lend such a connection; raises `NoBuild` when nothing was built."""
    with explained(server.place):
        connection = server.engine.connect()
    try:
        with explained(server.place):
            pinned = _pin(connection, server, timeout_seconds)
        yield pinned
    finally:
        _release(connection)


def _pin(connection: sa.Connection, server: Server, timeout_seconds: float) -> PinnedConnection:
    connection.execution_options(isolation_level="AUTOCOMMIT")
    state = _hold_state(connection)
    if state.build is None:
        raise NoBuild
    limit = str(int((timeout_seconds + GRACE_SECONDS) * 1000))
    connection.execute(sa.select(sa.func.set_config("statement_timeout", limit, False)))
    connection.execute(SetSearchPath(shown_place(state.generation)))
    if server.reader_role is not None:
        connection.execute(SetRole(server.reader_role))
    connection.rollback()
    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return PinnedConnection(connection=connection, state=state, build=state.build)


def _hold_state(connection: sa.Connection) -> State:
    """Return the state of this moment, held so that nobody drops it under its readers."""
    while True:
        state = current_state(connection)
        if state.build is None:
            return state
        lock = (READERS_LOCK, state.generation)
        connection.execute(sa.select(sa.func.pg_advisory_lock_shared(*lock)))
        kept = sa.select(SHOWN.c.generation).where(SHOWN.c.generation == state.generation)
        if connection.execute(kept).first() is not None:
            return state
        # Dropped between the look and the lock: a newer one is shown.
        connection.execute(sa.select(sa.func.pg_advisory_unlock_shared(*lock)))


def _release(connection: sa.Connection) -> None:
    """Give the connection back as it was; one that broke is thrown away."""
    try:
        connection.rollback()
        connection.execution_options(isolation_level="AUTOCOMMIT", postgresql_readonly=False)
        connection.execute(DiscardAll())
    except sa.exc.DBAPIError:
        connection.invalidate()
    finally:
        connection.close()
