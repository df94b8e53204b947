"""Writing one build: into a schema that nobody sees, shown by one row in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema

from ampiq_gql.errors import Fault
from ampiq_gql.warehouse.errors import NoSources
from ampiq_gql.warehouse.model import SOURCES_SCHEMA, BuildInfo
from ampiq_gql.warehouse.pointer import encode_build
from ampiq_gql.warehouse.postgresql.control import (
    BUILDS,
    State,
    build_place,
    change_state,
)
from ampiq_gql.warehouse.postgresql.ddl import SetSearchPath
from ampiq_gql.warehouse.postgresql.dialect import SOURCES_PLACE
from ampiq_gql.warehouse.postgresql.failures import explained
from ampiq_gql.warehouse.postgresql.retention import drop_unpublished_builds, prune
from ampiq_gql.warehouse.postgresql.server import Server
from ampiq_gql.warehouse.postgresql.sources import claim_sources, source_tables
from ampiq_gql.warehouse.postgresql.views import create_views

__all__ = ["PostgreSQLBuildWriter", "open_build"]


class PostgreSQLBuildWriter:
    """See `protocols.BuildWriter`."""

    def __init__(self, server: Server, info: BuildInfo, connection: sa.Connection) -> None:
        self._server = server
        self._info = info
        self._connection = connection
        self.published: BuildInfo | None = None

    @property
    def connection(self) -> sa.Connection:
        """Tables are made in schema `c360`; schema `sources` can be read."""
        return self._connection

    def source_tables(self) -> sa.MetaData:
        """Return the source tables as they stand."""
        return source_tables(self._connection)

    def start_from(self, build_id: str) -> sa.MetaData | None:  # noqa: ARG002 - see below
        """Return None: a copy of a table is written row by row, like a new one."""
        return None

    def give_room_back(self) -> None:
        """Do nothing: tables that are dropped take no room."""

    def publish(self, info: BuildInfo | None = None) -> BuildInfo:
        """Make the build the current one."""
        published = info or self._info
        if published.id != self._info.id or self.published is not None:
            raise Fault(f"build {self._info.id} is published once, under its own id")
        with self._server.engine.begin() as connection:
            connection.execute(
                BUILDS.insert().values(
                    id=published.id,
                    published_at=datetime.now(UTC),
                    document=json.dumps(encode_build(published)),
                )
            )
            change_state(connection, lambda shown: replace(shown, build=published), self._show)
        self.published = published
        return published

    def _show(self, connection: sa.Connection, state: State) -> None:
        create_views(connection, state, self._server.reader_role)


@contextmanager
def open_build(
    server: Server, info: BuildInfo, *, keep_builds: int
) -> Iterator[PostgreSQLBuildWriter]:
    """Write a build under the lock on the sources; leaves no schema behind unless published."""
    with claim_sources(server, f"build {info.id}") as connection:
        if not sa.inspect(connection).get_table_names(schema=SOURCES_PLACE):
            raise NoSources
        drop_unpublished_builds(connection)
        place = build_place(info.id)
        if place in sa.inspect(connection).get_schema_names():
            raise Fault(f"build {info.id} exists already")
        connection.execute(CreateSchema(place))
        connection.commit()
        try:
            yield PostgreSQLBuildWriter(server, info, _writing(connection, place))
        finally:
            connection.rollback()
            with explained(server.place), server.engine.begin() as cleaning:
                drop_unpublished_builds(cleaning)
        with server.engine.begin() as cleaning:
            prune(cleaning, keep_builds)


def _writing(connection: sa.Connection, place: str) -> sa.Connection:
    connection.execute(SetSearchPath(place))
    connection.commit()
    sa.event.listen(connection, "before_execute", _refuse_writing_sources)
    return connection


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
