"""Tables and views of others that stand on the same server, in the types they have for us.

A time there is an instant, whatever zone it is shown in; whole numbers beyond 64 bits with a sign
are told as decimals, since a cast to fewer bits would make other numbers of them in silence.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from ampiq_gql.warehouse.clickhouse.failures import explained
from ampiq_gql.warehouse.clickhouse.reflection import COLUMNS
from ampiq_gql.warehouse.clickhouse.server import Server
from ampiq_gql.warehouse.model import FoundTable

__all__ = ["tables_beside"]

HIDDEN_PREFIX = ".inner"
"""Of the tables in which materialized views keep their rows."""

UNREADABLE = "EPHEMERAL"
"""The kind of columns that exist only while rows are inserted."""

WRAPPED = re.compile(r"(?:Nullable\(|LowCardinality\(|SimpleAggregateFunction\(\w+, )(.*)\)")
DECIMAL = re.compile(r"Decimal\((\d+), (\d+)\)")
WHOLE = re.compile(r"Int(8|16|32|64)|UInt(8|16|32)")
WIDE = re.compile(r"Int(128|256)|UInt(64|128|256)")
WIDE_DIGITS = 78

KINDS: tuple[tuple[str, sa.types.TypeEngine[Any]], ...] = (
    ("UUID", sa.Uuid()),
    ("Bool", sa.Boolean()),
    ("Float", sa.Double()),
    ("BFloat", sa.Double()),
    ("DateTime", sa.DateTime(timezone=True)),
    ("Date", sa.Date()),
)


def tables_beside(server: Server, database: str) -> tuple[FoundTable, ...]:
    """Return the tables and views of a database, by name; only those that the user may read."""
    asked = sa.select(COLUMNS.c.table, COLUMNS.c.name, COLUMNS.c.type).where(
        COLUMNS.c.database == database,
        COLUMNS.c.default_kind != UNREADABLE,
        COLUMNS.c.table.not_like(f"{HIDDEN_PREFIX}%"),
    )
    tables: dict[str, dict[str, sa.types.TypeEngine[Any]]] = {}
    with explained(server.place), server.engine.connect() as connection:
        for table, name, kind in connection.execute(
            asked.order_by(COLUMNS.c.table, COLUMNS.c.position)
        ):
            tables.setdefault(table, {})[name] = _type(kind)
    return tuple(
        FoundTable(schema=database, name=name, columns=columns) for name, columns in tables.items()
    )


def _type(name: str) -> sa.types.TypeEngine[Any]:
    if wrapped := WRAPPED.fullmatch(name):
        return _type(wrapped[1])
    if decimal := DECIMAL.fullmatch(name):
        return sa.Numeric(int(decimal[1]), int(decimal[2]))
    if WHOLE.fullmatch(name):
        return sa.BigInteger()
    if WIDE.fullmatch(name):
        return sa.Numeric(WIDE_DIGITS, 0)
    return next((kind for start, kind in KINDS if name.startswith(start)), sa.Text())
