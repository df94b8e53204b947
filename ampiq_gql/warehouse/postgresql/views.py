"""The schema of one state: views over the tables of its build and of the files beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.schema import CreateSchema, CreateView

from ampiq_gql.warehouse.pointer import PublishedFile
from ampiq_gql.warehouse.postgresql.control import FILES_PLACE, State, build_place, shown_place
from ampiq_gql.warehouse.postgresql.ddl import GrantReading
from ampiq_gql.warehouse.protocols import AnySelect
from ampiq_gql.warehouse.publication import LISTS, list_table_name

__all__ = ["create_views"]


def create_views(connection: sa.Connection, state: State, reader_role: str | None) -> None:
    """Make every view: files win over the build's table of the same name."""
    if state.build is None:
        return
    place = shown_place(state.generation)
    built = _reflect(connection, build_place(state.build.id))
    views = {name: sa.select(*table.columns) for name, table in built.items()}
    views |= _file_views(built, _reflect(connection, FILES_PLACE), state.shown.files)
    connection.execute(CreateSchema(place))
    for name, select in views.items():
        connection.execute(CreateView(select, name, schema=place))
    if reader_role is not None:
        for is_usage in (True, False):
            connection.execute(GrantReading(place, reader_role, is_usage=is_usage))


def _reflect(connection: sa.Connection, place: str) -> Mapping[str, sa.Table]:
    found = sa.inspect(connection).get_multi_columns(schema=place, kind=ObjectKind.ANY)
    return {
        name: sa.Table(
            name,
            sa.MetaData(schema=place),
            *(sa.Column(column["name"], column["type"]) for column in columns),
        )
        for (_, name), columns in found.items()
    }


def _file_views(
    built: Mapping[str, sa.Table], tables: Mapping[str, sa.Table], files: Iterable[PublishedFile]
) -> dict[str, Any]:
    return {
        name: _select_files([tables[file.path] for file in members], built.get(name))
        for name, members in groupby(sorted(files, key=_table_of), key=_table_of)
    }


def _table_of(file: PublishedFile) -> str:
    return list_table_name(file.name) if file.table == LISTS else file.table


def _select_files(tables: list[sa.Table], standard: sa.Table | None) -> Any:
    """Read the files as the standard table has it: its columns and types, NULL where they lack."""
    first, *others = (_select_file(table, standard) for table in tables)
    return first.union_all(*others) if others else first


def _select_file(table: sa.Table, standard: sa.Table | None) -> AnySelect:
    if standard is None:
        return sa.select(*table.columns)
    return sa.select(
        *(
            sa.cast(table.c.get(column.name, sa.null()), column.type).label(column.name)
            for column in standard.columns
        )
    )
