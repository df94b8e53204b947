"""Columns as they stand on the server, in the types by which statements are built."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

__all__ = ["described_columns"]

COLUMNS = sa.table(
    "columns", sa.column("database", sa.Text), sa.column("table", sa.Text),
    sa.column("name", sa.Text), sa.column("type", sa.Text),
    sa.column("default_kind", sa.Text), sa.column("position", sa.BigInteger), schema="system",
)  # fmt: skip

WRAPPED = re.compile(r"(?:Nullable|LowCardinality)\((.*)\)")
DECIMAL = re.compile(r"Decimal\((\d+), (\d+)\)")
KINDS: tuple[tuple[str, sa.types.TypeEngine[Any]], ...] = (
    ("UUID", sa.Uuid()),
    ("Bool", sa.Boolean()),
    ("Int", sa.BigInteger()),
    ("UInt", sa.BigInteger()),
    ("Float", sa.Double()),
    ("DateTime", sa.DateTime()),
    ("Date", sa.Date()),
)


def described_columns(
    connection: sa.Connection, place: str, names: Collection[str] | None = None
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the columns of the tables of a database, as SQLAlchemy's inspector has them."""
    asked = sa.select(COLUMNS.c.table, COLUMNS.c.name, COLUMNS.c.type, COLUMNS.c.default_kind)
    ordered = asked.where(COLUMNS.c.database == place).order_by(COLUMNS.c.table, COLUMNS.c.position)
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for table, name, kind, default in connection.execute(ordered):
        if names is None or table in names:
            found.setdefault((place, table), []).append(
                {
                    "name": name,
                    "type": _type(kind),
                    "nullable": kind.startswith("Nullable("),
                    "default": default or None,
                }
            )
    return found


def _type(name: str) -> sa.types.TypeEngine[Any]:
    if wrapped := WRAPPED.fullmatch(name):
        return _type(wrapped[1])
    if decimal := DECIMAL.fullmatch(name):
        return sa.Numeric(int(decimal[1]), int(decimal[2]))
    return next((kind for start, kind in KINDS if name.startswith(start)), sa.Text())
