"""Conditions on rows that several checks share."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.validation.declarations import Condition
from ampiq_gql.build.validation.inputs import Rows

__all__ = ["TOLERANCE", "blank", "differ", "is_purchase", "is_taken_back"]

TOLERANCE = Decimal("0.01")
"""Identities between amounts hold within a cent (data model, 2.1).

A decimal, as amounts are: engines would turn every amount into a float to compare it with one.
"""


def blank(column: str) -> Condition:
    """Return the condition that a column holds no text."""
    return lambda rows: rows.is_blank(column)


def differ(left: Value, right: Value, tolerance: Value | Decimal = TOLERANCE) -> Value:
    """Say whether two amounts are apart by more than the tolerance; unknown is not."""
    return sa.func.abs(left - right) > tolerance


def is_taken_back(rows: Rows) -> sa.ColumnElement[bool]:
    """Say whether a line is a return or a cancellation; unknown flags count as no."""
    flags = [sa.func.coalesce(rows[name], sa.false()) for name in ("is_return", "is_cancellation")]
    return flags[0] | flags[1]


def is_purchase(rows: Rows) -> sa.ColumnElement[bool]:
    """Say whether a line is neither returned nor canceled; unknown flags count as no."""
    return sa.not_(is_taken_back(rows))
