"""Functions that every engine has, but none under the same name: written here once per engine.

Code above builds statements of these and never asks which engine will run them.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

__all__ = ["IdOrder", "IdText", "Sha256Hex"]

# Names under which the drivers' dialects report themselves.
POSTGRESQL = "postgresql"
CLICKHOUSE = "clickhousedb"


class IdText(GenericFunction[str]):
    """The text form of an id: 36 characters, lower case, the same on every engine."""

    type = sa.Text()
    inherit_cache = True
    name = "id_text"


@compiles(IdText)
def _id_text(element: IdText, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"CAST({_argument(element, compiler, kwargs)} AS VARCHAR)"


@compiles(IdText, CLICKHOUSE)
def _id_text_clickhouse(element: IdText, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"toString({_argument(element, compiler, kwargs)})"


class IdOrder(GenericFunction[UUID]):
    """What to sort by to have ids in the order of their text form."""

    type = sa.Uuid()
    inherit_cache = True
    name = "id_order"


@compiles(IdOrder)
def _id_order(element: IdOrder, compiler: SQLCompiler, **kwargs: object) -> str:
    """DuckDB and PostgreSQL compare UUIDs byte by byte, which is the order of their texts."""
    return _argument(element, compiler, kwargs)


@compiles(IdOrder, CLICKHOUSE)
def _id_order_clickhouse(element: IdOrder, compiler: SQLCompiler, **kwargs: object) -> str:
    """ClickHouse orders UUIDs by their second half."""
    return f"toString({_argument(element, compiler, kwargs)})"


class Sha256Hex(GenericFunction[str]):
    """SHA-256 of a text's UTF-8 bytes: 64 lower-case hex digits, compared byte by byte."""

    type = sa.Text()
    inherit_cache = True
    name = "sha256_hex"


@compiles(Sha256Hex)
def _sha256_hex(element: Sha256Hex, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"sha256({_argument(element, compiler, kwargs)})"


@compiles(Sha256Hex, POSTGRESQL)
def _sha256_hex_postgresql(element: Sha256Hex, compiler: SQLCompiler, **kwargs: object) -> str:
    """Its sha256 takes and gives bytes; and the database's collation may not sort byte by byte."""
    text = _argument(element, compiler, kwargs)
    return f"(encode(sha256(convert_to({text}, 'UTF8')), 'hex') COLLATE \"C\")"


@compiles(Sha256Hex, CLICKHOUSE)
def _sha256_hex_clickhouse(element: Sha256Hex, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"lower(hex(SHA256({_argument(element, compiler, kwargs)})))"


def _argument(
    element: GenericFunction[UUID] | GenericFunction[str],
    compiler: SQLCompiler,
    kwargs: dict[str, object],
) -> str:
    return compiler.process(element.clauses, **kwargs)
