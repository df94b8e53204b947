"""What may go: states that nobody reads, builds beyond the number kept, files nobody shows."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.schema import DropSchema, DropTable

from ampiq_gql.warehouse.pointer import Shown, decode_shown
from ampiq_gql.warehouse.postgresql.control import (
    BUILD_PREFIX,
    BUILDS,
    CHANGE_LOCK,
    FILES_PLACE,
    READERS_LOCK,
    SHOWN,
    build_place,
    shown_place,
)

__all__ = ["drop_build", "drop_unpublished_builds", "drop_unread_states", "prune"]


def prune(connection: sa.Connection, keep_builds: int) -> None:
    """Drop what is no longer needed, in the present transaction."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CHANGE_LOCK)))
    states = drop_unread_states(connection)
    _drop_old_builds(connection, states, keep_builds)
    _drop_hidden_files(connection, states)


def drop_unpublished_builds(connection: sa.Connection) -> None:
    """Drop what this or a killed build left; the lock on the sources says no other one runs."""
    published = {build_place(id_) for (id_,) in connection.execute(sa.select(BUILDS.c.id))}
    for schema in sa.inspect(connection).get_schema_names():
        if schema.startswith(BUILD_PREFIX) and schema not in published:
            connection.execute(DropSchema(schema, cascade=True))


def drop_unread_states(connection: sa.Connection) -> list[Shown]:
    """Drop older states whose readers have all gone; return those that stay."""
    newest_first = sa.select(SHOWN.c.generation, SHOWN.c.document).order_by(
        SHOWN.c.generation.desc()
    )
    staying: list[Shown] = []
    for generation, document in connection.execute(newest_first).all():
        if staying and _is_unread(connection, generation):
            connection.execute(DropSchema(shown_place(generation), cascade=True, if_exists=True))
            connection.execute(SHOWN.delete().where(SHOWN.c.generation == generation))
        else:
            staying.append(decode_shown(document.encode()))
    return staying


def _is_unread(connection: sa.Connection, generation: int) -> bool:
    claim = sa.func.pg_try_advisory_xact_lock(READERS_LOCK, generation)
    return bool(connection.execute(sa.select(claim)).scalar_one())


def _drop_old_builds(connection: sa.Connection, states: list[Shown], keep_builds: int) -> None:
    newest_first = sa.select(BUILDS.c.id).order_by(BUILDS.c.published_at.desc())
    ids = list(connection.execute(newest_first).scalars())
    shown = {state.build.id for state in states if state.build}
    for build_id in ids[keep_builds:]:
        if build_id not in shown:
            drop_build(connection, build_id)


def drop_build(connection: sa.Connection, build_id: str) -> None:
    """Drop the tables of a build that no state shows."""
    connection.execute(DropSchema(build_place(build_id), cascade=True, if_exists=True))
    connection.execute(BUILDS.delete().where(BUILDS.c.id == build_id))


def _drop_hidden_files(connection: sa.Connection, states: list[Shown]) -> None:
    shown = {file.path for state in states for file in state.files}
    for name in sa.inspect(connection).get_table_names(schema=FILES_PLACE):
        if name not in shown:
            connection.execute(DropTable(sa.Table(name, sa.MetaData(schema=FILES_PLACE))))
