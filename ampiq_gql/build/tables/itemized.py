"""unified_itemized_transactions: every purchase, return and cancellation line with its person.

Lines inherit from their order what they lack; an order without lines becomes one line.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value, first_known, site_time
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.sources import Sources, SourceTable
from ampiq_gql.build.tables.amounts import Amounts
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.columns import PRODUCT_COLUMNS
from ampiq_gql.warehouse import AnySelect

__all__ = ["unified_itemized_transactions"]

INHERITED = (
    "currency", "purchase_brand", "purchase_channel", "digital_channel", "store_id",
    "payment_method",
)  # fmt: skip
AMOUNTS = ("revenue", "list_price", "discount_amount", "subtotal", "tax_amount", "cost", "profit")


def unified_itemized_transactions(
    sources: Sources, keys: sa.Table, catalog: sa.Table, context: BuildContext
) -> TableSelect:
    """Select all lines that have a date, sorted as people are read."""
    lines = _lines(sources, context).subquery("lines")
    joined = lines.outerjoin(keys, keys.c.customer_id == lines.c.customer_id)
    products = sources[SourceKind.PRODUCTS]
    if products.has_rows:
        joined = joined.outerjoin(catalog, catalog.c.product_id == lines.c.product_id)
    values: dict[str, Value] = {"amperity_id": keys.c.amperity_id}
    values |= {
        column.name: column
        for column in lines.columns
        if not column.name.startswith(("item_", "unit_", "product_"))
    }
    amounts = Amounts(lines)
    values |= amounts.stored()
    values["product_id"] = lines.c.product_id
    for name in (column.name for column in PRODUCT_COLUMNS):
        stated = lines.columns.get(name)
        listed = catalog.columns[name] if products.has(name) else None
        value = first_known([stated, listed])
        if value is not None:
            values[name] = value
    return TableSelect(
        name="unified_itemized_transactions",
        select=sa.select(*(value.label(name) for name, value in values.items()))
        .select_from(joined)
        .where(lines.c.order_datetime.is_not(None)),
        order_by=("amperity_id", "order_datetime"),
        computed=amounts.computed(),
    )


def _lines(sources: Sources, context: BuildContext) -> AnySelect:
    items, orders = sources[SourceKind.ORDER_ITEMS], sources[SourceKind.ORDERS]
    item_lines = _item_lines(items, orders, context)
    order_lines = _order_lines(orders, context)
    names = list(dict.fromkeys([*item_lines, *order_lines]))
    selects = []
    if items.has_rows:
        selects.append(_item_select(item_lines, names, order_lines, items, orders))
    if orders.has_rows or not items.has_rows:
        selects.append(_order_select(order_lines, names, item_lines, items, orders))
    rows = sa.union_all(*selects).subquery("all_lines")
    return sa.select(rows)


def _item_lines(items: SourceTable, orders: SourceTable, context: BuildContext) -> dict[str, Value]:
    """Return what a line of an items file says, completed by its order."""
    line = items.table
    values: dict[str, Value] = {
        "datasource": line.c.datasource,
        "order_id": line.c.order_id,
        "product_id": line.c.product_id,
        "is_return": line.c.is_return,
        "is_cancellation": line.c.is_cancellation,
        "line_number": line.c.line_number,
        "customer_id": _customer(items, orders),
    }
    moment = first_known([items.get("order_datetime"), orders.get("order_datetime")])
    values["order_datetime"] = site_time(
        sa.cast(sa.null(), sa.DateTime) if moment is None else moment, context.time_zone
    )
    for name in (*INHERITED, "order_discount_amount"):
        value = first_known([items.get(name), orders.get(name)])
        if value is not None:
            values[name] = value
    if "currency" in values:
        values["currency"] = sa.func.coalesce(values["currency"], context.currency)
    sign = sa.case((line.c.is_return | line.c.is_cancellation, -1), else_=1)
    values["item_quantity"] = sa.func.coalesce(items.value("item_quantity"), sign)
    brought = [f"{scope}_{name}" for scope in ("item", "unit") for name in AMOUNTS]
    brought += [column.name for column in PRODUCT_COLUMNS]
    values |= {name: line.columns[name] for name in brought if items.has(name)}
    return values


def _customer(items: SourceTable, orders: SourceTable) -> Value:
    """Return the customer of the line's order: one for all its lines."""
    stated = items.get("customer_id")
    if stated is None:
        return orders.value("customer_id")
    of_order = sa.func.min(stated).over(partition_by=items.table.c.order_id)
    placed = orders.get("customer_id")
    return of_order if placed is None else sa.func.coalesce(placed, of_order)


def _order_lines(orders: SourceTable, context: BuildContext) -> dict[str, Value]:
    """Return the one line of an order that has no lines of its own."""
    order = orders.table
    values: dict[str, Value] = {
        "datasource": order.c.datasource,
        "order_id": order.c.order_id,
        "product_id": sa.cast(sa.null(), sa.Text),
        "is_return": sa.false(),
        "is_cancellation": sa.false(),
        "line_number": sa.cast(sa.literal(1), sa.BigInteger),
        "customer_id": orders.value("customer_id"),
        "order_datetime": site_time(orders.value("order_datetime"), context.time_zone),
        "item_quantity": sa.func.coalesce(orders.value("order_quantity"), 1),
        "item_revenue": orders.value("order_revenue"),
    }
    for name in (*INHERITED, "order_discount_amount"):
        if orders.has(name):
            values[name] = order.columns[name]
    if orders.has("currency"):
        values["currency"] = sa.func.coalesce(order.c.currency, context.currency)
    for name, source in (("item_cost", "order_cost"), ("item_tax_amount", "order_tax_amount")):
        if orders.has(source):
            values[name] = order.columns[source]
    return values


def _select(values: dict[str, Value], names: Sequence[str], other: dict[str, Value]) -> AnySelect:
    """Select the union's columns: NULL where this side has nothing to say."""
    return sa.select(
        *(
            values.get(
                name, sa.cast(sa.null(), other[name].type if name in other else sa.Text())
            ).label(name)
            for name in names
        )
    )


def _item_select(
    values: dict[str, Value],
    names: Sequence[str],
    other: dict[str, Value],
    items: SourceTable,
    orders: SourceTable,
) -> AnySelect:
    joined: sa.FromClause = items.table
    if orders.has_rows:
        joined = joined.outerjoin(orders.table, orders.table.c.order_id == items.table.c.order_id)
    return _select(values, names, other).select_from(joined)


def _order_select(
    values: dict[str, Value],
    names: Sequence[str],
    other: dict[str, Value],
    items: SourceTable,
    orders: SourceTable,
) -> AnySelect:
    select = _select(values, names, other)
    if not items.has_rows:
        return select.select_from(orders.table)
    # A join and not `NOT EXISTS`, for which DuckDB reads both tables twice.
    itemized = sa.select(items.table.c.order_id).distinct().subquery("itemized")
    joined = orders.table.outerjoin(itemized, itemized.c.order_id == orders.table.c.order_id)
    return select.select_from(joined).where(itemized.c.order_id.is_(None))
