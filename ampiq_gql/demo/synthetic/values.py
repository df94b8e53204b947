"""How the synthetic shop writes numbers, money and moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ampiq_gql.demo.synthetic.dimensions import END, HISTORY_DAYS
from ampiq_gql.warehouse.generation import Element

__all__ = ["after_start", "dollars", "numbered", "percentage", "row"]

_MICROSECONDS = 1_000_000
_START = (END - timedelta(days=HISTORY_DAYS)).replace(tzinfo=UTC)


def row(columns: Mapping[str, Element], *sources: sa.FromClause) -> sa.Select[Any]:
    """Select named values."""
    labelled = (column.label(name) for name, column in columns.items())
    return sa.select(*labelled).select_from(*sources)


def numbered(prefix: str, number: Element, digits: int) -> Element:
    """Return an id such as `C10000007`.

    Numbers start at a one with zeros: to fill up with zeros would take twice as long.
    """
    return sa.literal(prefix, sa.Text()) + sa.cast(number + 10 ** (digits - 1), sa.Text())


def dollars(cents: Element) -> Element:
    """Return cents as an amount of money; whole numbers to the end, since fractions are slow."""
    # All decimals of the shop have at most 18 digits, which fit into 64 bits.
    return sa.type_coerce(sa.cast(cents, sa.Numeric(10, 0)) * _hundredth(), sa.Numeric(12, 2))


def percentage(amount: Element, percent: Element | int) -> Element:
    """Return a share of an amount, rounded to cents."""
    share = sa.cast(percent, sa.Numeric(3, 0)) * _hundredth()
    return sa.func.round(amount * share, 2, type_=sa.Numeric(17, 2))


def after_start(days: Element) -> Element:
    """Return the moment that many days after the history begins, to the second."""
    seconds = sa.cast(days * 86_400, sa.BigInteger()) + int(_START.timestamp())
    return sa.func.make_timestamp(seconds * _MICROSECONDS, type_=sa.DateTime())


def _hundredth() -> Element:
    return sa.cast(sa.literal(Decimal("0.01"), sa.Numeric(2, 2)), sa.Numeric(2, 2))
