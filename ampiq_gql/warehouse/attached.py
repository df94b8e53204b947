"""Values of tables that others keep, as the customer-360 has them: texts, times and amounts.

Views of a generation select them, on the engines that can be attached to.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from ampiq_gql.warehouse.postgresql.dialect import COLLATION, CONTROL_SCHEMA

__all__ = ["AttachedAmount", "AttachedText", "AttachedTime"]

POSTGRESQL = "postgresql"
CLICKHOUSE = "clickhousedb"


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


class AttachedAmount(FunctionElement[Any]):
    """A number rounded to the places of an exact type: `AttachedAmount(number, type)`."""

    inherit_cache = False
    name = "attached_amount"

    def __init__(self, number: sa.ColumnElement[Any], kind: sa.types.TypeEngine[Any]) -> None:
        super().__init__(number)
        self.number = number
        self.type = kind


@compiles(AttachedText, POSTGRESQL)
def _text(element: AttachedText, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f'CAST({text} AS TEXT) COLLATE "{CONTROL_SCHEMA}"."{COLLATION}"'


@compiles(AttachedTime, POSTGRESQL)
def _time(element: AttachedTime, compiler: SQLCompiler, **options: Any) -> str:
    instant, zone = (compiler.process(clause, **options) for clause in element.clauses)
    return f"timezone({zone}, {instant})"


@compiles(AttachedAmount, POSTGRESQL)
def _amount(element: AttachedAmount, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(sa.cast(element.number, element.type), **options)


@compiles(AttachedText, CLICKHOUSE)
def _clickhouse_text(element: AttachedText, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS Nullable(String))"


@compiles(AttachedTime, CLICKHOUSE)
def _clickhouse_time(element: AttachedTime, compiler: SQLCompiler, **options: Any) -> str:
    """Wall clocks are instants of UTC there."""
    instant, zone = (compiler.process(clause, **options) for clause in element.clauses)
    exact = f"CAST({instant} AS Nullable(DateTime64(6, 'UTC')))"
    return f"addSeconds({exact}, timeZoneOffset(toTimeZone({exact}, {zone})))"


@compiles(AttachedAmount, CLICKHOUSE)
def _clickhouse_amount(element: AttachedAmount, compiler: SQLCompiler, **options: Any) -> str:
    """Casts cut digits off there: 19.99 would become 19.9899 out of a floating-point number."""
    number = compiler.process(element.number, **options)
    kind = compiler.dialect.type_compiler_instance.process(element.type)
    places = getattr(element.type, "scale", None) or 0
    if not isinstance(element.number.type, sa.Float):
        return f"CAST(round({number}, {places}) AS {kind})"
    factor = 10**places
    # What is no number, or an endless one, is no amount.
    finite = f"if(isFinite({number}), round({number} * {factor}), NULL)"
    return f"CAST(toDecimal128({finite}, {places}) / {factor} AS {kind})"
