"""The builds that still stand on the server: a row of `builds` and a schema each."""

from __future__ import annotations

import json
from dataclasses import replace

import sqlalchemy as sa

from ampiq_gql.warehouse.errors import (
    BuildBeingRead,
    BuildDamaged,
    BuildIsCurrent,
    BuildNotFound,
)
from ampiq_gql.warehouse.model import BuildInfo, KeptBuild
from ampiq_gql.warehouse.pointer import decode_build
from ampiq_gql.warehouse.postgresql.control import (
    BUILDS,
    CHANGE_LOCK,
    State,
    build_place,
    change_state,
    current_state,
)
from ampiq_gql.warehouse.postgresql.failures import explained
from ampiq_gql.warehouse.postgresql.retention import drop_build as drop_schema_of
from ampiq_gql.warehouse.postgresql.retention import drop_unread_states
from ampiq_gql.warehouse.postgresql.server import Server
from ampiq_gql.warehouse.postgresql.views import create_views

__all__ = ["drop_build", "kept_builds", "use_build"]

PG_CLASS = sa.table(
    "pg_class", sa.column("oid"), sa.column("relnamespace"), sa.column("relkind"),
    schema="pg_catalog",
)  # fmt: skip
PG_NAMESPACE = sa.table(
    "pg_namespace", sa.column("oid"), sa.column("nspname", sa.Text), schema="pg_catalog"
)


def kept_builds(server: Server) -> tuple[KeptBuild, ...]:
    """Return the builds, the newest first."""
    newest_first = sa.select(BUILDS.c.id, BUILDS.c.document).order_by(BUILDS.c.published_at.desc())
    with explained(server.place), server.engine.begin() as connection:
        current = current_state(connection).build
        sizes = _sizes(connection)
        found = connection.execute(newest_first).all()
    return tuple(
        _kept(id_, document, sizes, is_current=current is not None and current.id == id_)
        for id_, document in found
    )


def use_build(server: Server, build_id: str) -> BuildInfo:
    """Show the build; raises `BuildNotFound` and `BuildDamaged`."""

    def show(connection: sa.Connection, state: State) -> None:
        create_views(connection, state, server.reader_role)

    with explained(server.place), server.engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CHANGE_LOCK)))
        info = _read_info(connection, build_id)
        change_state(connection, lambda shown: replace(shown, build=info), show)
    return info


def drop_build(server: Server, build_id: str) -> None:
    """Drop the tables; raises `BuildNotFound`, `BuildIsCurrent` and `BuildBeingRead`."""
    with explained(server.place), server.engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CHANGE_LOCK)))
        _document_of(connection, build_id)
        current = current_state(connection).build
        if current is not None and current.id == build_id:
            raise BuildIsCurrent(build_id)
        states = drop_unread_states(connection)
        if any(state.build is not None and state.build.id == build_id for state in states):
            raise BuildBeingRead(build_id)
        drop_schema_of(connection, build_id)


def _document_of(connection: sa.Connection, build_id: str) -> str:
    found = sa.select(BUILDS.c.document).where(BUILDS.c.id == build_id)
    document: str | None = connection.execute(found).scalar_one_or_none()
    if document is None:
        raise BuildNotFound(build_id)
    return document


def _read_info(connection: sa.Connection, build_id: str) -> BuildInfo:
    info = decode_build(json.loads(_document_of(connection, build_id)))
    if build_place(build_id) not in sa.inspect(connection).get_schema_names():
        raise BuildDamaged(build_id, _lost(build_id))
    return info


def _kept(build_id: str, document: str, sizes: dict[str, int], *, is_current: bool) -> KeptBuild:
    place = build_place(build_id)
    is_there = place in sizes
    return KeptBuild(
        id=build_id,
        info=decode_build(json.loads(document)) if is_there else None,
        size_bytes=sizes.get(place, 0),
        is_current=is_current,
        damage=None if is_there else _lost(build_id),
    )


def _lost(build_id: str) -> str:
    return f"its schema {build_place(build_id)} is gone"


def _sizes(connection: sa.Connection) -> dict[str, int]:
    """Return the bytes of all tables of each schema, texts kept aside included."""
    is_table = PG_CLASS.c.relkind == "r"
    size = sa.func.sum(sa.func.pg_total_relation_size(PG_CLASS.c.oid), type_=sa.BigInteger)
    counted = (
        sa.select(PG_NAMESPACE.c.nspname, size)
        .join_from(PG_CLASS, PG_NAMESPACE, PG_NAMESPACE.c.oid == PG_CLASS.c.relnamespace)
        .where(is_table)
        .group_by(PG_NAMESPACE.c.nspname)
    )
    return {name: int(total) for name, total in connection.execute(counted)}
