"""Ranks: the customers at one end of an order by a column (segments.md §3.6)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Numeric, Select, func, literal, select

from dsl.ast import RankDirection
from dsl.catalog import ID_COLUMN
from dsl.compiler.dialects import IdOrder
from dsl.resolved import Ranked

__all__ = ["rank"]


def rank(leaf: Ranked, in_scope: Select[Any, Any]) -> Select[Any]:
    """Return the customers of the scope, given with their values, at the asked end."""
    rows = in_scope.subquery("in_scope")
    is_top = leaf.direction is RankDirection.TOP
    value = rows.c.value.desc() if is_top else rows.c.value.asc()
    if leaf.is_percent:
        place = func.rank().over(order_by=value)
    else:
        by_id = IdOrder(rows.c[ID_COLUMN])
        place = func.row_number().over(order_by=[value, by_id])
    placed = select(rows.c[ID_COLUMN], place.label("place"), func.count().over().label("customers"))
    ranked = placed.subquery("ranked")
    ids = select(ranked.c[ID_COLUMN])
    amount = literal(leaf.amount, Numeric())
    if not leaf.is_percent:
        return ids.where(ranked.c.place <= amount)
    # place <= ceil(customers * share): equal values have equal places, so ties come along.
    before = (ranked.c.place - literal(1, Integer())) * literal(100, Integer())
    return ids.where(before < ranked.c.customers * amount)
