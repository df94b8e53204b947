"""The builds that still stand on the server: a database with the mark of a whole build each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ampiq_gql.warehouse.clickhouse.control import (
    TABLES,
    change_state,
    current_state,
    marks,
)
from ampiq_gql.warehouse.clickhouse.ddl import DropMark
from ampiq_gql.warehouse.clickhouse.failures import explained
from ampiq_gql.warehouse.clickhouse.places import FINISHED
from ampiq_gql.warehouse.clickhouse.server import Server
from ampiq_gql.warehouse.clickhouse.views import create_views
from ampiq_gql.warehouse.errors import BuildIsCurrent, BuildNotFound
from ampiq_gql.warehouse.model import BuildInfo, KeptBuild
from ampiq_gql.warehouse.pointer import decode_build

__all__ = ["drop_build", "kept_builds", "use_build"]


def kept_builds(server: Server) -> tuple[KeptBuild, ...]:
    """Return the builds, the newest first."""
    places = server.places
    with explained(server.place), server.engine.connect() as connection:
        current = current_state(connection, places).build
        sizes = _sizes(connection)
        stored = marks(connection, places, FINISHED)
    found = {build_id: json.loads(document) for build_id, document in stored.items()}
    newest_first = sorted(found, key=lambda id_: str(found[id_]["published_at"]), reverse=True)
    return tuple(
        KeptBuild(
            id=build_id,
            info=decode_build(found[build_id]["build"]),
            size_bytes=sizes.get(places.build(build_id), 0),
            is_current=current is not None and current.id == build_id,
        )
        for build_id in newest_first
    )


def use_build(server: Server, build_id: str) -> BuildInfo:
    """Show the build; raises `BuildNotFound`."""
    with explained(server.place), server.engine.connect() as connection:
        info = decode_build(_document_of(connection, server, build_id)["build"])
        change_state(
            connection, server.places, lambda shown: replace(shown, build=info), create_views
        )
    return info


def drop_build(server: Server, build_id: str) -> None:
    """Let the build go: it is no longer listed, and its tables go when nobody can be reading them.

    Raises `BuildNotFound` and `BuildIsCurrent`.
    """
    with explained(server.place), server.engine.connect() as connection:
        _document_of(connection, server, build_id)
        current = current_state(connection, server.places).build
        if current is not None and current.id == build_id:
            raise BuildIsCurrent(build_id)
        connection.execute(DropMark(server.places.build(build_id), FINISHED))


def _document_of(connection: sa.Connection, server: Server, build_id: str) -> Mapping[str, Any]:
    document = marks(connection, server.places, FINISHED).get(build_id)
    if document is None:
        raise BuildNotFound(build_id)
    found: Mapping[str, Any] = json.loads(document)
    return found


def _sizes(connection: sa.Connection) -> dict[str, int]:
    size = sa.func.sum(TABLES.c.total_bytes, type_=sa.BigInteger)
    counted = sa.select(TABLES.c.database, size).group_by(TABLES.c.database)
    return {place: int(total or 0) for place, total in connection.execute(counted)}
