"""Brings the tables of the store up to date, by Alembic, one process at a time.

The lock is the transaction itself: on SQLite it begins with the write lock, on PostgreSQL it takes
an advisory lock. A process killed in the middle therefore leaves the former tables as they were.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select

from ampiq_gql.errors import Conflict
from ampiq_gql.store.engine import for_reading

__all__ = ["bring_up_to_date"]

_MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_KEY = 0x616D706971  # "ampiq"
_alembic_is_global = Lock()  # its context is a module: two threads must not migrate at once


def bring_up_to_date(engine: Engine) -> None:
    """Run the migrations that the database lacks; cheap when there are none."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    head = ScriptDirectory.from_config(config).get_current_head()
    with for_reading(engine).connect() as connection:
        if _revision(connection) == head:
            return
    with _alembic_is_global, engine.begin() as connection:
        _wait_for_turn(connection)
        _refuse_newer(config, _revision(connection))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_KEY)))


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(config: Config, revision: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise Conflict(
            "STORE_TOO_NEW",
            f"The store was written by a newer AmpIQ (revision {revision}).",
            hint="Upgrade AmpIQ, or point AMPIQ_STORE_URL at another store.",
        )
