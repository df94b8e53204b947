"""The orders of a customer as they were known at an instant.

Returns and cancellations change an order only from their own date on: what arrives later must not
alter an order that a feature or a label has already seen. All of it is Core, for every engine.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ampiq_gql.predict.tables import Members, lines_of, orders_of
from ampiq_gql.warehouse import AnySelect

__all__ = ["EXACT_MONEY", "is_purchase", "known_orders"]

# Nineteen digits, because the square of such a number still fits the 38 of DuckDB's DECIMAL, and
# because ClickHouse multiplies numbers of more than 18 digits in 128 bits.
EXACT_MONEY = sa.Numeric(19, 4)


def is_purchase(lines: sa.FromClause) -> sa.ColumnElement[bool]:
    """Claim that a line is bought, neither returned nor called off."""
    return sa.not_(sa.or_(_is_return(lines), _is_cancellation(lines)))


def known_orders(
    *, until: datetime, since: datetime | None = None, members: Members | None = None
) -> sa.Subquery:
    """Return the qualifying orders of [since, until) as they stood at `until`.

    A qualifying order belongs to a person, holds at least one purchase line, is not wholly
    cancelled and is worth at least nothing. `revenue` is net of returns and cancellations.
    With `members`, only their orders: the build gives all lines of an order to its person.
    """
    placed = orders_of(members)
    order = placed.c
    change = _changes(lines_of(members), until=until, since=since).subquery("changes")
    returned = sa.func.coalesce(change.c.returned, 0)
    revenue = order.order_revenue + returned + sa.func.coalesce(change.c.canceled, 0)
    canceled_quantity = sa.func.coalesce(change.c.canceled_quantity, 0)
    is_canceled = sa.and_(canceled_quantity < 0, order.order_quantity + canceled_quantity <= 0)
    statement = (
        sa.select(
            order.amperity_id,
            order.order_id,
            order.order_datetime,
            sa.cast(revenue, EXACT_MONEY).label("revenue"),
            sa.cast(-returned, EXACT_MONEY).label("returned"),
            sa.func.coalesce(order.order_discount_amount, 0).label("discount"),
            order.order_quantity.label("units"),
            order.store_id,
            order.purchase_brand,
            order.purchase_channel,
        )
        .select_from(placed.outerjoin(change, change.c.order_id == order.order_id))
        .where(
            order.amperity_id.is_not(None),
            order.order_datetime < until,
            _has_purchase_line(placed),
            sa.not_(is_canceled),
            revenue >= 0,
        )
    )
    if since is not None:
        statement = statement.where(order.order_datetime >= since)
    return statement.subquery("known_orders")


def _changes(lines: sa.FromClause, *, until: datetime, since: datetime | None) -> AnySelect:
    """Return what returns and cancellations took from each order before `until`."""
    line = lines.c

    def taken(
        flag: sa.ColumnElement[bool], amount: sa.ColumnElement[Any], name: str
    ) -> sa.Label[Any]:
        return sa.func.sum(sa.case((flag, amount), else_=0)).label(name)

    statement = (
        sa.select(
            line.order_id,
            taken(_is_return(lines), line.item_revenue, "returned"),
            taken(_is_cancellation(lines), line.item_revenue, "canceled"),
            taken(_is_cancellation(lines), line.item_quantity, "canceled_quantity"),
        )
        .where(sa.not_(is_purchase(lines)), line.order_datetime < until)
        .group_by(line.order_id)
    )
    # A change never comes before its order, so a label window needs no older ones.
    return statement if since is None else statement.where(line.order_datetime >= since)


def _is_return(lines: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(lines.c.is_return, sa.false())


def _is_cancellation(lines: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(lines.c.is_cancellation, sa.false())


def _has_purchase_line(orders: sa.FromClause) -> sa.ColumnElement[bool]:
    """Tell real orders from rows that hold nothing but returns or cancellations."""
    order = orders.c
    is_changed = sa.or_(
        sa.func.coalesce(order.order_returned_quantity, 0) != 0,
        sa.func.coalesce(order.order_canceled_quantity, 0) != 0,
    )
    return sa.or_(order.order_quantity > 0, order.order_revenue > 0, sa.not_(is_changed))
