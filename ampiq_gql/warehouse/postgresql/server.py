"""The database server: one pool of connections, and the schemas that must stand before all else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.schema import CreateSchema

from ampiq_gql.warehouse.errors import WarehouseUnsuitable
from ampiq_gql.warehouse.model import Standing
from ampiq_gql.warehouse.postgresql.control import CONTROL, FILES_PLACE
from ampiq_gql.warehouse.postgresql.ddl import CreateCollation, CreateReaderRole, GrantRole
from ampiq_gql.warehouse.postgresql.dialect import (
    COLLATION,
    CONTROL_SCHEMA,
    DRIVER_NAME,
    SOURCES_PLACE,
)
from ampiq_gql.warehouse.postgresql.failures import explained

__all__ = ["Server"]

OLDEST_VERSION = 16
READER_ROLE = "ampiq_reader"
SETUP_LOCK = 0x616D7072
CONNECT_SECONDS = 10

SERVER_SETTINGS = {
    # Statements with hundreds of columns take longer to compile than to run.
    "jit": "off",
    "work_mem": "64MB",
    "TimeZone": "UTC",
    "client_min_messages": "error",
}


class OneStatementCursor(psycopg.Cursor[Any]):
    """A cursor that sends one statement at a time.

    Without values psycopg would use the protocol in which one text may hold several statements: a
    `ROLLBACK` among them would end the read-only transaction that readers are kept in. Results in
    binary form are only had by the other protocol.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.format = psycopg.pq.Format.BINARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An open server that holds the warehouse; `reader_role` may do nothing but read views."""

    engine: sa.Engine
    place: str
    reader_role: str | None

    @classmethod
    def open(cls, url: URL, *, connections: int) -> Server:
        """Connect, and make the schemas when they are not there.

        Raises `WarehouseUnreachable` and `WarehouseUnsuitable`.
        """
        place = url.set(query={}).render_as_string(hide_password=True)
        engine = _engine(url, connections)
        try:
            with explained(place), engine.connect() as connection:
                _examine(connection)
                with connection.begin():
                    _set_up(connection)
                role = _reader_role(connection)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine=engine, place=place, reader_role=role)

    def standing(self) -> Standing:
        """Say which server this is, and in which role its readers are."""
        with explained(self.place), self.engine.connect() as connection:
            version = _setting(connection, "server_version")
        server = f"PostgreSQL {version} at {self.place}"
        if self.reader_role is not None:
            return Standing(found=f"{server}; readers take the role {self.reader_role}")
        return Standing(
            found=f"{server}; readers have all rights of its user",
            fix=f"CREATE ROLE {READER_ROLE} NOLOGIN; GRANT {READER_ROLE} TO the user of the URL",
        )


def _engine(url: URL, connections: int) -> sa.Engine:
    stated = url.query.get("options", "")
    options = [f"-c {name}={value}" for name, value in SERVER_SETTINGS.items()]
    # What the URL states wins: the server takes the last word.
    options += [stated] if isinstance(stated, str) else stated
    return sa.create_engine(
        url.set(drivername=DRIVER_NAME).difference_update_query(["options"]),
        pool_size=connections,
        max_overflow=connections,
        pool_pre_ping=True,
        connect_args={
            "options": " ".join(filter(None, options)),
            # Statements are seldom sent twice, and poolers in between lose prepared ones.
            "prepare_threshold": None,
            "application_name": "ampiq",
            "cursor_factory": OneStatementCursor,
            **({} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_SECONDS}),
        },
    )


def _examine(connection: sa.Connection) -> None:
    version = int((connection.dialect.server_version_info or (0,))[0])
    if version < OLDEST_VERSION:
        raise WarehouseUnsuitable(
            f"The server is PostgreSQL {version}; {OLDEST_VERSION} is the oldest that can be used.",
            hint="Use a newer server for the warehouse.",
        )
    encoding = _setting(connection, "server_encoding")
    if encoding != "UTF8":
        raise WarehouseUnsuitable(
            f"The database holds its texts in {encoding}.",
            hint="Make one for the warehouse: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0",
        )
    connection.rollback()


def _setting(connection: sa.Connection, name: str) -> str:
    found: str = connection.execute(sa.select(sa.func.current_setting(name))).scalar_one()
    return found


def _set_up(connection: sa.Connection) -> None:
    """Make what lacks; two processes that begin at the same time make it once."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(SETUP_LOCK)))
    present = set(sa.inspect(connection).get_schema_names())
    for schema in (CONTROL_SCHEMA, SOURCES_PLACE, FILES_PLACE):
        if schema not in present:
            connection.execute(CreateSchema(schema))
    if CONTROL_SCHEMA not in present:
        folding = _folding(connection)
        connection.execute(CreateCollation(CONTROL_SCHEMA, COLLATION, folding))
    CONTROL.create_all(connection)


PG_COLLATION = sa.table(
    "pg_collation", sa.column("collname"), sa.column("collprovider"), sa.column("collctype"),
    schema="pg_catalog",
)  # fmt: skip
PG_DATABASE = sa.table(
    "pg_database", sa.column("datname"), sa.column("datctype"), schema="pg_catalog"
)
PG_ROLES = sa.table(
    "pg_roles", sa.column("rolname"), sa.column("rolsuper"), sa.column("rolcreaterole"),
    schema="pg_catalog",
)  # fmt: skip


def _folding(connection: sa.Connection) -> str:
    """Return the locale that folds letters beyond ASCII: the database's own, or any that can."""
    present = sa.select(PG_DATABASE.c.datctype).where(
        PG_DATABASE.c.datname == sa.func.current_database()
    )
    own: str = connection.execute(present).scalar_one()
    if own not in ("C", "POSIX"):
        return own
    installed = sa.select(PG_COLLATION.c.collctype).where(PG_COLLATION.c.collprovider == "c")
    names = [name for (name,) in connection.execute(installed) if name]
    return next((name for name in sorted(names) if re.search(r"utf-?8$", name, re.I)), own)


def _reader_role(connection: sa.Connection) -> str | None:
    """Return the role that readers take, None when this user may neither make nor take it."""
    with connection.begin():
        known = sa.select(sa.func.count()).where(PG_ROLES.c.rolname == READER_ROLE)
        if not connection.execute(known).scalar_one() and not _make_role(connection):
            return None
        takes = sa.select(sa.func.pg_has_role(READER_ROLE, "SET"))
        return READER_ROLE if connection.execute(takes).scalar_one() else None


def _make_role(connection: sa.Connection) -> bool:
    may = sa.select(PG_ROLES.c.rolsuper | PG_ROLES.c.rolcreaterole).where(
        PG_ROLES.c.rolname == sa.func.current_user()
    )
    if not connection.execute(may).scalar_one():
        return False
    connection.execute(CreateReaderRole(READER_ROLE))
    connection.execute(GrantRole(READER_ROLE))
    return True
