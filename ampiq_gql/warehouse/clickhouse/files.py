"""Parquet files beside the builds: each becomes a table of its own, shown with the next state."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from ampiq_gql.warehouse.arrow_tables import table_columns
from ampiq_gql.warehouse.clickhouse.bulk import load_arrow
from ampiq_gql.warehouse.clickhouse.control import change_state
from ampiq_gql.warehouse.clickhouse.dialect import NEVER_NULL, ORDER_BY
from ampiq_gql.warehouse.clickhouse.failures import explained
from ampiq_gql.warehouse.clickhouse.places import Places
from ampiq_gql.warehouse.clickhouse.retention import prune
from ampiq_gql.warehouse.clickhouse.server import Server
from ampiq_gql.warehouse.clickhouse.views import create_views
from ampiq_gql.warehouse.pointer import PublishedFile, Shown
from ampiq_gql.warehouse.publication import FileTable, with_file, without_file
from dsl.catalog import ID_COLUMN

__all__ = ["publish_file", "remove_file"]


def publish_file(
    server: Server, target: FileTable, name: str, path: Path, *, keep_builds: int
) -> None:
    """Load the file, then show it in one step; the file is gone then."""
    relation = f"{target.name}_{uuid.uuid4().hex}"
    new = PublishedFile(table=target.name, name=name, path=relation)
    with explained(server.place), server.engine.connect() as connection:
        _load(connection, server.places.files, relation, path)
        _change(connection, server.places, lambda shown: with_file(shown, new, target))
        path.unlink()
        prune(connection, server.places, keep_builds)


def remove_file(server: Server, target: FileTable, name: str, *, keep_builds: int) -> None:
    """Show the file no more."""
    with explained(server.place), server.engine.connect() as connection:
        _change(connection, server.places, lambda shown: without_file(shown, target, name))
        prune(connection, server.places, keep_builds)


def _change(connection: sa.Connection, places: Places, change: Callable[[Shown], Shown]) -> None:
    change_state(connection, places, change, create_views)


def _load(connection: sa.Connection, place: str, relation: str, path: Path) -> None:
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        table = sa.Table(
            relation,
            sa.MetaData(schema=place),
            *table_columns(schema, ID_COLUMN),
            info={ORDER_BY: (ID_COLUMN,), NEVER_NULL: frozenset()},
        )
        connection.execute(CreateTable(table))
        load_arrow(
            connection, table, pa.RecordBatchReader.from_batches(schema, file.iter_batches())
        )
