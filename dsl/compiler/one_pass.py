"""Purchases asked within others: counted in the pass that those others take anyway.

`has purchased at least 2 times in last 24 months and has not purchased in last 90 days` reads the
orders of 24 months once and counts those of the 90 days on the way: a seventh less work than two
sets. Windows that reach beyond each other stay apart, since one pass over both took up to half as
long again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dsl.compiler.orders import by_order
from dsl.dates import DateSpan
from dsl.resolved import Condition, LineFilter, Not, Purchased

__all__ = ["Operand", "PurchasedWithin", "Within", "in_one_pass"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Purchases among those of another condition; negated when there must be none such."""

    purchased: Purchased
    is_negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasedWithin:
    """Customers with purchases, of which some meet further conditions."""

    purchased: Purchased
    further: tuple[Within, ...]


Operand: TypeAlias = Condition | PurchasedWithin


def in_one_pass(operands: Sequence[Condition]) -> list[Operand]:
    """Return the operands of an `and`, those that one pass can count put together."""
    for place, leading in enumerate(operands):
        if not isinstance(leading, Purchased):
            continue
        beside = [*operands[:place], *operands[place + 1 :]]
        parts = {condition: _part(condition, leading) for condition in beside}
        further = tuple(part for part in parts.values() if part is not None)
        if further:
            apart = [condition for condition in beside if parts[condition] is None]
            return [PurchasedWithin(purchased=leading, further=further), *apart]
    return list(operands)


def _part(condition: Condition, leading: Purchased) -> Within | None:
    part = _asked(condition)
    return part if part is not None and _is_part(part, leading) else None


def _asked(condition: Condition) -> Within | None:
    match condition:
        case Purchased():
            return Within(purchased=condition, is_negated=False)
        case Not(operand=Purchased() as purchased):
            return Within(purchased=purchased, is_negated=True)
        case _:
            return None


def _is_part(part: Within, whole: Purchased) -> bool:
    """Tell whether every row of the part is one of the whole."""
    mine, others = part.purchased.filter, whole.filter
    if mine.returns is not None or others.returns is not None:
        return False
    if part.purchased.times is not None and isinstance(by_order(others), LineFilter):
        return False  # distinct orders are counted faster apart
    is_same = mine.rows == others.rows and mine.where == others.where
    return is_same and _covers(others.spans, mine.spans)


def _covers(outer: Sequence[DateSpan] | None, inner: Sequence[DateSpan] | None) -> bool:
    if outer is None or inner is None:
        return outer is None
    return all(any(_holds(one, other) for one in outer) for other in inner)


def _holds(outer: DateSpan, inner: DateSpan) -> bool:
    starts = outer.start is None or (inner.start is not None and outer.start <= inner.start)
    ends = outer.end is None or (inner.end is not None and inner.end <= outer.end)
    return starts and ends
