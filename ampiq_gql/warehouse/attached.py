"""Values of tables that others keep, as the customer-360 has them: ids, texts and times.

Views of a generation select them; PostgreSQL is the engine that can be attached to.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from ampiq_gql.warehouse.postgresql.dialect import COLLATION, CONTROL_SCHEMA

__all__ = ["AttachedId", "AttachedText", "AttachedTime"]


class AttachedId(FunctionElement[Any]):
    """The customer's id out of a key of another form: the MD5 of its text, as a UUID."""

    type = sa.Uuid()
    inherit_cache = True
    name = "attached_id"


class AttachedText(FunctionElement[str]):
    """A text that compares by its bytes, as all texts of the warehouse do."""

    type = sa.Text()
    inherit_cache = True
    name = "attached_text"


class AttachedTime(FunctionElement[Any]):
    """An instant on the wall clock of a zone: `AttachedTime(instant, zone)`."""

    type = sa.DateTime()
    inherit_cache = True
    name = "attached_time"


@compiles(AttachedId, "postgresql")
def _id(element: AttachedId, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(md5(CAST({compiler.process(element.clauses, **options)} AS TEXT)) AS UUID)"


@compiles(AttachedText, "postgresql")
def _text(element: AttachedText, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f'CAST({text} AS TEXT) COLLATE "{CONTROL_SCHEMA}"."{COLLATION}"'


@compiles(AttachedTime, "postgresql")
def _time(element: AttachedTime, compiler: SQLCompiler, **options: Any) -> str:
    instant, zone = (compiler.process(clause, **options) for clause in element.clauses)
    return f"timezone({zone}, {instant})"
