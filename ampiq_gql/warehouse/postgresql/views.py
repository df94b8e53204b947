"""The schema of one state: views over the tables of its build and of the files beside it."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.schema import CreateSchema, CreateView

from ampiq_gql.warehouse.file_views import file_views
from ampiq_gql.warehouse.postgresql.control import FILES_PLACE, State, build_place, shown_place
from ampiq_gql.warehouse.postgresql.ddl import GrantReading

__all__ = ["create_views"]


def create_views(connection: sa.Connection, state: State, reader_role: str | None) -> None:
    """Make every view: files win over the build's table of the same name."""
    if state.build is None:
        return
    place = shown_place(state.generation)
    built = _reflect(connection, build_place(state.build.id))
    views = {name: sa.select(*table.columns) for name, table in built.items()}
    views |= file_views(built, _reflect(connection, FILES_PLACE), state.shown.files)
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
