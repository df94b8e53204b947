"""The database of one state: views over the tables of its build and of the files beside it."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.schema import CreateView

from ampiq_gql.warehouse.clickhouse.control import State
from ampiq_gql.warehouse.clickhouse.ddl import CreateDatabase
from ampiq_gql.warehouse.clickhouse.places import FINISHED, OWNED, Places
from ampiq_gql.warehouse.file_views import file_views

__all__ = ["create_views", "reflect"]


def create_views(connection: sa.Connection, places: Places, state: State) -> None:
    """Make every view: files win over the build's table of the same name."""
    if state.build is None:
        return
    built = reflect(connection, places.build(state.build.id))
    views = {
        name: sa.select(*table.columns)
        for name, table in built.items()
        if name not in (FINISHED, OWNED)
    }
    if state.shown.files:
        views |= file_views(built, reflect(connection, places.files), state.shown.files)
    connection.execute(CreateDatabase(state.place))
    for name, select in views.items():
        connection.execute(CreateView(select, name, schema=state.place))


def reflect(connection: sa.Connection, place: str) -> Mapping[str, sa.Table]:
    """Return the tables of a database as they stand."""
    found = sa.inspect(connection).get_multi_columns(schema=place)
    return {
        name: sa.Table(
            name,
            sa.MetaData(schema=place),
            *(sa.Column(column["name"], column["type"]) for column in columns),
        )
        for (_, name), columns in found.items()
    }
