"""The part of the customer-360 that predictions read: two tables, a few columns (§9)."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.warehouse import BUILD_SCHEMA

__all__ = ["lines", "orders"]

_METADATA = sa.MetaData(schema=BUILD_SCHEMA)
_MONEY = sa.Numeric(18, 4)

orders = sa.Table(
    "unified_transactions",
    _METADATA,
    sa.Column("amperity_id", sa.Uuid),
    sa.Column("order_id", sa.Text),
    sa.Column("order_datetime", sa.DateTime),
    sa.Column("order_revenue", _MONEY),
    sa.Column("order_quantity", sa.BigInteger),
    sa.Column("order_returned_quantity", sa.BigInteger),
    sa.Column("order_canceled_quantity", sa.BigInteger),
    sa.Column("order_discount_amount", _MONEY),
    sa.Column("purchase_brand", sa.Text),
    sa.Column("purchase_channel", sa.Text),
    sa.Column("store_id", sa.Text),
)
"""One row per order; `order_revenue` is before returns and cancellations."""

lines = sa.Table(
    "unified_itemized_transactions",
    _METADATA,
    sa.Column("amperity_id", sa.Uuid),
    sa.Column("order_id", sa.Text),
    sa.Column("product_id", sa.Text),
    sa.Column("order_datetime", sa.DateTime),
    sa.Column("is_return", sa.Boolean),
    sa.Column("is_cancellation", sa.Boolean),
    sa.Column("item_quantity", sa.BigInteger),
    sa.Column("item_revenue", _MONEY),
)
"""One row per line; return and cancellation lines carry the instant at which they happened."""
