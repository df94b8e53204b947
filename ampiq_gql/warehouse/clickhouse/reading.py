"""What a reader sends with each statement: its state, its limits, and that it can only read."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa

from ampiq_gql.warehouse.clickhouse.clients import waiting
from ampiq_gql.warehouse.clickhouse.control import State, current_state
from ampiq_gql.warehouse.clickhouse.failures import explained
from ampiq_gql.warehouse.clickhouse.server import Server
from ampiq_gql.warehouse.errors import NoBuild
from ampiq_gql.warehouse.model import BUILD_SCHEMA, BuildInfo

__all__ = ["PinnedConnection", "Reach", "open_pinned", "size_in_bytes"]

GRACE_SECONDS = 5.0
"""The server itself stops what our own time limit did not, a little later."""


_UNITS = {"K": 1, "M": 2, "G": 3, "T": 4}


def size_in_bytes(size: str) -> int:
    """Return what a setting such as `4GB` or `1.5 GiB` means."""
    found = re.fullmatch(r"([\d.]+) ?([KMGT])(i?)B", size, re.IGNORECASE)
    if found is None:
        raise ValueError(f"{size!r} is not a size")
    number, unit, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** _UNITS[unit.upper()])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a reader's statements reach."""

    timeout_seconds: float
    memory_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedConnection:
    """A connection whose schema `c360` is the state `state`, for as long as it is open."""

    connection: sa.Connection
    server: Server
    state: State
    build: BuildInfo
    reach: Reach
    name: str = field(default_factory=lambda: f"ampiq {uuid.uuid4().hex}")

    def settings(self, statement_number: int) -> Mapping[str, str]:
        """Return the settings of a reader's statement; `label` is by what it can be stopped."""
        limits = {
            "database": self.state.place,
            "readonly": "1",
            "max_execution_time": f"{self.reach.timeout_seconds + GRACE_SECONDS:g}",
            "log_comment": self.label(statement_number),
        }
        if self.reach.memory_bytes is not None:
            limits["max_memory_usage"] = str(self.reach.memory_bytes)
        if self.server.reader_role is not None:
            limits["role"] = self.server.reader_role
        return limits

    def label(self, statement_number: int) -> str:
        """Return the name of one statement of this reader, that nobody else's has."""
        return f"{self.name} {statement_number}"


@contextmanager
def open_pinned(server: Server, reach: Reach) -> Iterator[PinnedConnection]:
    """Lend such a connection; raises `NoBuild` when nothing was built."""
    with explained(server.place):
        connection = server.engine.connect()
    # A server that went silent is waited for no longer than it might have taken to answer.
    patience = reach.timeout_seconds + 2 * GRACE_SECONDS
    try:
        with explained(server.place):
            state = current_state(connection, server.places)
        if state.build is None:
            raise NoBuild(server.place)
        connection.execution_options(schema_translate_map={BUILD_SCHEMA: state.place})
        with waiting(connection, patience):
            yield PinnedConnection(
                connection=connection, server=server, state=state, build=state.build, reach=reach
            )
    finally:
        connection.close()
