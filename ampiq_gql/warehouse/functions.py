"""Aggregates that engines spell differently; every other function is the same everywhere."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

__all__ = ["ApproximateDistinct"]


class ApproximateDistinct(FunctionElement[int]):
    """How many different values a column has, within a few percent where that is cheaper."""

    type = sa.BigInteger()
    inherit_cache = True


@compiles(ApproximateDistinct)
def _exact(element: ApproximateDistinct, compiler: SQLCompiler, **options: Any) -> str:
    (column,) = element.clauses
    return compiler.process(sa.func.count(sa.distinct(column)), **options)


@compiles(ApproximateDistinct, "duckdb")
def _sketched(element: ApproximateDistinct, compiler: SQLCompiler, **options: Any) -> str:
    (column,) = element.clauses
    return compiler.process(sa.func.approx_count_distinct(column), **options)
