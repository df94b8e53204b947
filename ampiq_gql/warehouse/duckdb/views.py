"""The schema `c360` of a reader: the tables of the build, and views over the published files.

The tables are looked up in the build itself. A view over each would be simpler, but DuckDB binds
every column of every view that a statement names: half of the planning of a Summary tab.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema, CreateView

from ampiq_gql.warehouse.duckdb.files import read_parquet
from ampiq_gql.warehouse.duckdb.reflection import reflect_tables
from ampiq_gql.warehouse.model import BUILD_SCHEMA
from ampiq_gql.warehouse.pointer import PublishedFile
from ampiq_gql.warehouse.publication import LISTS, list_table_name

__all__ = ["create_file_views", "places"]

ID_COLUMN = "amperity_id"
_OWN_DATABASE = "memory"  # how DuckDB calls a database without a file


def create_file_views(
    connection: sa.Connection, build_database: str, home: Path, files: Sequence[PublishedFile]
) -> None:
    """Make the schema and a view for every table of published files."""
    views = _file_views(connection, f"{build_database}.{BUILD_SCHEMA}", home, files)
    connection.execute(CreateSchema(BUILD_SCHEMA))
    for name, select in views.items():
        connection.execute(CreateView(select, name, schema=BUILD_SCHEMA))


def places(build_database: str) -> tuple[str, str]:
    """Return where readers look tables up: files win over the build's table of the same name."""
    return f"{_OWN_DATABASE}.{BUILD_SCHEMA}", f"{build_database}.{BUILD_SCHEMA}"


def _file_views(
    connection: sa.Connection, place: str, home: Path, files: Iterable[PublishedFile]
) -> dict[str, sa.Select[*tuple[Any, ...]]]:
    groups = {
        name: [home / file.path for file in members]
        for name, members in groupby(sorted(files, key=_table_of), key=_table_of)
    }
    standard = reflect_tables(connection, place=place, names=groups).tables
    return {
        name: _select_files(paths, standard.get(f"{place}.{name}"))
        for name, paths in groups.items()
    }


def _table_of(file: PublishedFile) -> str:
    return list_table_name(file.name) if file.table == LISTS else file.table


def _select_files(paths: Sequence[Path], standard: sa.Table | None) -> sa.Select[*tuple[Any, ...]]:
    """Read the files as the standard table has it: its columns and types, NULL where they lack."""
    present = list(dict.fromkeys(name for path in paths for name in pq.read_schema(path).names))
    rows = read_parquet(paths, columns=present)
    if standard is None:
        return sa.select(*(_typed_id(rows.c[name]) for name in present))
    return sa.select(
        *(
            sa.cast(
                rows.c[column.name] if column.name in present else sa.null(), column.type
            ).label(column.name)
            for column in standard.columns
        )
    )


def _typed_id(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    if column.name != ID_COLUMN:
        return column
    return sa.cast(column, sa.Uuid()).label(ID_COLUMN)
