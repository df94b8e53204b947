"""The purchase history worked out in plain Python, row by row, without any of the build's code."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.build.builders import Line


def reckon(lines: Sequence[Line], as_of: date) -> dict[str, dict[str, Any]]:
    """Return what transaction_attributes_extended must say of every purchaser."""
    people: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for order in _orders(lines):
        if order["customer_id"] and order["has_purchase"] and order["at"].date() <= as_of:
            people[order["customer_id"]].append(order)
    found = {}
    for customer_id, orders in people.items():
        orders.sort(key=lambda order: (order["at"], order["order_id"]))
        row: dict[str, Any] = {}
        for prefix, low, high in _windows(as_of):
            row |= _measures(prefix, [o for o in orders if low < o["at"].date() <= high])
            row |= _taken_back(prefix, lines, customer_id, low, high)
        found[customer_id] = row | _history(orders, as_of)
    return found


def _windows(as_of: date) -> list[tuple[str, date, date]]:
    return [
        ("lifetime", date.min, as_of),
        ("l30d", as_of - timedelta(days=30), as_of),
        ("l3m", _back(as_of, 3), as_of),
        ("l6m", _back(as_of, 6), as_of),
        ("l12m", _back(as_of, 12), as_of),
        ("ly12m", _back(as_of, 24), _back(as_of, 12)),
    ]


def _back(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _orders(lines: Sequence[Line]) -> Iterable[dict[str, Any]]:
    by_order: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_order[line.order_id].append(line)
    for order_id, members in by_order.items():
        bought = [line for line in members if not (line.is_return or line.is_cancellation)]
        dated = bought or members
        leading = max(bought, key=lambda line: Decimal(line.item_revenue), default=None)
        yield {
            "order_id": order_id,
            "customer_id": members[0].customer_id,
            "has_purchase": bool(bought),
            "at": min(line.order_datetime for line in dated),
            "revenue": sum((Decimal(line.item_revenue) for line in bought), Decimal()),
            "units": sum(line.item_quantity for line in bought),
            "net": sum((Decimal(line.item_revenue) for line in members), Decimal()),
            "brand": leading.purchase_brand if leading else None,
        }


def _measures(prefix: str, orders: list[dict[str, Any]]) -> dict[str, Any]:
    revenue = sum((order["revenue"] for order in orders), Decimal())
    units = sum(order["units"] for order in orders)
    brands = {order["brand"] for order in orders} - {None}
    return {
        f"{prefix}_order_frequency": len(orders),
        f"{prefix}_order_revenue": revenue,
        f"{prefix}_total_items": units,
        f"{prefix}_net_order_revenue": sum((order["net"] for order in orders), Decimal()),
        f"{prefix}_average_order_value": _divide(revenue, len(orders)),
        f"{prefix}_average_num_items": _divide(Decimal(units), len(orders)),
        f"{prefix}_average_item_price": _divide(revenue, units),
        f"{prefix}_purchase_brands": len(brands),
        f"{prefix}_preferred_purchase_brand": _preferred(orders, sorted(brands)),
    }


def _divide(amount: Decimal, count: int) -> Decimal | None:
    if count == 0:
        return None
    return (amount / count).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def _preferred(orders: list[dict[str, Any]], brands: list[str]) -> str | None:
    best: tuple[tuple[int, Decimal, datetime], str] | None = None
    for brand in brands:
        those = [order for order in orders if order["brand"] == brand]
        weight = (
            len(those),
            sum((order["revenue"] for order in those), Decimal()),
            max(order["at"] for order in those),
        )
        if best is None or weight > best[0]:
            best = (weight, brand)
    return best[1] if best else None


def _taken_back(
    prefix: str, lines: Sequence[Line], customer_id: str, low: date, high: date
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for word, flag in (("returned", "is_return"), ("canceled", "is_cancellation")):
        those = [
            line
            for line in lines
            if line.customer_id == customer_id
            and getattr(line, flag)
            and low < line.order_datetime.date() <= high
        ]
        row[f"{prefix}_order_{word}_frequency"] = len({line.order_id for line in those})
        revenue = sum((Decimal(line.item_revenue) for line in those), Decimal())
        row[f"{prefix}_order_{word}_revenue"] = revenue
    return row


def _history(orders: list[dict[str, Any]], as_of: date) -> dict[str, Any]:
    days = [order["at"].date() for order in orders]
    return {
        "first_order_id": orders[0]["order_id"],
        "second_order_id": orders[1]["order_id"] if len(orders) > 1 else None,
        "latest_order_id": orders[-1]["order_id"],
        "days_since_latest_order": (as_of - days[-1]).days,
        "first_to_latest_order_days": (days[-1] - days[0]).days,
        "first_to_second_order_days": (days[1] - days[0]).days if len(days) > 1 else None,
        "one_and_done": len(orders) == 1,
        "early_repeat_purchaser": _came_back(days, 0, as_of, 84),
        "first_order_is_retained": _came_back(days, 0, as_of, 365),
        "second_order_is_retained": _came_back(days, 1, as_of, 365),
    }


def _came_back(days: list[date], place: int, as_of: date, limit: int) -> bool | None:
    if place >= len(days):
        return None
    if place + 1 < len(days):
        return (days[place + 1] - days[place]).days <= limit
    return False if (as_of - days[place]).days > limit else None
