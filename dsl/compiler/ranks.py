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
    value = rows.c.value
    order = value.desc() if leaf.direction is RankDirection.TOP else value.asc()
    id_, amount = rows.c[ID_COLUMN], literal(leaf.amount, Numeric())
    if not leaf.is_percent:
        place = func.row_number().over(order_by=[order, IdOrder(id_)]).label("place")
        ranked = select(id_, place).subquery("ranked")
        return select(ranked.c[ID_COLUMN]).where(ranked.c.place <= amount)
    # Equal values have equal places, so ties at the cut come along.
    place = func.rank().over(order_by=order).label("place")
    shared = select(id_, place, func.count().over().label("customers")).subquery("ranked")
    # place <= ceil(customers * amount / 100), in whole numbers:
    before = (shared.c.place - literal(1, Integer())) * literal(100, Integer())
    return select(shared.c[ID_COLUMN]).where(before < shared.c.customers * amount)
