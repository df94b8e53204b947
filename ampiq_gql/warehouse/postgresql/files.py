"""Parquet files beside the builds: each becomes a table of its own, shown with the next state."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from ampiq_gql.warehouse.arrow_tables import table_columns
from ampiq_gql.warehouse.pointer import PublishedFile, Shown
from ampiq_gql.warehouse.postgresql.bulk import load_arrow
from ampiq_gql.warehouse.postgresql.control import FILES_PLACE, State, change_state
from ampiq_gql.warehouse.postgresql.ddl import Analyze
from ampiq_gql.warehouse.postgresql.retention import prune
from ampiq_gql.warehouse.postgresql.server import Server
from ampiq_gql.warehouse.postgresql.views import create_views
from ampiq_gql.warehouse.publication import FileTable, with_file, without_file
from dsl.catalog import ID_COLUMN

__all__ = ["publish_file", "remove_file"]

_Change: TypeAlias = Callable[[Shown], Shown]


def publish_file(
    server: Server, target: FileTable, name: str, path: Path, *, keep_builds: int
) -> None:
    """Load the file and show it, in one transaction; the file is gone then."""
    relation = f"{target.name}_{uuid.uuid4().hex}"
    with server.engine.begin() as connection:
        _load(connection, relation, path)
        new = PublishedFile(table=target.name, name=name, path=relation)
        _change(server, connection, lambda shown: with_file(shown, new, target))
    path.unlink()
    _prune(server, keep_builds)


def remove_file(server: Server, target: FileTable, name: str, *, keep_builds: int) -> None:
    """Show the file no more."""
    with server.engine.begin() as connection:
        _change(server, connection, lambda shown: without_file(shown, target, name))
    _prune(server, keep_builds)


def _load(connection: sa.Connection, relation: str, path: Path) -> None:
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        table = sa.Table(
            relation, sa.MetaData(schema=FILES_PLACE), *table_columns(schema, ID_COLUMN)
        )
        connection.execute(CreateTable(table))
        batches = pa.RecordBatchReader.from_batches(schema, file.iter_batches())
        load_arrow(connection, table, batches)
    connection.execute(Analyze(table))


def _change(server: Server, connection: sa.Connection, change: _Change) -> None:
    def show(connection: sa.Connection, state: State) -> None:
        create_views(connection, state, server.reader_role)

    change_state(connection, change, show)


def _prune(server: Server, keep_builds: int) -> None:
    with server.engine.begin() as connection:
        prune(connection, keep_builds)
