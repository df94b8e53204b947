"""Writing one build: into a database that nobody sees, shown by one mark.

The source tables stand in the home; each build loads them anew into a database of its own, which
goes when the build ends.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from ampiq_gql.errors import Fault
from ampiq_gql.warehouse.clickhouse.clients import waiting
from ampiq_gql.warehouse.clickhouse.control import change_state, database_names
from ampiq_gql.warehouse.clickhouse.ddl import CreateDatabase, CreateMark, DropDatabase, DropMark
from ampiq_gql.warehouse.clickhouse.failures import explained
from ampiq_gql.warehouse.clickhouse.loading import load_sources
from ampiq_gql.warehouse.clickhouse.places import FINISHED, OWNED, Places
from ampiq_gql.warehouse.clickhouse.retention import drop_abandoned_builds, prune
from ampiq_gql.warehouse.clickhouse.server import Server
from ampiq_gql.warehouse.clickhouse.views import create_views
from ampiq_gql.warehouse.errors import NoSources
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.locks import claim_sources
from ampiq_gql.warehouse.model import BUILD_SCHEMA, SOURCES_SCHEMA, BuildInfo
from ampiq_gql.warehouse.pointer import encode_build

__all__ = ["ClickHouseBuildWriter", "open_build"]

BUILD_SECONDS = 86_400.0
"""How long one statement of a build may take: the server says nothing meanwhile."""


class ClickHouseBuildWriter:
    """See `protocols.BuildWriter`."""

    def __init__(
        self, places: Places, info: BuildInfo, connection: sa.Connection, sources: sa.MetaData
    ) -> None:
        self._places = places
        self._info = info
        self._connection = connection
        self._sources = sources
        self.published: BuildInfo | None = None

    @property
    def connection(self) -> sa.Connection:
        """Tables are made in schema `c360`; schema `sources` can be read."""
        return self._connection

    def source_tables(self) -> sa.MetaData:
        """Return the source tables as they stand."""
        return self._sources

    def start_from(self, build_id: str) -> sa.MetaData | None:  # noqa: ARG002 - see below
        """Return None: rows of a MergeTree are not taken out one by one."""
        return None

    def give_room_back(self) -> None:
        """Do nothing: databases that are dropped take no room."""

    def publish(self, info: BuildInfo | None = None) -> BuildInfo:
        """Make the build the current one."""
        published = info or self._info
        if published.id != self._info.id or self.published is not None:
            raise Fault(f"build {self._info.id} is published once, under its own id")
        place = self._places.build(published.id)
        document = {
            "published_at": datetime.now(UTC).isoformat(),
            "build": encode_build(published),
        }
        self._connection.execute(CreateMark(place, FINISHED, json.dumps(document)))
        self._connection.execute(DropMark(place, OWNED))
        change_state(
            self._connection,
            self._places,
            lambda shown: replace(shown, build=published),
            create_views,
        )
        self.published = published
        return published


@contextmanager
def open_build(
    server: Server,
    layout: HomeLayout,
    info: BuildInfo,
    *,
    memory_limit: str | None,
    keep_builds: int,
) -> Iterator[ClickHouseBuildWriter]:
    """Write a build under the lock on the sources; leaves no database behind unless published."""
    if not layout.sources.exists():
        raise NoSources
    places = server.places
    with claim_sources(layout.sources_lock, f"build {info.id}"):
        with explained(server.place), server.engine.connect() as connection:
            drop_abandoned_builds(connection, places)
            _make_places(connection, places, info)
        writer: ClickHouseBuildWriter | None = None
        try:
            with server.engine.connect() as connection, waiting(connection, BUILD_SECONDS):
                connection.execution_options(**_options(places, info))
                sources = load_sources(connection, layout, memory_limit)
                sa.event.listen(connection, "before_execute", _refuse_writing_sources)
                writer = ClickHouseBuildWriter(places, info, connection, sources)
                yield writer
        finally:
            with explained(server.place), server.engine.connect() as connection:
                _clean(connection, places, info, is_published=bool(writer and writer.published))
        with explained(server.place), server.engine.connect() as connection:
            prune(connection, places, keep_builds)


def _make_places(connection: sa.Connection, places: Places, info: BuildInfo) -> None:
    place = places.build(info.id)
    if place in database_names(connection, place):
        raise Fault(f"build {info.id} exists already")
    connection.execute(CreateDatabase(place))
    owner = {
        "process": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    connection.execute(CreateMark(place, OWNED, json.dumps(owner)))
    connection.execute(CreateDatabase(places.loaded(info.id)))
    connection.execute(CreateDatabase(places.work(info.id)))


def _options(places: Places, info: BuildInfo) -> dict[str, object]:
    schemas: dict[str | None, str] = {
        BUILD_SCHEMA: places.build(info.id),
        SOURCES_SCHEMA: places.loaded(info.id),
        None: places.work(info.id),
    }
    return {"schema_translate_map": schemas}


def _clean(
    connection: sa.Connection, places: Places, info: BuildInfo, *, is_published: bool
) -> None:
    connection.execute(DropDatabase(places.loaded(info.id)))
    connection.execute(DropDatabase(places.work(info.id)))
    if not is_published:
        connection.execute(DropDatabase(places.build(info.id)))


def _refuse_writing_sources(
    _connection: sa.Connection,
    statement: object,
    _many: object,
    _parameters: object,
    _options: object,
) -> None:
    if isinstance(statement, sa.Insert | sa.Update | sa.Delete):
        table = statement.table
        if isinstance(table, sa.Table) and table.schema == SOURCES_SCHEMA:
            raise Fault(f"A build finds {table.fullname} read-only.")
