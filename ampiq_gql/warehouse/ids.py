"""Ids as text, and hashes of text: what every engine can do, but none under the same name.

Code above builds statements of these and never asks which engine will run them.
"""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

__all__ = ["DigestUuid", "IdText", "Sha256Hex"]

# Names under which the drivers' dialects report themselves.
POSTGRESQL = "postgresql"
CLICKHOUSE = "clickhousedb"


class IdText(FunctionElement[str]):
    """`IdText(id)`: its text form, 36 characters in lower case, the same on every engine."""

    type = sa.Text()
    inherit_cache = True


class Sha256Hex(FunctionElement[str]):
    """`Sha256Hex(text)`: of its UTF-8 bytes, in 64 lower-case hex digits that compare as bytes."""

    type = sa.Text()
    inherit_cache = True


class DigestUuid(FunctionElement[uuid.UUID]):
    """`DigestUuid(text)`: the MD5 of its UTF-8 bytes as an id, NULL where there is no text."""

    type = sa.Uuid()
    inherit_cache = True


@compiles(DigestUuid)
def _digest(element: DigestUuid, compiler: SQLCompiler, **options: object) -> str:
    return f"CAST(md5({_argument(element, compiler, options)}) AS UUID)"


@compiles(DigestUuid, CLICKHOUSE)
def _digest_clickhouse(element: DigestUuid, compiler: SQLCompiler, **options: object) -> str:
    digest = f"lower(hex(MD5({_argument(element, compiler, options)})))"
    return f"CAST({digest} AS Nullable(UUID))"


@compiles(IdText)
def _id_text(element: IdText, compiler: SQLCompiler, **options: object) -> str:
    return f"CAST({_argument(element, compiler, options)} AS VARCHAR)"


@compiles(IdText, CLICKHOUSE)
def _id_text_clickhouse(element: IdText, compiler: SQLCompiler, **options: object) -> str:
    return f"toString({_argument(element, compiler, options)})"


@compiles(Sha256Hex)
def _sha256_hex(element: Sha256Hex, compiler: SQLCompiler, **options: object) -> str:
    return f"sha256({_argument(element, compiler, options)})"


@compiles(Sha256Hex, POSTGRESQL)
def _sha256_hex_postgresql(element: Sha256Hex, compiler: SQLCompiler, **options: object) -> str:
    """Its sha256 takes and gives bytes, and the database's collation may not sort by bytes."""
    text = _argument(element, compiler, options)
    return f"(encode(sha256(convert_to({text}, 'UTF8')), 'hex') COLLATE \"C\")"


@compiles(Sha256Hex, CLICKHOUSE)
def _sha256_hex_clickhouse(element: Sha256Hex, compiler: SQLCompiler, **options: object) -> str:
    return f"lower(hex(SHA256({_argument(element, compiler, options)})))"


def _argument(
    element: FunctionElement[Any], compiler: SQLCompiler, options: dict[str, object]
) -> str:
    return compiler.process(element.clauses, **options)
