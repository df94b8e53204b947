"""The same figures, worked out over the shop's rows in plain Python: the truth of these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tests import shop

__all__ = ["SEGMENTS", "ByHand", "Member", "bought_since", "by_hand", "members", "past_year"]

Member = Callable[[shop.ShopCustomer], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """The totals of the year that ends with a day."""

    customers: int
    active: int
    revenue: Decimal
    orders: int
    items: int


def past_year(day: date) -> tuple[datetime, datetime]:
    """Return the half-open year that ends with `day`, which is no leap day here."""
    midnight = datetime.combine(day + timedelta(days=1), time())
    return midnight.replace(year=midnight.year - 1), midnight


def by_hand(is_member: Member, day: date = shop.SHOP_DAY) -> ByHand:
    """Sum up what the members bought."""
    start, end = past_year(day)
    ids = {customer.customer_id for customer in members(is_member)}
    bought = {
        order.order_id: order.customer_id
        for order in shop.orders()
        if order.customer_id in ids and start <= order.order_datetime < end
    }
    lines = [line for line in shop.lines() if line.is_purchase and line.order_id in bought]
    counted = {line.order_id for line in lines}
    return ByHand(
        customers=len(ids),
        active=len({bought[order_id] for order_id in counted}),
        revenue=sum((line.item_revenue for line in lines), Decimal(0)),
        orders=len(counted),
        items=sum(line.item_quantity for line in lines),
    )


def members(is_member: Member) -> list[shop.ShopCustomer]:
    """Return the customers that the segment holds."""
    return [customer for customer in shop.customers() if is_member(customer)]


def bought_since(first_day: date) -> frozenset[str | None]:
    """Return who has bought something on that day or later."""
    purchases = {line.order_id for line in shop.lines() if line.is_purchase}
    return frozenset(
        order.customer_id
        for order in shop.orders()
        if order.order_id in purchases and order.order_datetime.date() >= first_day
    )


def _is_buyer(since: date) -> Member:
    return lambda customer: customer.customer_id in bought_since(since)


def _spent(customer: shop.ShopCustomer) -> Decimal:
    return by_hand(lambda other: other is customer).revenue


_EVER = date(1900, 1, 1)
_NINETY_DAYS_AGO = shop.SHOP_DAY - timedelta(days=89)

SEGMENTS: Iterable[tuple[str, str, Member]] = (
    ("everyone", "everyone", lambda customer: True),
    ("a city", 'city is "Seattle"', lambda customer: customer.city == "Seattle"),
    ("recent buyers", "has purchased in last 90 days", _is_buyer(_NINETY_DAYS_AGO)),
    ("lapsed", "has not purchased in last 90 days",
     lambda customer: customer.customer_id not in bought_since(_NINETY_DAYS_AGO)),
    ("by revenue", "l12m_order_revenue >= $300", lambda customer: _spent(customer) >= 300),
    ("never bought", "has not purchased",
     lambda customer: customer.customer_id not in bought_since(_EVER)),
    ("nobody", 'city is "Seattle" and city is "Portland"', lambda customer: False),
)  # fmt: skip
"""A name, the expression, and who is meant by it."""
