"""Writing one build: into a file that nobody sees, shown by one swap of the pointer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema

from ampiq_gql.errors import Fault
from ampiq_gql.warehouse.duckdb.ddl import Attach, Checkpoint, Detach, Use
from ampiq_gql.warehouse.duckdb.instance import Instance
from ampiq_gql.warehouse.duckdb.kept import prune, store_info
from ampiq_gql.warehouse.duckdb.reflection import reflect_tables
from ampiq_gql.warehouse.duckdb.snapshot import BUILD_DATABASE
from ampiq_gql.warehouse.duckdb.sources import source_tables
from ampiq_gql.warehouse.durable import move_into_place
from ampiq_gql.warehouse.errors import NoSources
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.locks import claim_sources
from ampiq_gql.warehouse.model import BUILD_SCHEMA, SOURCES_SCHEMA, BuildInfo
from ampiq_gql.warehouse.pointer import Pointer

__all__ = ["DuckDBBuildWriter", "open_build"]


class DuckDBBuildWriter:
    """See `protocols.BuildWriter`."""

    def __init__(
        self, layout: HomeLayout, pointer: Pointer, info: BuildInfo, connection: sa.Connection
    ) -> None:
        self._layout = layout
        self._pointer = pointer
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

    def start_from(self, build_id: str) -> sa.MetaData | None:
        """Copy the file of a kept build: its blocks need neither be read nor packed again."""
        former, partial = self._layout.build(build_id), self._layout.partial_build(self._info.id)
        self._leave_file()
        _remove_partial_builds(self._layout)
        if not former.exists():
            _open_file(self._connection, partial, is_new=True)
            return None
        shutil.copyfile(former, partial)
        _open_file(self._connection, partial, is_new=False)
        place = f"{BUILD_DATABASE}.{BUILD_SCHEMA}"
        return reflect_tables(self._connection, place=place, schema=BUILD_SCHEMA)

    def give_room_back(self) -> None:
        """Free the blocks of tables that were dropped."""
        self._connection.execute(Checkpoint(BUILD_DATABASE))

    def publish(self, info: BuildInfo | None = None) -> BuildInfo:
        """Make the build the current one."""
        published = info or self._info
        if published.id != self._info.id or self.published is not None:
            raise Fault(f"build {self._info.id} is published once, under its own id")
        store_info(self._connection, published)
        self._finish_file()
        partial = self._layout.partial_build(published.id)
        move_into_place(partial, self._layout.build(published.id))
        self._pointer.change(lambda shown: replace(shown, build=published))
        self.published = published
        return published

    def _finish_file(self) -> None:
        self._connection.execute(Checkpoint(BUILD_DATABASE))
        self._leave_file()

    def _leave_file(self) -> None:
        self._connection.execute(Use("memory"))
        self._connection.execute(Detach(BUILD_DATABASE))


@contextmanager
def open_build(
    layout: HomeLayout,
    pointer: Pointer,
    info: BuildInfo,
    *,
    memory_limit: str | None,
    keep_builds: int,
) -> Iterator[DuckDBBuildWriter]:
    """Write a build under the lock on the sources; leaves no file behind unless published."""
    if not layout.sources.exists():
        raise NoSources
    with claim_sources(layout.sources_lock, f"build {info.id}"):
        _remove_partial_builds(layout)
        instance = Instance.open(layout.spill, memory_limit=memory_limit)
        try:
            with instance.engine.connect() as connection:
                _attach(connection, layout, info)
                yield DuckDBBuildWriter(layout, pointer, info, connection)
        finally:
            instance.close()
            _remove_partial_builds(layout)
        prune(layout, pointer, keep_builds)


def _attach(connection: sa.Connection, layout: HomeLayout, info: BuildInfo) -> None:
    if layout.build(info.id).exists():
        raise Fault(f"build {info.id} exists already")
    partial = layout.partial_build(info.id)
    connection.execute(Attach(layout.sources, SOURCES_SCHEMA, is_read_only=True))
    _open_file(connection, partial, is_new=True)


def _open_file(connection: sa.Connection, partial: Path, *, is_new: bool) -> None:
    connection.execute(Attach(partial, BUILD_DATABASE, is_read_only=False))
    connection.execute(Use(BUILD_DATABASE))
    if is_new:
        connection.execute(CreateSchema(BUILD_SCHEMA))


def _remove_partial_builds(layout: HomeLayout) -> None:
    """Delete what this or a killed build left; the lock says that no other one is running."""
    for file in layout.builds.glob("*.partial*"):
        file.unlink()
