"""Texts as values, NULL where they are none: every engine can, each in its own words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

__all__ = ["CompactDay"]

POSTGRESQL = "postgresql"
CLICKHOUSE = "clickhousedb"


class CompactDay(FunctionElement[datetime]):
    """`CompactDay(text)`: midnight of a day written as eight digits, NULL when it is none."""

    type = sa.DateTime()
    inherit_cache = True


@compiles(CompactDay)
def _by_format(element: CompactDay, compiler: SQLCompiler, **options: Any) -> str:
    return f"try_strptime({compiler.process(element.clauses, **options)}, '%Y%m%d')"


@compiles(CompactDay, POSTGRESQL)
def _by_cast(element: CompactDay, compiler: SQLCompiler, **options: Any) -> str:
    """Its casts read eight digits as a day."""
    (text,) = element.clauses
    return compiler.process(sa.try_cast(text, sa.DateTime), **options)


@compiles(sa.TryCast, POSTGRESQL)
def _try_cast(element: sa.TryCast[Any], compiler: SQLCompiler, **options: Any) -> str:
    """There is no TRY_CAST there; since version 16 the server tells beforehand."""
    text = compiler.process(element.clause, **options)
    kind = compiler.process(element.typeclause, **options)
    return f"CASE WHEN pg_input_is_valid({text}, '{kind}') THEN CAST({text} AS {kind}) END"


@compiles(CompactDay, CLICKHOUSE)
def _by_parsing(element: CompactDay, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    parts = f"substring({text}, 1, 4), '-', substring({text}, 5, 2), '-', substring({text}, 7)"
    return f"toDateTime64({_day(f'concat({parts})')}, 6, 'UTC')"


@compiles(sa.TryCast, CLICKHOUSE)
def _or_null(element: sa.TryCast[Any], compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clause, **options)
    match element.type:
        case sa.Date():
            return _day(text)
        case sa.DateTime():
            return _moment(text)
        case kind:
            name = compiler.dialect.type_compiler_instance.process(kind)
            return f"accurateCastOrNull({text}, '{name}')"


def _day(text: str) -> str:
    """Days that no month has are moved there, so what was read must be what was written."""
    day = f"toDate32OrNull({text})"
    return f"if(toString({day}) = {text}, {day}, NULL)"


def _moment(text: str) -> str:
    """Hours beyond a day are moved there, too; with an offset it is the instant in UTC."""
    has_day = f"{_day(f'substring({text}, 1, 10)')} IS NOT NULL"
    has_time = f"match({text}, '^.{{10}}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9].*)?)?$')"
    moment = f"parseDateTime64BestEffortOrNull({text}, 6, 'UTC')"
    return f"if({has_day} AND {has_time}, {moment}, NULL)"
