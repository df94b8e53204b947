"""The two tables of the customer-360 that predictions read (predictions.md §9)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from ampiq_gql.catalog.standard import standard_metadata
from ampiq_gql.warehouse import BUILD_SCHEMA

__all__ = ["Members", "lines", "lines_of", "orders", "orders_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The customers to read: those from `low` to `high`, both included, and among `ids` if given.

    Tables are sorted by the id, so that a range of ids is a small part of them.
    """

    low: UUID
    high: UUID
    ids: sa.Select[UUID] | None
    customers: int


orders = standard_metadata().tables[f"{BUILD_SCHEMA}.unified_transactions"]
"""One row per order; `order_revenue` is before returns and cancellations."""

lines = standard_metadata().tables[f"{BUILD_SCHEMA}.unified_itemized_transactions"]
"""One row per line; return and cancellation lines carry the instant at which they happened."""


_ORDER_COLUMNS = (
    "amperity_id", "order_id", "order_datetime", "order_revenue", "order_quantity",
    "order_returned_quantity", "order_canceled_quantity", "order_discount_amount",
    "purchase_brand", "purchase_channel", "store_id",
)  # fmt: skip
_LINE_COLUMNS = (
    "amperity_id", "order_id", "product_id", "order_datetime", "is_return", "is_cancellation",
    "item_quantity", "item_revenue",
)  # fmt: skip


def orders_of(members: Members | None) -> sa.FromClause:
    """Return the orders of the members, or all of them."""
    return orders if members is None else _rows(orders, _ORDER_COLUMNS, members)


def lines_of(members: Members | None) -> sa.FromClause:
    """Return the lines of the members, or all of them."""
    return lines if members is None else _rows(lines, _LINE_COLUMNS, members)


def _rows(table: sa.Table, columns: tuple[str, ...], members: Members) -> sa.Subquery:
    """Cut a table down before anything is made of it.

    Left to the end of a statement, DuckDB would join and filter the rows of everybody first.
    """
    person = table.c.amperity_id
    rows = sa.select(*(table.c[name] for name in columns))
    rows = rows.where(person.between(members.low, members.high))
    if members.ids is not None:
        rows = rows.where(person.in_(members.ids))
    return rows.subquery(f"members_{table.name}")
