"""What stands in the database beside the data: which state is shown, and who writes the sources.

A state (a build and the files beside it) is one row and one schema of views. The newest row is what
readers see, so a change is one insert in one transaction; states that somebody still reads stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ampiq_gql.warehouse.model import BuildInfo
from ampiq_gql.warehouse.pointer import Shown, decode_shown, encode_shown
from ampiq_gql.warehouse.postgresql.dialect import CONTROL_SCHEMA

__all__ = [
    "BUILDS", "BUILD_PREFIX", "CHANGE_LOCK", "CONTROL", "FILES_PLACE", "READERS_LOCK", "SHOWN",
    "SOURCES_LOCK", "SOURCES_OWNER", "State", "build_place", "change_state", "current_state",
    "shown_place",
]  # fmt: skip

FILES_PLACE = "ampiq_files"
BUILD_PREFIX = "ampiq_build_"
SHOWN_PREFIX = "ampiq_shown_"

CHANGE_LOCK = 0x616D7071
"""Held by who changes what is shown, until the transaction ends."""

READERS_LOCK = 0x616D71
"""With the generation beside it: held, shared, by each reader of a state."""

SOURCES_LOCK = 0x616D7073
"""Held by the only user of the source tables."""

CONTROL = sa.MetaData(schema=CONTROL_SCHEMA)

SHOWN = sa.Table(
    "shown",
    CONTROL,
    sa.Column("generation", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("document", sa.Text, nullable=False),
)
"""The states that can be read, as `warehouse.json` describes them; the newest is current."""

BUILDS = sa.Table(
    "builds",
    CONTROL,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("document", sa.Text, nullable=False),
)
"""The builds that are kept."""

SOURCES_OWNER = sa.Table(
    "sources_owner",
    CONTROL,
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("process", sa.BigInteger, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
)
"""Who holds, or held last, the lock on the sources; it only informs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of the warehouse; generation 0 is the empty one."""

    generation: int
    shown: Shown

    @property
    def build(self) -> BuildInfo | None:
        """The build that it shows."""
        return self.shown.build


def build_place(build_id: str) -> str:
    """Return the schema of a build."""
    return f"{BUILD_PREFIX}{build_id}"


def shown_place(generation: int) -> str:
    """Return the schema of the views of a state."""
    return f"{SHOWN_PREFIX}{generation}"


def current_state(connection: sa.Connection) -> State:
    """Return what is shown now."""
    newest = sa.select(SHOWN.c.generation, SHOWN.c.document)
    found = connection.execute(newest.order_by(SHOWN.c.generation.desc()).limit(1)).first()
    if found is None:
        return State(generation=0, shown=Shown())
    return State(generation=found.generation, shown=decode_shown(found.document.encode()))


def change_state(
    connection: sa.Connection,
    change: Callable[[Shown], Shown],
    show: Callable[[sa.Connection, State], Any],
) -> State:
    """Make `change` of what is shown the new state, in the present transaction.

    `show` makes its views. Changes wait for one another; readers wait for nobody.
    """
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CHANGE_LOCK)))
    former = current_state(connection)
    shown = change(former.shown)
    if shown == former.shown:
        return former
    state = State(generation=former.generation + 1, shown=shown)
    show(connection, state)
    connection.execute(
        SHOWN.insert().values(generation=state.generation, document=encode_shown(shown).decode())
    )
    return state
