"""Figures of the shop worked out from its rows, without any SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from tests.shop import SHOP_DAY, ShopCustomer, ShopOrder, customers, lines, orders

__all__ = ["YEAR_BEGAN_ON", "buyers_of_the_year", "ids_of", "orders_of", "revenue_of"]

YEAR_BEGAN_ON = date(2025, 7, 1)
assert SHOP_DAY + timedelta(days=1) == date(2026, 7, 1)


def ids_of(holds: Callable[[ShopCustomer], bool]) -> frozenset[str]:
    """Return the customers for whom something holds."""
    return frozenset(one.customer_id for one in customers() if holds(one))


def orders_of(members: frozenset[str]) -> tuple[ShopOrder, ...]:
    """Return the orders of the past year by these customers that hold a purchase."""
    bought = {line.order_id for line in lines() if line.is_purchase}
    return tuple(
        order
        for order in orders()
        if order.customer_id in members
        and order.order_id in bought
        and order.order_datetime.date() >= YEAR_BEGAN_ON
    )


def buyers_of_the_year(members: frozenset[str]) -> frozenset[str | None]:
    """Return who of them ordered in the past year."""
    return frozenset(order.customer_id for order in orders_of(members))


def revenue_of(members: frozenset[str]) -> Decimal:
    """Return their revenue of the past year, before returns and cancellations."""
    ours = {order.order_id for order in orders_of(members)}
    return sum(
        (line.item_revenue for line in lines() if line.order_id in ours and line.is_purchase),
        Decimal(0),
    )
