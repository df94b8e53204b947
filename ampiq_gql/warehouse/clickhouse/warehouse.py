"""The warehouse on a ClickHouse server: databases instead of files, the same promises."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from ampiq_gql.cancellation import cancellable
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse.clickhouse import files
from ampiq_gql.warehouse.clickhouse.beside import tables_beside
from ampiq_gql.warehouse.clickhouse.control import current_state
from ampiq_gql.warehouse.clickhouse.failures import explained
from ampiq_gql.warehouse.clickhouse.kept import drop_build, kept_builds, use_build
from ampiq_gql.warehouse.clickhouse.reading import Reach, open_pinned, size_in_bytes
from ampiq_gql.warehouse.clickhouse.server import Server
from ampiq_gql.warehouse.clickhouse.session import ClickHouseSession
from ampiq_gql.warehouse.clickhouse.writer import ClickHouseBuildWriter, open_build
from ampiq_gql.warehouse.duckdb.checking import check_published_file
from ampiq_gql.warehouse.duckdb.instance import remove_spill_of_the_dead
from ampiq_gql.warehouse.duckdb.sources import DuckDBSources, open_sources
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.memory import Memory
from ampiq_gql.warehouse.model import BuildInfo, Dialect, FoundTable, KeptBuild, Standing
from ampiq_gql.warehouse.protocols import Row
from ampiq_gql.warehouse.publication import LISTS, checked_name, file_table
from ampiq_gql.warehouse.sampled_rows import sampled_texts

__all__ = ["ClickHouseWarehouse"]


class ClickHouseWarehouse:
    """See `protocols.Warehouse`."""

    def __init__(self, settings: Settings, url: URL) -> None:
        self._settings = settings
        self._layout = HomeLayout(settings.home.resolve())
        self._layout.create()
        remove_spill_of_the_dead(self._layout.spill)
        self._server = Server.open(url, connections=settings.query_threads)
        self._guard = threading.Lock()
        self._remembered: tuple[str, Memory] = ("", Memory())

    @property
    def dialect(self) -> Dialect:
        """The engine's dialect."""
        return Dialect.CLICKHOUSE

    def standing(self) -> Standing:
        """Say which server this is, and in which role its readers are."""
        return self._server.standing()

    @property
    def can_start_from_builds(self) -> bool:
        """Tell whether a build can begin with the tables of another."""
        return False

    @property
    def foreign_schema(self) -> str:
        """Say in which database tables of others stand unless somebody says."""
        return "default"

    def foreign_tables(self, schema: str) -> tuple[FoundTable, ...]:
        """Return the tables and views of others in a database."""
        return tables_beside(self._server, schema)

    def foreign_rows(self, table: FoundTable, limit: int) -> list[Row]:
        """Return some rows of such a table, their values as texts."""
        with explained(self._server.place), self._server.engine.connect() as connection:
            return sampled_texts(connection, table, limit)

    def current_build(self) -> BuildInfo | None:
        """Return the build that `read` would show."""
        with explained(self._server.place), self._server.engine.connect() as connection:
            return current_state(connection, self._server.places).build

    def kept_builds(self) -> tuple[KeptBuild, ...]:
        """Return the builds that still stand, the newest first."""
        return kept_builds(self._server)

    def use_build(self, build_id: str) -> BuildInfo:
        """Show a kept build."""
        return use_build(self._server, build_id)

    def drop_build(self, build_id: str) -> None:
        """Let a kept build go."""
        drop_build(self._server, build_id)

    @contextmanager
    def read(self, *, timeout_seconds: float | None = None) -> Iterator[ClickHouseSession]:
        """Open a reader of the current build."""
        limit = self._settings.memory_limit
        reach = Reach(
            timeout_seconds=timeout_seconds or self._settings.query_timeout_seconds,
            memory_bytes=None if limit is None else size_in_bytes(limit),
        )
        with open_pinned(self._server, reach) as pinned:
            session = ClickHouseSession(pinned, self._memory(pinned.state.shown.snapshot))
            try:
                with cancellable(session):
                    yield session
            finally:
                session.close()

    def _memory(self, snapshot: str) -> Memory:
        """Return what is kept for a snapshot; only the last one asked for is kept at all."""
        with self._guard:
            if self._remembered[0] != snapshot:
                self._remembered = (snapshot, Memory())
            return self._remembered[1]

    def start_build(self, info: BuildInfo) -> AbstractContextManager[ClickHouseBuildWriter]:
        """Begin a build."""
        return open_build(
            self._server,
            self._layout,
            info,
            memory_limit=self._settings.memory_limit,
            keep_builds=self._settings.keep_builds,
        )

    def sources(self, owner: str) -> AbstractContextManager[DuckDBSources]:
        """Open the source tables for writing: they stand in the home."""
        return open_sources(self._layout, owner, self._settings.memory_limit)

    def publish_file(self, table: str, name: str, path: Path) -> None:
        """Load a finished Parquet file into the warehouse and show it."""
        target = file_table(table)
        checked = checked_name(name)
        check_published_file(path, self._layout.spill, may_lack_ids=table == LISTS)
        files.publish_file(
            self._server, target, checked, path, keep_builds=self._settings.keep_builds
        )

    def remove_file(self, table: str, name: str) -> None:
        """Take a published file away."""
        target = file_table(table)
        files.remove_file(self._server, target, name, keep_builds=self._settings.keep_builds)

    def close(self) -> None:
        """Release everything."""
        self._server.engine.dispose()
