"""One statement that tells the purchase history of every customer as of a cutoff.

Every figure is counted in the warehouse from rows strictly before the cutoff; sums stay decimals
until they are final, so that the bytes do not depend on the order in which threads add them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ampiq_gql.predict.framing import days_before
from ampiq_gql.predict.orders import is_purchase, known_orders
from ampiq_gql.predict.tables import Members, lines_of
from ampiq_gql.warehouse import AnySelect, Statement

__all__ = ["history_select", "labels_select", "windows"]

WINDOWS = (30, 60, 90, 180, 365)
YEAR = 365
DIMENSIONS = {"stores": "store_id", "brands": "purchase_brand", "channels": "purchase_channel"}


def windows(window_days: int) -> dict[str, int]:
    """Return the windows that fit, by the suffix of their columns; `all` is the whole of it."""
    short = {f"{days}d": days for days in WINDOWS if days < window_days}
    return {**short, "all": window_days}


def history_select(
    *, cutoff: datetime, window_days: int, horizon_days: int, members: Members | None = None
) -> AnySelect:
    """Return one row per customer, or per member, with a qualifying order before the cutoff."""
    bounds = {name: days_before(cutoff, days) for name, days in windows(window_days).items()}
    orders = _sequence(known_orders(until=cutoff, members=members))
    totals = _totals(orders, cutoff=cutoff, horizon_days=horizon_days, bounds=bounds)
    parts = [_variety(orders, column, name, bounds) for name, column in DIMENSIONS.items()]
    parts.append(_products(cutoff, bounds, members))
    joined: sa.FromClause = totals
    for part in parts:
        joined = joined.outerjoin(part, part.c.amperity_id == totals.c.amperity_id)
    return sa.select(
        sa.cast(totals.c.amperity_id, sa.String).label("customer_id"),
        *(column for column in totals.c if column.name != "amperity_id"),
        *(
            sa.cast(sa.func.coalesce(column, 0), sa.Double).label(column.name)
            for part in parts
            for column in part.c
            if column.name != "amperity_id"
        ),
    ).select_from(joined)


def labels_select(
    *, cutoff: datetime, until: datetime, members: Members | None = None
) -> Statement[str, float, float]:
    """Return orders and spend in [cutoff, until) of every customer, or member, who bought then."""
    orders = known_orders(since=cutoff, until=until, members=members)
    return sa.select(
        sa.cast(orders.c.amperity_id, sa.String).label("customer_id"),
        sa.cast(sa.func.count(), sa.Double).label("orders"),
        sa.cast(sa.func.sum(orders.c.revenue), sa.Double).label("spend"),
    ).group_by(orders.c.amperity_id)


def _sequence(orders: sa.Subquery) -> sa.CTE:
    """Put beside each order the instants of the one before and of the one after it."""
    at = orders.c.order_datetime
    of_customer = orders.c.amperity_id
    in_order = (at, orders.c.order_id)
    return sa.select(
        *orders.c,
        sa.func.lag(at).over(partition_by=of_customer, order_by=in_order).label("previous_at"),
        sa.func.lead(at).over(partition_by=of_customer, order_by=in_order).label("next_at"),
    ).cte("order_sequence")


def _totals(
    orders: sa.CTE, *, cutoff: datetime, horizon_days: int, bounds: dict[str, datetime]
) -> sa.Subquery:
    """Aggregate the orders of each customer in one pass."""
    order = orders.c
    at = order.order_datetime
    columns = [
        _number(sa.func.count(), "lifetime_orders"),
        sa.func.max(at).label("lifetime_last_at"),
        *_carried(orders, since=days_before(cutoff, horizon_days)),
        *_rhythm(orders, since=bounds["all"]),
    ]
    for name, since in bounds.items():
        columns += _window(orders, name, at >= since)
    if (cutoff - bounds["all"]).days >= YEAR:
        end = days_before(cutoff, YEAR - horizon_days)
        season = sa.and_(at >= days_before(cutoff, YEAR), at < end)
        columns += [
            _count(season, "season_orders"),
            _total(season, order.revenue, "season_spend"),
        ]
    return sa.select(order.amperity_id, *columns).group_by(order.amperity_id).subquery("totals")


def _carried(orders: sa.CTE, *, since: datetime) -> list[sa.ColumnElement[Any]]:
    """Return what the carry-forward baseline repeats: the preceding horizon."""
    inside = orders.c.order_datetime >= since
    return [
        _count(inside, "carried_orders"),
        _total(inside, orders.c.revenue, "carried_spend"),
    ]


def _window(
    orders: sa.CTE, name: str, inside: sa.ColumnElement[bool]
) -> list[sa.ColumnElement[Any]]:
    """Return the figures of one window."""
    order = orders.c
    return [
        _count(inside, f"orders_{name}"),
        _total(inside, order.revenue, f"spend_{name}"),
        _total(inside, order.units, f"units_{name}"),
        _total(inside, order.discount, f"discount_{name}"),
        _total(inside, order.returned, f"returned_{name}"),
        _count(sa.and_(inside, _opens_a_day(orders)), f"days_{name}"),
    ]


def _rhythm(orders: sa.CTE, *, since: datetime) -> list[sa.ColumnElement[Any]]:
    """Return first, last, gaps between order days, and the spread of order values."""
    order = orders.c
    at = order.order_datetime
    inside = at >= since
    has_previous = sa.and_(inside, order.previous_at >= since)
    new_day = sa.and_(has_previous, _opens_a_day(orders))
    gap = sa.type_coerce(sa.cast(at, sa.Date) - sa.cast(order.previous_at, sa.Date), sa.Integer)
    is_first = sa.and_(inside, sa.or_(order.previous_at.is_(None), order.previous_at < since))
    return [
        sa.func.min(sa.case((inside, at))).label("first_at"),
        sa.func.max(sa.case((inside, at))).label("last_at"),
        sa.func.max(sa.case((new_day, order.previous_at))).label("before_last_at"),
        _total(new_day, gap * gap, "squared_gaps"),
        _total(inside, order.revenue * order.revenue, "squared_spend"),
        _number(sa.func.max(sa.case((inside, order.revenue))), "value_max"),
        _number(sa.func.max(sa.case((is_first, order.revenue))), "value_first"),
        _number(
            sa.func.max(sa.case((sa.and_(inside, order.next_at.is_(None)), order.revenue))),
            "value_last",
        ),
    ]


def _opens_a_day(orders: sa.CTE) -> sa.ColumnElement[bool]:
    """Claim that the order is its customer's first of that day."""
    order = orders.c
    earlier = sa.cast(order.previous_at, sa.Date) < sa.cast(order.order_datetime, sa.Date)
    return sa.or_(order.previous_at.is_(None), earlier)


def _variety(orders: sa.CTE, column: str, name: str, bounds: dict[str, datetime]) -> sa.Subquery:
    """Count the distinct values of a column of orders in every window."""
    value = orders.c[column]
    latest = (
        sa.select(orders.c.amperity_id, sa.func.max(orders.c.order_datetime).label("latest_at"))
        .where(value.is_not(None), orders.c.order_datetime >= bounds["all"])
        .group_by(orders.c.amperity_id, value)
        .subquery(f"latest_{name}")
    )
    return _distinct(latest, name, bounds)


def _products(
    cutoff: datetime, bounds: dict[str, datetime], members: Members | None
) -> sa.Subquery:
    """Count the distinct products bought in every window."""
    bought = lines_of(members)
    line = bought.c
    latest = (
        sa.select(line.amperity_id, sa.func.max(line.order_datetime).label("latest_at"))
        .where(
            is_purchase(bought),
            line.amperity_id.is_not(None),
            line.product_id.is_not(None),
            line.order_datetime >= bounds["all"],
            line.order_datetime < cutoff,
        )
        .group_by(line.amperity_id, line.product_id)
        .subquery("latest_products")
    )
    return _distinct(latest, "products", bounds)


def _distinct(latest: sa.Subquery, name: str, bounds: dict[str, datetime]) -> sa.Subquery:
    """Count values by their latest date: one grouping serves all windows, unlike DISTINCT."""
    counts = [
        sa.func.count(sa.case((latest.c.latest_at >= since, 1))).label(f"{name}_{window}")
        for window, since in bounds.items()
    ]
    return sa.select(latest.c.amperity_id, *counts).group_by(latest.c.amperity_id).subquery(name)


def _count(condition: sa.ColumnElement[bool], name: str) -> sa.ColumnElement[Any]:
    return _number(sa.func.count(sa.case((condition, 1))), name)


def _total(
    condition: sa.ColumnElement[bool], value: sa.ColumnElement[Any], name: str
) -> sa.ColumnElement[Any]:
    return _number(sa.func.coalesce(sa.func.sum(sa.case((condition, value))), 0), name)


def _number(value: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[Any]:
    """Cast a finished figure: decimals and wide integers end here."""
    return sa.cast(value, sa.Double).label(name)
