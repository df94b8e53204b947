"""The database server: one pool of connections, and the databases that stand before all else."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import URL

from ampiq_gql.warehouse.clickhouse.clients import CONNECT_SECONDS
from ampiq_gql.warehouse.clickhouse.ddl import CreateDatabase
from ampiq_gql.warehouse.clickhouse.dialect import DRIVER_NAME, MEANING
from ampiq_gql.warehouse.clickhouse.failures import explained
from ampiq_gql.warehouse.clickhouse.places import STATE_PREFIX, Places
from ampiq_gql.warehouse.clickhouse.reflection import COLUMNS
from ampiq_gql.warehouse.errors import WarehouseUnsuitable
from ampiq_gql.warehouse.model import Standing

__all__ = ["Server"]

OLDEST_VERSION = (25, 3)
DEFAULT_NAME = "ampiq"
"""Of the installation whose URL names no database."""

ANSWER_SECONDS = 600
"""How long to wait for a server that says nothing; readers and builds wait as they need."""

ENABLED_ROLES = sa.table("enabled_roles", sa.column("role_name", sa.Text), schema="system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An open server that holds the warehouse; `reader_role` may do nothing but read views."""

    engine: sa.Engine
    place: str
    places: Places
    reader_role: str | None

    @classmethod
    def open(cls, url: URL, *, connections: int) -> Server:
        """Connect, and make the databases when they are not there.

        Raises `WarehouseUnreachable` and `WarehouseUnsuitable`.
        """
        place = url.set(query={}).render_as_string(hide_password=True)
        places = Places(url.database or DEFAULT_NAME)
        engine = _engine(url, connections)
        try:
            with explained(place), engine.connect() as connection:
                _examine(connection)
                _refuse_tables_of_others(connection, places)
                for name in (places.name, places.files, places.scratch):
                    connection.execute(CreateDatabase(name, if_not_exists=True))
                enabled = list(connection.execute(sa.select(ENABLED_ROLES.c.role_name)).scalars())
        except BaseException:
            engine.dispose()
            raise
        role = places.reader_role if places.reader_role in enabled else None
        return cls(engine=engine, place=place, places=places, reader_role=role)

    def standing(self) -> Standing:
        """Say which server this is, and in which role its readers are."""
        with explained(self.place), self.engine.connect() as connection:
            server = f"ClickHouse {_version(connection)} at {self.place}"
        if self.reader_role is not None:
            return Standing(found=f"{server}; readers take the role {self.reader_role}")
        return Standing(
            found=f"{server}; readers have all rights of its user",
            fix=f"make the role {self.places.reader_role} as docs/engines.md says",
        )


def _engine(url: URL, connections: int) -> sa.Engine:
    defaults = {
        **MEANING,
        "connect_timeout": str(CONNECT_SECONDS),
        "send_receive_timeout": str(ANSWER_SECONDS),
        # Statements stand for themselves: a session on the server would only queue them up.
        "autogenerate_session_id": "false",
    }
    stated = {name: value for name, value in url.query.items() if name not in MEANING}
    return sa.create_engine(
        url.set(drivername=DRIVER_NAME, database="", query={**defaults, **stated}),
        pool_size=connections,
        max_overflow=connections,
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",
    )


def _examine(connection: sa.Connection) -> None:
    version = _version(connection)
    major, minor = (int(part) for part in version.split(".")[:2])
    if (major, minor) < OLDEST_VERSION:
        oldest = ".".join(map(str, OLDEST_VERSION))
        raise WarehouseUnsuitable(
            f"The server is ClickHouse {version}; {oldest} is the oldest that can be used.",
            hint="Use a newer server for the warehouse.",
        )


def _refuse_tables_of_others(connection: sa.Connection, places: Places) -> None:
    """Raise `WarehouseUnsuitable` when the installation would stand among tables of others."""
    standing = sa.select(COLUMNS.c.table).where(COLUMNS.c.database == places.name).distinct()
    names = connection.execute(standing.order_by(COLUMNS.c.table)).scalars().all()
    if names and not any(name.startswith(STATE_PREFIX) for name in names):
        raise WarehouseUnsuitable(
            f'The database "{places.name}" holds tables of others ("{names[0]}"), and the path of '
            "the URL names the database of AmpIQ itself.",
            hint=f"End the URL with another name, such as /{DEFAULT_NAME}, which is made for you; "
            f"to attach tables of theirs: ampiq attach clickhousedb://…/{DEFAULT_NAME} "
            f"--schema {places.name}",
        )


def _version(connection: sa.Connection) -> str:
    found: str = connection.execute(sa.select(sa.func.version())).scalar_one()
    return found
