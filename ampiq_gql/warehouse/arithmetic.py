"""Division that keeps its word: exact to four places, halves away from zero.

DuckDB divides decimals through floating point, which misses an exact half now and then; whole
numbers are divided there instead. PostgreSQL's numeric division is exact by itself.
"""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

__all__ = ["ExactQuotient"]

DUCKDB = "duckdb"


class ExactQuotient(FunctionElement[Decimal]):
    """`ExactQuotient(amount, count)`: an amount of four places by a whole number above 0.

    NULL when either is NULL or the count is 0.
    """

    type = sa.Numeric(18, 4)
    inherit_cache = True


@compiles(ExactQuotient)
def _by_numeric(element: ExactQuotient, compiler: SQLCompiler, **options: object) -> str:
    amount, count = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST(ROUND({amount} / NULLIF({count}, 0), 4) AS NUMERIC(18, 4))"


@compiles(ExactQuotient, DUCKDB)
def _by_whole_numbers(element: ExactQuotient, compiler: SQLCompiler, **options: object) -> str:
    amount, count = (compiler.process(part, **options) for part in element.clauses)
    # Twice the ten-thousandths, half a step away from zero, divided towards zero. An amount of 18
    # digits fits 64 bits doubled; 128 bits, or a product of decimals, take many times as long.
    exact = f"CAST({amount} AS DECIMAL(18, 4))"
    whole = f"CAST(TRUNC({exact}) AS BIGINT)"
    units = f"({whole} * 10000 + CAST(({exact} - TRUNC({exact})) * 10000 AS BIGINT))"
    steps = f"({units} * 2 + CAST(SIGN({exact}) AS BIGINT) * {count}) // NULLIF(2 * {count}, 0)"
    return (
        f"CAST(CAST({steps} AS DECIMAL(18, 0)) * CAST(0.0001 AS DECIMAL(4, 4)) AS DECIMAL(18, 4))"
    )
