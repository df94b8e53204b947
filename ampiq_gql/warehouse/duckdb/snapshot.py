"""One state of the warehouse, opened: a build and the files beside it, together schema `c360`.

A snapshot never changes. It stays open while somebody reads it, also when newer ones are shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakKeyDictionary

import duckdb
import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from ampiq_gql.warehouse.duckdb.ddl import Attach, CreateTemporaryTable, LookUpIn, SetOption
from ampiq_gql.warehouse.duckdb.foreign import refuse_foreign_reading
from ampiq_gql.warehouse.duckdb.guard import StatementGuard
from ampiq_gql.warehouse.duckdb.instance import Instance, RawConnection, raw_connection
from ampiq_gql.warehouse.duckdb.views import create_file_views, places
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.memory import Memory
from ampiq_gql.warehouse.model import BuildInfo
from ampiq_gql.warehouse.pointer import Shown
from ampiq_gql.warehouse.written_text import holds_text

__all__ = ["BUILD_DATABASE", "Snapshot", "open_snapshot"]

BUILD_DATABASE = "build"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An open state; `connect` gives readers connections that can do nothing but select."""

    key: str
    build: BuildInfo
    instance: Instance
    memory: Memory = field(default_factory=Memory)

    def connect(self) -> sa.Connection:
        """Return a connection that nobody else uses; the caller closes it."""
        return self.instance.engine.connect()


def open_snapshot(layout: HomeLayout, shown: Shown, memory_limit: str | None) -> Snapshot:
    """Open what the pointer shows; raises `FileNotFoundError` when its build was pruned."""
    if shown.build is None:
        raise ValueError("a snapshot needs a build")
    build_file = layout.build(shown.build.id)
    if not build_file.exists():
        raise FileNotFoundError(build_file)
    instance = Instance.open(layout.spill, memory_limit=memory_limit)
    try:
        with instance.engine.connect() as connection:
            connection.execute(Attach(build_file, BUILD_DATABASE, is_read_only=True))
            create_file_views(connection, BUILD_DATABASE, layout.home, shown.files)
            _lock_down(connection, [layout.home / file.path for file in shown.files])
    except BaseException:
        instance.close()
        raise
    _look_up_tables(instance.engine)
    _guard_statements(instance.engine)
    return Snapshot(key=shown.snapshot, build=shown.build, instance=instance)


def _lock_down(connection: sa.Connection, files: list[Path]) -> None:
    """Leave the instance nothing but its views: exactly these files, no others, for good.

    The order matters: paths can be allowed only while external access is on, and the last option
    makes all of them final. DuckDB itself adds the files that are attached (the build) and its
    own spill folder; the modes of the files and `guard` keep readers from writing there.
    """
    connection.execute(SetOption("allowed_paths", [str(file) for file in files]))
    connection.execute(SetOption("enable_external_access", False))
    connection.execute(SetOption("lock_configuration", True))


def _look_up_tables(engine: sa.Engine) -> None:
    """Let every connection from here on find the tables of `c360` where they lie."""
    statement = str(LookUpIn(places(BUILD_DATABASE)).compile(dialect=engine.dialect))

    def look_up(connection: RawConnection, _entry: ConnectionPoolEntry) -> None:
        connection.raw.execute(statement)

    sa.event.listen(engine, "connect", look_up)
    engine.dispose()  # none is kept that came before


def _guard_statements(engine: sa.Engine) -> None:
    selects = StatementGuard(duckdb.StatementType.SELECT)
    creates = StatementGuard(duckdb.StatementType.CREATE)
    # Asked once of all statements that differ in their values only: they share what they were
    # compiled to, and to look through one of a Summary tab takes 2 ms.
    with_text: WeakKeyDictionary[sa.Compiled, bool] = WeakKeyDictionary()

    def check(
        connection: sa.Connection,
        _cursor: object,
        text: str,
        _parameters: object,
        context: sa.ExecutionContext,
        _is_many: bool,
    ) -> None:
        raw = raw_connection(connection)
        compiled = context.compiled
        statement = compiled.statement if isinstance(compiled, sa.Compiled) else None
        if isinstance(statement, CreateTemporaryTable):
            creates.check(raw, text)
            statement, text = statement.select, text.partition(" AS ")[2]
        else:
            selects.check(raw, text)
        if compiled is None or statement is None:
            return
        if compiled not in with_text:
            with_text[compiled] = holds_text(statement)
        if with_text[compiled]:
            refuse_foreign_reading(raw, text)

    sa.event.listen(engine, "before_cursor_execute", check)
