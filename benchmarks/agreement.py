"""Whether the Summary tab says what the SQL says: every figure, with its baseline and comparison.

The formulas are written a second time, from the specification (segments.md §5.2), so that a tab
that is quick and wrong does not pass.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

__all__ = ["Disagreement", "check_tab"]

Row: TypeAlias = Mapping[str, int | Decimal]
"""The sums of one audience, by the names of `by_hand.summary`."""

CENT = Decimal("0.01")
_TOTALS = {
    "uniqueCustomers": "customers",
    "activeCustomers": "active_customers",
    "revenue": "revenue",
    "reachableCustomers": "reachable_customers",
    "revenueTree.netRevenue": "revenue",
    "revenueTree.customers": "active_customers",
}
_RATIOS = {
    "revenueTree.revenuePerCustomer": ("revenue", "active_customers"),
    "revenueTree.ordersPerCustomer": ("orders", "active_customers"),
    "revenueTree.averageOrderValue": ("revenue", "orders"),
    "revenueTree.unitsPerTransaction": ("items", "orders"),
    "revenueTree.averageUnitRevenue": ("revenue", "items"),
    "historicalRevenue.revenuePerCustomer": ("revenue", "active_customers"),
    "historicalRevenue.averageOrderValue": ("revenue", "orders"),
    "historicalRevenue.ordersPerCustomer": ("orders", "active_customers"),
}
_CHANNELS = {
    "DIRECT_MAIL": "direct_mail",
    "EMAIL": "email",
    "PHONE": "phone",
    "PAID_MEDIA": "paid_media",
}


class Disagreement(ValueError):
    """The server and the SQL say different things."""


def check_tab(insights: Mapping[str, Any], segment: Row, everyone: Row) -> None:
    """Raise `Disagreement`, naming all figures of the tab that are not those of the SQL."""
    wrong = [
        f"{name}: the server says {said}, the SQL {expected}"
        for name, said, expected in _figures(insights, segment, everyone)
        if not _is_same(said, expected)
    ]
    if wrong:
        raise Disagreement("\n".join(wrong))


def _figures(
    insights: Mapping[str, Any], segment: Row, everyone: Row
) -> Iterator[tuple[str, object, Decimal | None]]:
    """Yield the name of each figure, what the server says of it, and what the SQL says."""
    for place, name in _TOTALS.items():
        totals = _total(segment, name), _total(everyone, name)
        yield from _metric(place, _at(insights, place), *totals, is_total=True)
    for place, (dividend, divisor) in _RATIOS.items():
        ratios = (
            _divided(_total(row, dividend), _total(row, divisor)) for row in (segment, everyone)
        )
        yield from _metric(place, _at(insights, place), *ratios, is_total=False)
    bars = {bar["channel"]: bar for bar in insights["reachability"]}
    for channel, name in _CHANNELS.items():
        bar = bars[channel]
        reached = _total(segment, f"by_{name}"), _total(everyone, f"by_{name}")
        yield from _metric(channel, bar["customers"], *reached, is_total=True)
        share = _divided(reached[0], _total(segment, "customers"))
        yield f"{channel}.shareOfSegment", bar["shareOfSegment"], share
        yield f"{channel}.unknown", bar["unknown"], _total(segment, f"unknown_{name}")


def _metric(
    place: str,
    metric: Mapping[str, Any],
    value: Decimal | None,
    baseline: Decimal | None,
    *,
    is_total: bool,
) -> Iterator[tuple[str, object, Decimal | None]]:
    part = _divided(value, baseline)
    yield f"{place}.value", metric["value"], value
    yield f"{place}.baseline", metric["baseline"], baseline
    yield f"{place}.share", metric["share"], part if is_total else None
    change = None if is_total or part is None else part - 1
    yield f"{place}.change", metric["change"], change


def _at(insights: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    found: Any = insights
    for name in place.split("."):
        found = found[name]
    metric: Mapping[str, Any] = found
    return metric


def _total(row: Row, name: str) -> Decimal:
    """Return a sum as it is shown; an audience without orders has none, not NULL of them."""
    found = Decimal(row[name] or 0)
    return found.quantize(CENT) if name == "revenue" else found


def _divided(dividend: Decimal | None, divisor: Decimal | None) -> Decimal | None:
    return None if dividend is None or not divisor else dividend / divisor


def _is_same(said: object, expected: Decimal | None) -> bool:
    """Compare sums exactly, quotients to nine digits: the server cuts them at twelve places."""
    if said is None or expected is None:
        return said is None and expected is None
    shown = Decimal(str(said))
    return shown == expected or math.isclose(shown, expected, rel_tol=1e-9, abs_tol=1e-11)
