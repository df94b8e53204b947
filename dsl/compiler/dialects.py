"""The few constructs that engines spell differently; the only place that names a dialect.

Policy: first an expression that DuckDB, PostgreSQL and ClickHouse all take (`position`, `extract`,
`coalesce`); a branch only with the reason beside it. Engines go by the name that the driver's
dialect reports.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Integer, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

__all__ = ["BinaryOrder", "EndsWith", "Holds", "IdOrder", "IsoWeekday", "StartsWith"]

POSTGRESQL = "postgresql"
CLICKHOUSE = "clickhousedb"


class Holds(FunctionElement[bool]):
    """`Holds(text, part)`: the part occurs in the text; no pattern characters."""

    type = Boolean()
    inherit_cache = True


class StartsWith(FunctionElement[bool]):
    """`StartsWith(text, part)`: the text begins with the part; no pattern characters."""

    type = Boolean()
    inherit_cache = True


class EndsWith(FunctionElement[bool]):
    """`EndsWith(text, part)`: the text ends with the part; no pattern characters."""

    type = Boolean()
    inherit_cache = True


class IsoWeekday(FunctionElement[int]):
    """`IsoWeekday(date)`: 1 Monday … 7 Sunday."""

    type = Integer()
    inherit_cache = True


class BinaryOrder(FunctionElement[str]):
    """`BinaryOrder(text)`: the text to order by, by code points whatever the site's collation."""

    type = Text()
    inherit_cache = True


class IdOrder(FunctionElement[Any]):
    """`IdOrder(id)`: the id to order by, in the order of its text form (readings.md 10)."""

    type = Text()
    inherit_cache = True


def _arguments(
    element: FunctionElement[Any], compiler: SQLCompiler, options: dict[str, Any]
) -> list[str]:
    """The arguments as SQL; the options say whether values are bound or written out."""
    return [compiler.process(clause, **options) for clause in element.clauses]


@compiles(Holds)
def _holds(element: Holds, compiler: SQLCompiler, **options: Any) -> str:
    text, part = _arguments(element, compiler, options)
    return f"(position({part} IN {text}) > 0)"


@compiles(StartsWith)
def _starts_with(element: StartsWith, compiler: SQLCompiler, **options: Any) -> str:
    text, part = _arguments(element, compiler, options)
    return f"(position({part} IN {text}) = 1)"


@compiles(EndsWith)
def _ends_with(element: EndsWith, compiler: SQLCompiler, **options: Any) -> str:
    text, part = _arguments(element, compiler, options)
    return f"(right({text}, length({part})) = {part})"


@compiles(EndsWith, CLICKHOUSE)
def _ends_with_clickhouse(element: EndsWith, compiler: SQLCompiler, **options: Any) -> str:
    """`right` and `length` count bytes there."""
    text, part = _arguments(element, compiler, options)
    return f"endsWith({text}, {part})"


@compiles(IsoWeekday)
def _iso_weekday(element: IsoWeekday, compiler: SQLCompiler, **options: Any) -> str:
    (moment,) = _arguments(element, compiler, options)
    return f"EXTRACT(isodow FROM {moment})"


@compiles(IsoWeekday, CLICKHOUSE)
def _iso_weekday_clickhouse(element: IsoWeekday, compiler: SQLCompiler, **options: Any) -> str:
    """EXTRACT has no `isodow` there."""
    (moment,) = _arguments(element, compiler, options)
    return f"toDayOfWeek({moment})"


@compiles(BinaryOrder)
def _binary_order(element: BinaryOrder, compiler: SQLCompiler, **options: Any) -> str:
    (text,) = _arguments(element, compiler, options)
    return text


@compiles(BinaryOrder, POSTGRESQL)
def _binary_order_postgresql(element: BinaryOrder, compiler: SQLCompiler, **options: Any) -> str:
    """The collation of the database decides there; the other engines compare bytes."""
    (text,) = _arguments(element, compiler, options)
    return f'{text} COLLATE "C"'


@compiles(IdOrder)
def _id_order(element: IdOrder, compiler: SQLCompiler, **options: Any) -> str:
    (id_,) = _arguments(element, compiler, options)
    return id_


@compiles(IdOrder, CLICKHOUSE)
def _id_order_clickhouse(element: IdOrder, compiler: SQLCompiler, **options: Any) -> str:
    """UUIDs are ordered by their second half there."""
    (id_,) = _arguments(element, compiler, options)
    return f"toString({id_})"
