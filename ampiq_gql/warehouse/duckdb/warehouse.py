"""The warehouse on DuckDB files in the home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb

from ampiq_gql.cancellation import cancellable
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse.duckdb.checking import check_published_file
from ampiq_gql.warehouse.duckdb.instance import remove_spill_of_the_dead
from ampiq_gql.warehouse.duckdb.kept import drop_build, kept_builds, use_build
from ampiq_gql.warehouse.duckdb.session import DuckDBSession
from ampiq_gql.warehouse.duckdb.snapshots import Snapshots
from ampiq_gql.warehouse.duckdb.sources import DuckDBSources, open_sources
from ampiq_gql.warehouse.duckdb.writer import DuckDBBuildWriter, open_build
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.model import BuildInfo, Dialect, FoundTable, KeptBuild, Standing
from ampiq_gql.warehouse.pointer import Pointer
from ampiq_gql.warehouse.protocols import Row
from ampiq_gql.warehouse.publication import LISTS, file_table, publish, remove

__all__ = ["DuckDBWarehouse"]


class DuckDBWarehouse:
    """See `protocols.Warehouse`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # DuckDB compares allowed paths as text, so they must not depend on the working folder.
        self._layout = HomeLayout(settings.home.resolve())
        self._layout.create()
        remove_spill_of_the_dead(self._layout.spill)
        self._pointer = Pointer(self._layout)
        self._snapshots = Snapshots(self._layout, self._pointer, settings.memory_limit)

    @property
    def dialect(self) -> Dialect:
        """The engine's dialect."""
        return Dialect.DUCKDB

    def standing(self) -> Standing:
        """Say where the files lie."""
        return Standing(found=f"DuckDB {duckdb.__version__}, files in {self._layout.home}")

    @property
    def can_start_from_builds(self) -> bool:
        """Tell whether a build can begin with the tables of another."""
        return True

    @property
    def foreign_schema(self) -> None:
        """Return None: the files of the home hold what AmpIQ made."""
        return

    def foreign_tables(self, schema: str) -> tuple[FoundTable, ...]:  # noqa: ARG002 - see above
        """Return none."""
        return ()

    def foreign_rows(self, table: FoundTable, limit: int) -> list[Row]:  # noqa: ARG002 - see above
        """Return none."""
        return []

    def current_build(self) -> BuildInfo | None:
        """Return the build that `read` would show."""
        return self._pointer.read().build

    def kept_builds(self) -> tuple[KeptBuild, ...]:
        """Return the builds that still stand, the newest first."""
        return kept_builds(self._layout, self._pointer)

    def use_build(self, build_id: str) -> BuildInfo:
        """Show a kept build."""
        return use_build(self._layout, self._pointer, build_id)

    def drop_build(self, build_id: str) -> None:
        """Remove a kept build."""
        drop_build(self._layout, self._pointer, build_id)

    @contextmanager
    def read(self, *, timeout_seconds: float | None = None) -> Iterator[DuckDBSession]:
        """Open a reader of the current build."""
        with self._snapshots.present() as snapshot:
            limit = timeout_seconds or self._settings.query_timeout_seconds
            session = DuckDBSession(snapshot, limit)
            try:
                with cancellable(session):
                    yield session
            finally:
                session.close()

    def start_build(self, info: BuildInfo) -> AbstractContextManager[DuckDBBuildWriter]:
        """Begin a build."""
        return open_build(
            self._layout,
            self._pointer,
            info,
            memory_limit=self._settings.memory_limit,
            keep_builds=self._settings.keep_builds,
        )

    def sources(self, owner: str) -> AbstractContextManager[DuckDBSources]:
        """Open the source tables for writing."""
        return open_sources(self._layout, owner, self._settings.memory_limit)

    def publish_file(self, table: str, name: str, path: Path) -> None:
        """Move a finished Parquet file into the warehouse and show it."""
        target = file_table(table)
        check_published_file(path, self._layout.spill, may_lack_ids=table == LISTS)
        publish(self._layout, self._pointer, target, name, path)

    def remove_file(self, table: str, name: str) -> None:
        """Take a published file away."""
        remove(self._layout, self._pointer, file_table(table), name)

    def close(self) -> None:
        """Release everything."""
        self._snapshots.close()
