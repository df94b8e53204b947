"""Brings the tables of the store up to date, by Alembic, one process at a time.

The lock is the transaction itself: on SQLite it begins with the write lock, on PostgreSQL it takes
an advisory lock. A process killed in the middle therefore leaves the former tables as they were.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, func, inspect, select

from ampiq_gql.errors import Conflict
from ampiq_gql.store.engine import for_reading

__all__ = ["bring_up_to_date", "newest_revision"]

_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSIONS = Table("alembic_version", MetaData(), Column("version_num", String(32)))
_ADVISORY_KEY = 0x616D706971  # "ampiq"
_alembic_is_global = Lock()  # its context is a module: two threads must not migrate at once


def bring_up_to_date(engine: Engine) -> None:
    """Run the migrations that the database lacks; cheap when there are none."""
    with for_reading(engine).connect() as connection:
        if _revision(connection) == newest_revision():
            return
    _migrate(engine)


def newest_revision() -> str:
    """Return the revision that this version works with: the number before its file's name.

    Read from the names of files: Alembic, which knows it too, takes as long to import as all else.
    """
    files = (_MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return max(file.name.partition("_")[0] for file in files)


def _migrate(engine: Engine) -> None:
    # Imported here for the reason above.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with _alembic_is_global, engine.begin() as connection:
        _wait_for_turn(connection)
        _refuse_newer(_revision(connection))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_KEY)))


def _revision(connection: Connection) -> str | None:
    """Return the revision that the database is at, or None for an empty one."""
    if not inspect(connection).has_table(_VERSIONS.name):
        return None
    return connection.scalar(select(_VERSIONS.c.version_num))


def _refuse_newer(revision: str | None) -> None:
    if revision is not None and revision > newest_revision():
        raise Conflict(
            "STORE_TOO_NEW",
            f"The store was written by a newer AmpIQ (revision {revision}).",
            hint="Upgrade AmpIQ, or point AMPIQ_STORE_URL at another store.",
        )
