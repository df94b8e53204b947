"""Division that keeps its word: exact to four places, halves away from zero.

DuckDB divides decimals through floating point, which misses an exact half now and then; whole
numbers are divided there instead. PostgreSQL rounds quotients of its own accord before we could.
"""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

__all__ = ["ExactQuotient", "ExactRatio"]

DUCKDB = "duckdb"
CLICKHOUSE = "clickhousedb"


class ExactQuotient(FunctionElement[Decimal]):
    """`ExactQuotient(amount, count)`: an amount of four places by a whole number.

    NULL when either is NULL or the count is 0.
    """

    type = sa.Numeric(18, 4)
    inherit_cache = True


class ExactRatio(FunctionElement[Decimal]):
    """`ExactRatio(part, whole)`: an amount of four places by another.

    NULL when either is NULL or the whole is 0.
    """

    type = sa.Numeric(18, 4)
    inherit_cache = True


@compiles(ExactQuotient)
@compiles(ExactRatio)
def _by_numeric(
    element: ExactQuotient | ExactRatio, compiler: SQLCompiler, **options: object
) -> str:
    part, whole = (
        f"CAST({compiler.process(operand, **options)} AS NUMERIC)" for operand in element.clauses
    )
    # DIV cuts off exactly, where `/` rounds to some sixteen digits first.
    steps = f"DIV(ABS({part}) * 20000 + ABS({whole}), NULLIF(2 * ABS({whole}), 0))"
    return f"CAST(SIGN({part}) * SIGN({whole}) * {steps} * 0.0001 AS NUMERIC(18, 4))"


@compiles(ExactQuotient, DUCKDB)
def _by_whole_numbers(element: ExactQuotient, compiler: SQLCompiler, **options: object) -> str:
    amount, count = (compiler.process(part, **options) for part in element.clauses)
    # Most orders have one line of one unit: dividing by 1 takes a fifth of the time.
    return (
        f"CASE WHEN {count} = 1 THEN CAST({amount} AS DECIMAL(18, 4))"
        f" WHEN {_is_small(amount)} THEN {_quotient(_few_units(amount), amount, count)}"
        f" ELSE {_quotient(_units(amount), amount, count)} END"
    )


@compiles(ExactRatio, DUCKDB)
def _by_wide_numbers(element: ExactRatio, compiler: SQLCompiler, **options: object) -> str:
    part, whole = (compiler.process(operand, **options) for operand in element.clauses)
    # 128 bits take five times as long as 64, so only amounts that need them are paid for.
    return (
        f"CASE WHEN {_is_small(part)} AND {_is_small(whole)}"
        f" THEN {_ratio(_few_units(part), _few_units(whole), 'BIGINT')}"
        f" ELSE {_ratio(_units(part), _units(whole), 'HUGEINT')} END"
    )


@compiles(ExactQuotient, CLICKHOUSE)
@compiles(ExactRatio, CLICKHOUSE)
def _by_wide_integers(
    element: ExactQuotient | ExactRatio, compiler: SQLCompiler, **options: object
) -> str:
    """Decimals are cut off there when they are divided; whole numbers of 128 bits hold all."""
    part, whole = (compiler.process(operand, **options) for operand in element.clauses)
    amount = isinstance(element, ExactRatio)
    units, divisor = _ten_thousandths(part), _ten_thousandths(whole) if amount else _wide(whole)
    steps = "10000 * " if amount else ""
    rounded = f"intDiv(abs({units}) * {steps}2 + abs({divisor}), nullIf(2 * abs({divisor}), 0))"
    signed = f"sign({units}) * sign({divisor}) * {rounded}"
    exact = f"CAST(CAST({signed} AS Nullable(Int64)) AS Nullable(Decimal(38, 0)))"
    return f"CAST({exact} * toDecimal64('0.0001', 4) AS Nullable(Decimal(18, 4)))"


def _ten_thousandths(amount: str) -> str:
    return f"CAST(CAST({amount} AS Nullable(Decimal(38, 4))) * 10000 AS Nullable(Int128))"


def _wide(number: str) -> str:
    return f"CAST({number} AS Nullable(Int128))"


def _quotient(units: str, amount: str, count: str) -> str:
    # Twice the ten-thousandths, half a step away from zero, divided towards zero. An amount of 18
    # digits fits 64 bits doubled.
    sign = f"CAST(SIGN({count}) AS BIGINT)"
    rounded = f"{units} * 2 * {sign} + CAST(SIGN({amount}) AS BIGINT) * {count}"
    return _amount(f"({rounded}) // NULLIF(2 * ABS({count}), 0)")


def _ratio(part: str, whole: str, integer: str) -> str:
    steps = (
        f"(CAST(ABS({part}) AS {integer}) * 20000 + ABS({whole})) // NULLIF(2 * ABS({whole}), 0)"
    )
    return _amount(f"SIGN({part}) * SIGN({whole}) * ({steps})")


def _is_small(amount: str) -> str:
    return f"ABS({amount}) < 1000000000"


def _few_units(amount: str) -> str:
    """Return the ten-thousandths of a small amount: a product of 18 digits stays in 64 bits."""
    return f"CAST(CAST({amount} AS DECIMAL(13, 4)) * CAST(10000 AS DECIMAL(5, 0)) AS BIGINT)"


def _units(amount: str) -> str:
    """Return the ten-thousandths of any amount as a whole number."""
    exact = f"CAST({amount} AS DECIMAL(18, 4))"
    whole = f"CAST(TRUNC({exact}) AS BIGINT)"
    return f"({whole} * 10000 + CAST(({exact} - TRUNC({exact})) * 10000 AS BIGINT))"


def _amount(units: str) -> str:
    return (
        f"CAST(CAST({units} AS DECIMAL(18, 0)) * CAST(0.0001 AS DECIMAL(4, 4)) AS DECIMAL(18, 4))"
    )
