"""Aggregates that engines spell differently; every other function is the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

__all__ = ["HASH_SHARE", "BitAt", "DiscreteQuantiles", "InHashShare", "RowHash"]

DUCKDB = "duckdb"
POSTGRESQL = "postgresql"
CLICKHOUSE = "clickhousedb"

HASH_SHARE = 64
"""One value in so many is in the share of `InHashShare`."""


class RowHash(FunctionElement[Decimal]):
    """`RowHash(seed, value, …)`: a whole number by which rows are drawn; each engine has its own.

    `seed` is a number known in Python; the same seed and values give the same hash.
    """

    type = sa.Numeric(38, 0)
    inherit_cache = True


class InHashShare(FunctionElement[bool]):
    """`InHashShare(value)`: whether the hash of the value falls into 1 of `HASH_SHARE` parts.

    Equal values fall into the same part, so the number of different values in the share tells how
    many there are in all: `k` of them stand for `k * HASH_SHARE`, with a relative standard error
    of `sqrt((1 - 1 / HASH_SHARE) / k)`. DuckDB's own sketch has 64 registers and a standard error
    of 13 %, measured, at one and a half times the price.
    """

    type = sa.Boolean()
    inherit_cache = True


class BitAt(FunctionElement[int]):
    """`BitAt(place)`: 2 to the power of `place`, a whole number from 0 to 62."""

    type = sa.BigInteger()
    inherit_cache = True


class DiscreteQuantiles(FunctionElement[Sequence[Any]]):
    """`DiscreteQuantiles(column, 5, 25, …)`: for each percentage, the smallest value with at least
    that share of the filled rows at or below it; an array, NULL without rows."""

    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[Any], *percentages: int) -> None:
        self.type = sa.ARRAY(column.type)
        shares: list[sa.ColumnElement[float]] = [
            sa.literal_column(f"{percentage / 100}") for percentage in percentages
        ]
        super().__init__(column, *shares)


@compiles(RowHash, DUCKDB)
def _row_hash(element: RowHash, compiler: SQLCompiler, **options: Any) -> str:
    return f"hash({compiler.process(element.clauses, **options)})"


@compiles(RowHash, POSTGRESQL)
def _row_hash_postgresql(element: RowHash, compiler: SQLCompiler, **options: Any) -> str:
    seed, *values = (compiler.process(part, **options) for part in element.clauses)
    return f"hash_record_extended(ROW({', '.join(values)}), {seed})"


@compiles(RowHash, CLICKHOUSE)
def _row_hash_clickhouse(element: RowHash, compiler: SQLCompiler, **options: Any) -> str:
    seed, *values = (compiler.process(part, **options) for part in element.clauses)
    # Its hash of NULL is NULL, and so would be that of every row that holds one.
    texts = ", ".join(f"ifNull(toString({value}), '')" for value in values)
    return f"sipHash64({seed}, {texts})"


@compiles(InHashShare, DUCKDB)
def _in_share(element: InHashShare, compiler: SQLCompiler, **options: Any) -> str:
    return f"(hash({compiler.process(element.clauses, **options)}) % {HASH_SHARE} = 0)"


@compiles(InHashShare, POSTGRESQL)
def _in_share_postgresql(element: InHashShare, compiler: SQLCompiler, **options: Any) -> str:
    value = compiler.process(element.clauses, **options)
    # A percent sign would begin a placeholder of the driver.
    return f"(mod(hash_record_extended(ROW({value}), 0), {HASH_SHARE}) = 0)"


@compiles(InHashShare, CLICKHOUSE)
def _in_share_clickhouse(element: InHashShare, compiler: SQLCompiler, **options: Any) -> str:
    value = compiler.process(element.clauses, **options)
    # Here, too, a percent sign would begin a placeholder.
    return f"(modulo(sipHash64({value}), {HASH_SHARE}) = 0)"


@compiles(BitAt, DUCKDB)
@compiles(BitAt, POSTGRESQL)
def _bit_at(element: BitAt, compiler: SQLCompiler, **options: Any) -> str:
    place = compiler.process(element.clauses, **options)
    return f"(CAST(1 AS BIGINT) << CAST({place} AS INTEGER))"


@compiles(BitAt, CLICKHOUSE)
def _bit_at_clickhouse(element: BitAt, compiler: SQLCompiler, **options: Any) -> str:
    # It works places out that a CASE then leaves out, and refuses those beyond the number.
    place = compiler.process(element.clauses, **options)
    return f"bitShiftLeft(toInt64(1), greatest(0, least(62, {place})))"


@compiles(DiscreteQuantiles, DUCKDB)
def _quantiles(element: DiscreteQuantiles, compiler: SQLCompiler, **options: Any) -> str:
    column, *shares = (compiler.process(part, **options) for part in element.clauses)
    return f"quantile_disc({column}, [{', '.join(shares)}])"


@compiles(DiscreteQuantiles, POSTGRESQL)
def _quantiles_postgresql(element: DiscreteQuantiles, compiler: SQLCompiler, **options: Any) -> str:
    column, *shares = (compiler.process(part, **options) for part in element.clauses)
    return f"percentile_disc(ARRAY[{', '.join(shares)}]) WITHIN GROUP (ORDER BY {column})"


@compiles(DiscreteQuantiles, CLICKHOUSE)
def _quantiles_clickhouse(element: DiscreteQuantiles, compiler: SQLCompiler, **options: Any) -> str:
    column, *shares = (compiler.process(part, **options) for part in element.clauses)
    # Its own exact quantiles take the next place: 6 as the median of 1 to 10.
    place = f"greatest(1, toUInt64(ceil(share * count({column}))))"
    values = f"arraySort(groupArray({column}))"
    return f"arrayMap(share -> {values}[{place}], [{', '.join(shares)}])"
