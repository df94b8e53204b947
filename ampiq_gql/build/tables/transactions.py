"""unified_transactions: one row per order, rolled up from its lines (2.2).

`order_revenue` is after discounts and before returns: flagged lines have columns of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from ampiq_gql.build.expressions import MONEY, Value, is_purchase, ratio
from ampiq_gql.build.sources import Sources
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.ingest import SourceKind

__all__ = ["FACTS", "shared_columns", "unified_transactions"]

FACTS = ("purchase_brand", "purchase_channel", "digital_channel", "store_id", "payment_method")
"""Columns of an order that are those of its largest purchase line."""

SUMS = {
    "order_cost": "item_cost",
    "order_profit": "item_profit",
    "order_list_price": "item_list_price",
    "order_subtotal": "item_subtotal",
    "order_tax_amount": "item_tax_amount",
    "sum_item_discount_amount": "item_discount_amount",
}


def unified_transactions(lines: sa.FromClause, sources: Sources) -> TableSelect:
    """Select the orders; `purchase_line_count` tells orders from lone returns."""
    rows = _with_leading_line(lines, sources)
    # All lines of an order agree on these; were it otherwise, the key would not be unique.
    same = [rows.columns[name] for name in _shared(rows)]
    orders = (
        sa.select(*same, *(value.label(name) for name, value in _rollup(rows)))
        .group_by(*same)
        .subquery("rolled_up")
    )
    values: dict[str, Value] = {column.name: column for column in orders.columns}
    returned = orders.c.order_returned_revenue + orders.c.order_canceled_revenue
    values["net_order_revenue"] = sa.cast(orders.c.order_revenue + returned, MONEY)
    # Unknown, not 0, without a purchase line: by this readers tell orders from lone returns.
    values["sum_item_revenue"] = sa.case(
        (orders.c.purchase_line_count > 0, orders.c.order_revenue), else_=sa.null()
    )
    if "order_discount_amount" in orders.c:
        before = orders.c.order_revenue + orders.c.order_discount_amount
        values["order_discount_percent"] = ratio(orders.c.order_discount_amount, before)
    shipping = sources[SourceKind.ORDERS].get("order_shipping_amount")
    origin: sa.FromClause = orders
    if shipping is not None:
        values["order_shipping_amount"] = shipping
        placed = sources[SourceKind.ORDERS].table
        origin = orders.outerjoin(placed, placed.c.order_id == orders.c.order_id)
    return TableSelect(
        name="unified_transactions",
        select=sa.select(*(value.label(name) for name, value in values.items())).select_from(
            origin
        ),
        order_by=("amperity_id", "order_datetime"),
    )


def _with_leading_line(lines: sa.FromClause, sources: Sources) -> sa.FromClause:
    """Rank the purchase lines of each order, unless its facts are the same on all of them.

    Facts that only the orders file brings cannot differ between lines: no ranking is needed.
    """
    if not _can_facts_differ(sources):
        return lines
    rank = sa.func.row_number(type_=sa.BigInteger).over(
        partition_by=lines.c.order_id,
        order_by=[
            sa.case((is_purchase(lines), 0), else_=1),
            lines.c.item_revenue.desc().nulls_last(),
            lines.c.line_number,
            lines.c.product_id,
        ],
    )
    return sa.select(lines, rank.label("_rank")).subquery("ranked_lines")


def _can_facts_differ(sources: Sources) -> bool:
    items = sources[SourceKind.ORDER_ITEMS]
    return any(items.has(name) for name in FACTS)


def shared_columns(sources: Sources) -> tuple[str, ...]:
    """Name the columns by which lines are put together into orders."""
    by_key = ("order_id", "amperity_id", "customer_id")
    return by_key if _can_facts_differ(sources) else (*by_key, *FACTS)


def _shared(rows: sa.FromClause) -> Iterator[str]:
    """Name the columns that are the same on all lines of an order."""
    yield from ("order_id", "amperity_id", "customer_id")
    if "_rank" not in rows.c:
        # Grouping by texts costs less than aggregating them.
        yield from (name for name in FACTS if name in rows.c)


def _rollup(rows: sa.FromClause) -> Iterator[tuple[str, Value]]:
    bought = is_purchase(rows)
    returned = sa.func.coalesce(rows.c.is_return, sa.false())
    canceled = sa.func.coalesce(rows.c.is_cancellation, sa.false())
    yield "datasource", sa.func.max(rows.c.datasource)
    yield (
        "order_datetime",
        sa.func.coalesce(
            sa.func.min(rows.c.order_datetime).filter(bought), sa.func.min(rows.c.order_datetime)
        ),
    )
    yield "purchase_line_count", sa.func.count(1).filter(bought)
    for name, condition in (
        ("order", bought), ("order_returned", returned), ("order_canceled", canceled),
    ):  # fmt: skip
        yield f"{name}_revenue", _sum(rows.c.item_revenue, condition, MONEY)
        yield f"{name}_quantity", _sum(rows.c.item_quantity, condition, sa.BigInteger())
    for name, item in SUMS.items():
        if item in rows.c:
            yield name, sa.cast(sa.func.sum(rows.columns[item]).filter(bought), MONEY)
    yield from _discount(rows, bought)
    if "currency" in rows.c:
        yield "currency", sa.func.max(rows.c.currency)
    if "_rank" in rows.c:
        for name in FACTS:
            if name in rows.c:
                leads = bought & (rows.c._rank == 1)
                yield name, sa.func.max(rows.columns[name]).filter(leads)


def _sum(amount: Value, condition: Value, kind: sa.types.TypeEngine[Any]) -> Value:
    return sa.cast(sa.func.coalesce(sa.func.sum(amount).filter(condition), 0), kind)


def _discount(rows: sa.FromClause, bought: Value) -> Iterator[tuple[str, Value]]:
    """Repeated on each line or stated by the order: the largest; else the sum of the lines'."""
    if "order_discount_amount" in rows.c:
        yield "order_discount_amount", sa.func.max(rows.c.order_discount_amount).filter(bought)
    elif "item_discount_amount" in rows.c:
        total = sa.func.sum(rows.c.item_discount_amount).filter(bought)
        yield "order_discount_amount", sa.cast(total, MONEY)
