"""What may go: states that were replaced long ago, builds beyond the number kept, hidden files.

The server does not know who reads a state between two statements, so a state that is no longer
shown stays for a grace time, and all that it shows.
"""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from ampiq_gql.warehouse.clickhouse.control import (
    TABLES,
    State,
    database_names,
    marks,
    standing_states,
)
from ampiq_gql.warehouse.clickhouse.ddl import DropDatabase, DropMark
from ampiq_gql.warehouse.clickhouse.places import FINISHED, OWNED, STATE_PREFIX, Places
from ampiq_gql.warehouse.locks import is_alive

__all__ = ["GRACE_SECONDS", "drop_abandoned_builds", "prune"]

GRACE_SECONDS = 3_600.0
"""How long a state stays for those who began to read it while it was shown."""

DAY_SECONDS = 86_400.0
"""A build of another machine that takes longer is dead, and so is whoever made a scratch table."""


def prune(
    connection: sa.Connection,
    places: Places,
    keep_builds: int,
    *,
    grace_seconds: float = GRACE_SECONDS,
) -> None:
    """Drop what is no longer needed."""
    states = _drop_replaced_states(connection, places, grace_seconds)
    _drop_unshown_views(connection, places, states)
    _let_old_builds_go(connection, places, states[:1], keep_builds)
    _drop_unlisted_builds(connection, places, states)
    _drop_hidden_files(connection, places, states)
    _drop_forgotten_scratch(connection, places)


def drop_abandoned_builds(connection: sa.Connection, places: Places) -> None:
    """Drop what killed builds left; builds of other machines are left alone for a day."""
    for build_id, document in marks(connection, places, OWNED).items():
        if _is_abandoned(json.loads(document)):
            for place in (places.loaded(build_id), places.work(build_id), places.build(build_id)):
                connection.execute(DropDatabase(place))


def _is_abandoned(owner: dict[str, object]) -> bool:
    if owner["host"] == socket.gethostname():
        return not is_alive(int(str(owner["process"])))
    return _is_older(datetime.fromisoformat(str(owner["since"])), DAY_SECONDS)


def _is_older(moment: datetime, seconds: float) -> bool:
    return datetime.now(UTC) - moment > timedelta(seconds=seconds)


def _drop_replaced_states(
    connection: sa.Connection, places: Places, grace_seconds: float
) -> list[State]:
    """Drop states whose successor has been shown for the grace time; return those that stay."""
    states = standing_states(connection, places)
    staying = states[:1]
    for state, successor in zip(states[1:], states, strict=False):
        if _is_older(successor.shown_at, grace_seconds):
            connection.execute(DropMark(places.name, f"{STATE_PREFIX}{state.generation}"))
        else:
            staying.append(state)
    return staying


def _drop_unshown_views(connection: sa.Connection, places: Places, states: list[State]) -> None:
    """Drop the views of dropped states, and of those that were never shown.

    Whoever makes views for a generation that is shown already will find that out and drop them.
    """
    shown = {state.place for state in states}
    current = max((state.generation for state in states), default=0)
    for place in database_names(connection, places.views):
        generation = int(place.removeprefix(places.views).partition("_")[0])
        if place not in shown and generation <= current:
            connection.execute(DropDatabase(place))


def _let_old_builds_go(
    connection: sa.Connection, places: Places, current: list[State], keep_builds: int
) -> None:
    """List the oldest builds no more."""
    finished = marks(connection, places, FINISHED)
    published = {id_: json.loads(document)["published_at"] for id_, document in finished.items()}
    newest_first = sorted(published, key=lambda id_: published[id_], reverse=True)
    shown = {state.build.id for state in current if state.build}
    for build_id in newest_first[keep_builds:]:
        if build_id not in shown:
            connection.execute(DropMark(places.build(build_id), FINISHED))


def _drop_unlisted_builds(connection: sa.Connection, places: Places, states: list[State]) -> None:
    """Drop builds that are not listed, not being made, and that nobody can be reading."""
    kept = {*marks(connection, places, FINISHED), *marks(connection, places, OWNED)}
    kept |= {state.build.id for state in states if state.build}
    for place in database_names(connection, places.builds):
        if place.removeprefix(places.builds) not in kept:
            connection.execute(DropDatabase(place))


def _drop_hidden_files(connection: sa.Connection, places: Places, states: list[State]) -> None:
    """Drop files that nobody shows; one that was just loaded has its grace time to be shown."""
    shown = {file.path for state in states for file in state.shown.files}
    for name, made_at in _tables(connection, places.files):
        if name not in shown and _is_older(made_at, GRACE_SECONDS):
            connection.execute(DropMark(places.files, name))


def _drop_forgotten_scratch(connection: sa.Connection, places: Places) -> None:
    for name, made_at in _tables(connection, places.scratch):
        if _is_older(made_at, DAY_SECONDS):
            connection.execute(DropMark(places.scratch, name))


def _tables(connection: sa.Connection, place: str) -> list[tuple[str, datetime]]:
    found = sa.select(TABLES.c.name, TABLES.c.metadata_modification_time)
    return [
        (name, moment.replace(tzinfo=UTC))
        for name, moment in connection.execute(found.where(TABLES.c.database == place))
    ]
