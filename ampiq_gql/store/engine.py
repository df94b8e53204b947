"""Connects to the store's database: SQLite in the home by default, PostgreSQL by URL.

SQLite serialises writers: a transaction that may write takes the write lock at its start (and
waits for it), since one that reads first and writes later is refused when another came between.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from ampiq_gql.errors import OperatorError
from ampiq_gql.home import make_folder
from ampiq_gql.settings import Settings

__all__ = ["for_migration", "for_reading", "for_work", "is_locked"]

_STORE_FILE = "store.sqlite"
LOCK_WAIT_SECONDS = 30.0
# A bare scheme would pick a driver that we do not install.
_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_READS = "ampiq_reads"  # execution option of transactions that never write


def for_work(settings: Settings) -> Engine:
    """Return the pooled engine of a running process. Raises `OperatorError` (STORE_URL_INVALID)."""
    engine = create_engine(_url(settings), pool_size=settings.query_threads, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, checks_foreign_keys=True)
    return engine


def for_migration(settings: Settings) -> Engine:
    """Return an engine without a pool, and without foreign keys on SQLite.

    Migrations rebuild tables there, which checked keys would make impossible.
    """
    engine = create_engine(_url(settings), poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, checks_foreign_keys=False)
    return engine


def for_reading(engine: Engine) -> Engine:
    """Return a view of the engine whose transactions see one state and wait for nobody."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_READS: True})
    return engine.execution_options(isolation_level="REPEATABLE READ")


def is_locked(error: DBAPIError) -> bool:
    """Tell whether SQLite gave up waiting for the write lock."""
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY


def _url(settings: Settings) -> URL:
    if settings.store_url is None:
        make_folder(settings.home)
        return URL.create("sqlite", database=str(settings.home / _STORE_FILE))
    try:
        url = make_url(settings.store_url)
    except ArgumentError as error:
        raise _no_address("is not a database URL") from error
    if url.drivername not in _DRIVERS:
        raise _no_address(f"is of {url.drivername}, and stores are SQLite or PostgreSQL")
    return url.set(drivername=_DRIVERS[url.drivername])


def _no_address(what: str) -> OperatorError:
    return OperatorError(
        "STORE_URL_INVALID",
        f"The address of the store {what}.",
        hint="Write it like postgresql://user:password@host/database.",
        place="store_url",
    )


def _prepare_sqlite(engine: Engine, *, checks_foreign_keys: bool) -> None:
    """Set the pragmas of each connection, and let us, not the driver, begin transactions."""
    pragmas = (
        f"busy_timeout = {int(LOCK_WAIT_SECONDS * 1000)}",
        "journal_mode = WAL",  # readers go on while one writes
        f"foreign_keys = {'ON' if checks_foreign_keys else 'OFF'}",
    )

    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # sqlite3: no BEGIN of its own
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(_READS, False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
