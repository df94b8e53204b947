"""What every engine of the warehouse offers: the one narrow door to the customer-360.

Code outside this package sees Core statements going in and Python values or Arrow coming out; it
may not ask which engine answers. Tables lie in the schemas `c360` (builds) and `sources`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar, TypeVarTuple

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.sql.selectable import TypedReturnsRows

from ampiq_gql.warehouse.model import BuildInfo, Dialect, FoundTable, KeptBuild, Standing

__all__ = [
    "AnySelect", "BuildWriter", "Row", "Session", "SourcesConnection", "Statement", "Warehouse",
]  # fmt: skip

Ts = TypeVarTuple("Ts")
Kept = TypeVar("Kept")

Statement: TypeAlias = TypedReturnsRows[*Ts]
"""A `Select` or a union of them, whose column types mypy knows."""

AnySelect: TypeAlias = sa.Select[*tuple[Any, ...]]
"""A `Select` whose columns are decided at run time."""

Row: TypeAlias = tuple[Any, ...]
"""A row of such a statement: Decimal, date, datetime, UUID, str, int, float, bool or None."""


class Session(Protocol):
    """A reader of one build; all its statements see the same build and the same files.

    Used by one thread at a time, except `cancel`. A statement over the time limit raises
    `QueryTimeout`, a cancelled one `QueryCancelled`; the session works on after either.

    Safe for SQL that users wrote: on every engine a session can do nothing but read tables of
    `c360`. Writing, files, lasting settings, several statements in one text and the engine's own
    catalogs are refused by the engine itself, whatever `user_sql.guard` let through.
    """

    @property
    def build(self) -> BuildInfo:
        """The build that is read."""

    @property
    def snapshot(self) -> str:
        """Build id and version of the files beside it: the key for cached answers."""

    def rows(self, statement: Statement[*Ts]) -> list[tuple[*Ts]]:
        """Return all rows as Python values, for answers that are small by nature."""

    def batches(
        self, statement: Statement[*tuple[Any, ...]], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Stream the rows; memory holds one batch. The time limit covers the whole stream."""

    def record_batch_reader(
        self, statement: Statement[*tuple[Any, ...]], *, batch_rows: int = 65_536
    ) -> pa.RecordBatchReader:
        """Return the stream with its schema, as writers of Parquet, CSV and Arrow want it.

        The next statement of the session ends a stream that was left half read.
        """

    def sql(self, statement: Statement[*tuple[Any, ...]], dialect: Dialect | None = None) -> str:
        """Return the statement as people read it: indented, values written out. Never executed."""

    def once(self, key: str, make: Callable[[Session], Kept]) -> Kept:
        """Return what `make` gave for this snapshot, to whoever asked first.

        It is kept as long as the snapshot is read, so it must hold neither the session nor
        anything that can change.
        """

    def cancel(self) -> None:
        """Stop the statement that runs, if any; from any thread."""

    def materialise(self, name: str, statement: Statement[*tuple[Any, ...]]) -> sa.Table:
        """Keep the rows in a temporary table of this session and return it.

        `name` tells people what it holds; the table's real name is made unique.
        """


class BuildWriter(Protocol):
    """Writes one build; nobody sees any of it before `publish`."""

    @property
    def connection(self) -> sa.Connection:
        """Tables are made in schema `c360`; schema `sources` can be read, not written."""

    def source_tables(self) -> sa.MetaData:
        """Return the source tables as they stand, in schema `sources`."""

    def start_from(self, build_id: str) -> sa.MetaData | None:
        """Fill this build, which must be empty, with the tables of a kept one, to be changed.

        Returns these tables, in schema `c360`; None when that build is gone, or when the engine
        cannot (`Warehouse.can_start_from_builds`).
        """

    def give_room_back(self) -> None:
        """Let what is written next take the room of what was dropped."""

    def publish(self, info: BuildInfo | None = None) -> BuildInfo:
        """Make the build the current one, for every process, in one step.

        `info` replaces what `start_build` was given, for what is known only at the end
        (`newest_event_on`); the id must stay. Old builds beyond `keep_builds` go.
        """


class SourcesConnection(Protocol):
    """The only connection that may write source tables, for as long as it is open.

    Files are read, typed and judged in `staging`, which is an embedded DuckDB on every engine;
    what is sound is then brought over to `connection`, the engine itself.
    """

    @property
    def connection(self) -> sa.Connection:
        """The engine: tables lie in schema `sources`."""

    @property
    def staging(self) -> sa.Connection:
        """The embedded DuckDB where temporary tables of texts and values lie."""

    def tables(self) -> sa.MetaData:
        """Return the source tables as they stand, in schema `sources`."""

    def stage(self, table: sa.Table, reader: pa.RecordBatchReader) -> int:
        """Append the rows to a table of `staging` and return how many there were.

        Columns are matched by name; those that the reader lacks become NULL.
        """

    def load_arrow(self, table: sa.Table, reader: pa.RecordBatchReader) -> int:
        """Append the rows to a table of the engine and return how many there were.

        Columns are matched by name; the present transaction of `connection` is used.
        """

    def bring(self, table: sa.Table, names: Sequence[str], rows: AnySelect) -> None:
        """Append what `rows` selects in `staging` to the columns `names` of the engine's table.

        The present transaction of `connection` is used.
        """


class Warehouse(Protocol):
    """The customer-360 database of one installation; safe to use from many threads."""

    @property
    def dialect(self) -> Dialect:
        """The engine's dialect, as the default of `view SQL`."""

    def standing(self) -> Standing:
        """Say which engine this is, where it stands, and whether its readers can only read."""

    @property
    def can_start_from_builds(self) -> bool:
        """Tell whether a build can begin with the tables of another, for less than writing them."""

    @property
    def foreign_schema(self) -> str | None:
        """Where tables of others stand unless somebody says; None: beside this engine none do."""

    def foreign_tables(self, schema: str) -> tuple[FoundTable, ...]:
        """Return the tables and views of others in a schema, by name; none on some engines."""

    def foreign_rows(self, table: FoundTable, limit: int) -> list[Row]:
        """Return some rows of such a table, their values as texts."""

    def current_build(self) -> BuildInfo | None:
        """Return the build that `read` would show, or None before the first one."""

    def kept_builds(self) -> tuple[KeptBuild, ...]:
        """Return the builds that still stand, the newest first."""

    def use_build(self, build_id: str) -> BuildInfo:
        """Show a kept build to all who read from now on, in one step.

        Raises `BuildNotFound` and `BuildDamaged`.
        """

    def drop_build(self, build_id: str) -> None:
        """Remove a kept build; whoever reads it still has it until the end.

        Raises `BuildNotFound`, `BuildIsCurrent`, and `BuildBeingRead` where the engine cannot
        keep it for its readers.
        """

    def read(self, *, timeout_seconds: float | None = None) -> AbstractContextManager[Session]:
        """Open a reader of the current build.

        Each statement may take `timeout_seconds` (default `query_timeout_seconds` of the
        settings). Raises `NoBuild` when there is none yet.
        """

    def start_build(self, info: BuildInfo) -> AbstractContextManager[BuildWriter]:
        """Begin a build; leaving without `publish` removes all of it.

        Holds the lock on the sources meanwhile: raises `SourcesBusy` when it is taken.
        """

    def sources(self, owner: str) -> AbstractContextManager[SourcesConnection]:
        """Open the source tables for writing; `owner` says for what, to those who must wait.

        Raises `SourcesBusy`, naming the present owner, when they are open elsewhere.
        """

    def publish_file(self, table: str, name: str, path: Path) -> None:
        """Move a finished Parquet file into the warehouse and show it to the next readers.

        `table` is `campaign_recipients` (all files together make the table),
        `predicted_clv_attributes` (the newest file is the table) or `lists` (each file is the
        table `list_<name>`). A file of the same name is replaced.
        """

    def remove_file(self, table: str, name: str) -> None:
        """Take a published file away; next readers no longer see it."""

    def close(self) -> None:
        """Release everything; open sessions must have ended."""
