"""Texts of few values are kept as numbers: one or two bytes in a sort, in a file and in a reader.

DuckDB calls such a type ENUM, and treats its values as the texts that they mean. To store one takes
a sixth of the time of a text. The other engines are not asked, and texts stay what they are.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable, DropTable

from ampiq_gql.warehouse.duckdb.ddl import CreateEnumeration, Enumeration
from ampiq_gql.warehouse.protocols import AnySelect

__all__ = ["RepeatedText", "physical_type", "repeated_text"]

DUCKDB = "duckdb"

MOST_VALUES = 50_000
"""More would no longer fit two bytes, and looking them up would cost what the sort saves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedText:
    """How a text is kept: cast to `code`.

    `only` is the one value that there is; None when there are none, several, or nobody looked.
    """

    code: sa.types.TypeEngine[str]
    only: str | None = None


def repeated_text(connection: sa.Connection, name: str, values: AnySelect) -> RepeatedText:
    """Look at the values (one column, NULL left out) of the texts that are called `name`.

    The code is known by its name as long as the connection lives, in tables for ever, and orders
    as the texts do.
    """
    if connection.dialect.name != DUCKDB:
        return RepeatedText(code=sa.Text())
    table = sa.Table(
        f"values_of_{name}",
        sa.MetaData(),
        sa.Column("value", sa.Text),
        prefixes=["TEMPORARY"],
    )
    connection.execute(CreateTable(table))
    found = values.subquery("found")
    (value,) = found.columns
    distinct = sa.select(value).where(value.is_not(None)).distinct().limit(MOST_VALUES + 1)
    connection.execute(table.insert().from_select(["value"], distinct))
    first, last, count = connection.execute(
        sa.select(sa.func.min(table.c.value), sa.func.max(table.c.value), sa.func.count())
    ).one()
    code: sa.types.TypeEngine[str] = sa.Text()
    if 0 < count <= MOST_VALUES:
        # A table that is begun again makes its codes again.
        code = Enumeration(f"{name}_code_{uuid.uuid4().hex}")
        sorted_values = sa.select(table.c.value).order_by(table.c.value)
        connection.execute(CreateEnumeration(code, sorted_values))
    connection.execute(DropTable(table))
    return RepeatedText(code=code, only=first if first == last else None)


def physical_type(
    kind: sa.types.TypeEngine[Any], declared: sa.types.TypeEngine[Any]
) -> sa.types.TypeEngine[Any]:
    """Return the type in which values of `kind` are stored in a column of a declared type."""
    return kind if isinstance(kind, Enumeration) else declared
