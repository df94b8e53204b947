"""A private in-memory DuckDB and the SQLAlchemy engine over it.

Everything durable is attached to it as a file, so any number of them, in any number of processes,
can read the same files at the same time.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import duckdb
import sqlalchemy as sa
from duckdb_sqlalchemy import ConnectionWrapper
from sqlalchemy.pool import QueuePool

from ampiq_gql.warehouse.locks import is_alive

__all__ = ["Instance", "RawConnection", "raw_connection", "remove_spill_of_the_dead"]

Configuration: TypeAlias = dict[str, str | bool | int | float | list[str]]


class RawConnection(ConnectionWrapper):
    """The dialect's DBAPI connection that also gives out DuckDB's own one.

    `interrupt` through the wrapper would first read a pending result to its end. Where every
    statement is a transaction of its own there is nothing to roll back, and DuckDB would take half
    a millisecond to say so: as long as a small question.
    """

    def __init__(self, raw: duckdb.DuckDBPyConnection) -> None:
        super().__init__(raw)
        self.raw = raw

    def rollback(self) -> None:
        """End the transaction that SQLAlchemy believes in."""
        if not self.autocommit:
            super().rollback()


def raw_connection(connection: sa.Connection) -> duckdb.DuckDBPyConnection:
    """Return DuckDB's own connection under a connection of an `Instance`."""
    wrapper: object = connection.connection.dbapi_connection
    if not isinstance(wrapper, RawConnection):
        raise TypeError(f"{wrapper!r} was not made by an Instance")
    return wrapper.raw


@dataclass(frozen=True, slots=True)
class Instance:
    """One in-memory database; connections of `engine` share what is attached to it."""

    engine: sa.Engine
    database: duckdb.DuckDBPyConnection

    @classmethod
    def open(cls, spill: Path, *, memory_limit: str | None, is_autocommit: bool = True) -> Instance:
        """Start an empty one; what does not fit into memory goes to a folder under `spill`."""
        database = duckdb.connect(":memory:", config=_configuration(spill, memory_limit))
        engine = sa.create_engine(
            "duckdb:///:memory:",
            creator=lambda: RawConnection(database.cursor()),
            # Connections are kept for the next reader, as many as there have been at a time.
            poolclass=QueuePool,
            pool_size=0,
            pool_reset_on_return=None,
        )
        if is_autocommit:
            engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        return cls(engine, database)

    def close(self) -> None:
        """End it and detach its files; its connections must be closed."""
        self.engine.dispose()
        self.database.close()


def _configuration(spill: Path, memory_limit: str | None) -> Configuration:
    configuration: Configuration = {
        # Instances must not share a folder: DuckDB names the files in it by size class only.
        "temp_directory": str(spill / f"{os.getpid()}-{uuid.uuid4().hex}"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # Else a table name that the catalog lacks could find a variable of ours.
        "python_enable_replacements": False,
    }
    if memory_limit is not None:
        configuration["memory_limit"] = memory_limit
    return configuration


def remove_spill_of_the_dead(spill: Path) -> None:
    """Delete what killed processes left in `spill`."""
    for folder in spill.iterdir():
        process = folder.name.partition("-")[0]
        if process.isdigit() and not is_alive(int(process)):
            for file in folder.iterdir():
                file.unlink(missing_ok=True)
            folder.rmdir()
