"""What stands in the server beside the data: which state is shown, which builds are whole.

ClickHouse has no transactions over tables, but making a table is one step, and of several who make
one of the same name a single one succeeds. So a state (a build and the files beside it) is a table
without rows, `state_<number>`, whose comment says what is shown: the highest number is what readers
see. A build is whole when such a mark stands beside its tables.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa

from ampiq_gql.errors import Fault
from ampiq_gql.warehouse.clickhouse.ddl import CreateMark, DropDatabase
from ampiq_gql.warehouse.clickhouse.failures import is_taken
from ampiq_gql.warehouse.clickhouse.places import STATE_PREFIX, Places
from ampiq_gql.warehouse.model import BuildInfo
from ampiq_gql.warehouse.pointer import Shown, decode_shown, encode_shown
from ampiq_gql.warehouse.protocols import AnySelect

__all__ = [
    "TABLES", "State", "change_state", "current_state", "database_names", "marks",
    "standing_states",
]  # fmt: skip

CHANGE_ATTEMPTS = 20

TABLES = sa.table(
    "tables", sa.column("database", sa.Text), sa.column("name", sa.Text),
    sa.column("comment", sa.Text), sa.column("metadata_modification_time", sa.DateTime),
    sa.column("total_bytes", sa.BigInteger), schema="system",
)  # fmt: skip
DATABASES = sa.table("databases", sa.column("name", sa.Text), schema="system")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of the warehouse; generation 0 is the empty one. `place` holds its views.

    `shown_at` is when it was made known, an aware UTC instant.
    """

    generation: int
    place: str
    shown: Shown
    shown_at: datetime

    @property
    def build(self) -> BuildInfo | None:
        """The build that it shows."""
        return self.shown.build


EMPTY = State(generation=0, place="", shown=Shown(), shown_at=datetime.min.replace(tzinfo=UTC))


def database_names(connection: sa.Connection, prefix: str) -> list[str]:
    """Return the databases whose names begin so."""
    names = connection.execute(sa.select(DATABASES.c.name)).scalars()
    return sorted(name for name in names if name.startswith(prefix))


def marks(connection: sa.Connection, places: Places, name: str) -> Mapping[str, str]:
    """Return the documents of the marks of that name beside builds, by the builds' ids."""
    found = sa.select(TABLES.c.database, TABLES.c.comment).where(TABLES.c.name == name)
    return {
        database.removeprefix(places.builds): document
        for database, document in connection.execute(found)
        if database.startswith(places.builds)
    }


def current_state(connection: sa.Connection, places: Places) -> State:
    """Return what is shown now."""
    newest = _stored_states(places).order_by(
        sa.func.length(TABLES.c.name).desc(), TABLES.c.name.desc()
    )
    found = connection.execute(newest.limit(1)).first()
    return EMPTY if found is None else _state(found.name, found.comment)


def standing_states(connection: sa.Connection, places: Places) -> list[State]:
    """Return all states that can still be read, the newest first."""
    found = [_state(row.name, row.comment) for row in connection.execute(_stored_states(places))]
    return sorted(found, key=lambda state: state.generation, reverse=True)


def _stored_states(places: Places) -> AnySelect:
    stored = sa.select(TABLES.c.name, TABLES.c.comment)
    is_state = TABLES.c.name.startswith(STATE_PREFIX, autoescape=True)
    return stored.where(TABLES.c.database == places.name, is_state)


def change_state(
    connection: sa.Connection,
    places: Places,
    change: Callable[[Shown], Shown],
    show: Callable[[sa.Connection, Places, State], None],
) -> State:
    """Make `change` of what is shown the new state.

    `show` makes its views. When somebody else was faster, all is done again upon that change.
    """
    for _ in range(CHANGE_ATTEMPTS):
        former = current_state(connection, places)
        shown = change(former.shown)
        if shown == former.shown:
            return former
        state = _following(places, former, shown)
        show(connection, places, state)
        if _claim(connection, places, state):
            return state
        connection.execute(DropDatabase(state.place))
    raise Fault(f"What {places.name} shows changed {CHANGE_ATTEMPTS} times under one change.")


def _following(places: Places, former: State, shown: Shown) -> State:
    generation = former.generation + 1
    return State(
        generation=generation,
        place=f"{places.views}{generation}_{uuid4().hex[:8]}",
        shown=shown,
        shown_at=datetime.now(UTC),
    )


def _claim(connection: sa.Connection, places: Places, state: State) -> bool:
    document = {
        "place": state.place,
        "shown_at": state.shown_at.isoformat(),
        "shown": encode_shown(state.shown).decode(),
    }
    name = f"{STATE_PREFIX}{state.generation}"
    try:
        connection.execute(CreateMark(places.name, name, json.dumps(document)))
    except sa.exc.DBAPIError as error:
        if is_taken(error):
            return False
        raise
    return True


def _state(name: str, text: str) -> State:
    document = json.loads(text)
    return State(
        generation=int(name.removeprefix(STATE_PREFIX)),
        place=document["place"],
        shown=decode_shown(document["shown"].encode()),
        shown_at=datetime.fromisoformat(document["shown_at"]),
    )
