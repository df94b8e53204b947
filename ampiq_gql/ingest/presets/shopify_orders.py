"""Shopify's orders export: one row per line item, what is the order's only on its first row.

Discounts of the order are spread over its lines by their share, so that they add up to Subtotal.
A refund is one return line without product; a cancelled order gets its lines again, negative.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.ingest.presets.amounts import amount, spelled
from ampiq_gql.ingest.presets.model import Export, Preset, PresetTable
from ampiq_gql.warehouse import AnySelect

__all__ = ["SHOPIFY_ORDERS"]

Value = sa.ColumnElement[Any]

ORDER_COLUMNS = {
    "order_id": "Name",
    "customer_id": "Email",
    "order_datetime": "Created at",
    "order_revenue": "Subtotal",
    "order_discount_amount": "Discount Amount",
    "order_shipping_amount": "Shipping",
    "order_tax_amount": "Taxes",
    "currency": "Currency",
    "payment_method": "Payment Method",
    "store_id": "Location",
    "purchase_channel": "Source",
}
ITEM_COLUMNS = {
    "order_id": "Name",
    "product_id": "Lineitem sku",
    "product_name": "Lineitem name",
    "product_brand": "Vendor",
    "line_number": "Lineitem number",
    "is_return": "Refunded Amount",
    "is_cancellation": "Cancelled at",
    "order_datetime": "Created at",
    "item_quantity": "Lineitem quantity",
    "item_revenue": "Lineitem price",
    "item_discount_amount": "Lineitem discount",
    "currency": "Currency",
}


def _person(export: Export) -> Value:
    """The export has no customer id: the address, in lower case, is the key of the person."""
    phones = (export.text("Phone"), export.text("Billing Phone"))
    return sa.func.lower(sa.func.coalesce(export.text("Email"), *phones), type_=sa.Text)


def _orders(export: Export) -> AnySelect:
    rows = export.rows
    position = sa.func.row_number().over(partition_by=export.text("Name"), order_by=rows.c._line)
    values = {name: export.text(header) for name, header in ORDER_COLUMNS.items()}
    values["customer_id"] = _person(export)
    ranked = sa.select(
        rows.c._line,
        rows.c._offset,
        rows.c._length,
        *(value.label(name) for name, value in values.items()),
        position.label("_position"),
    ).subquery("ranked")
    return sa.select(ranked).where(ranked.c._position == 1)


def _items(export: Export) -> AnySelect:
    lines = _lines(export).subquery("lines")
    purchase = _purchases(lines)
    canceled = _purchases(lines, is_cancellation=True).where(lines.c.is_void)
    refunded = lines.c.position == 1
    refund = sa.select(
        *_places(lines),
        *_labelled(
            order_id=lines.c.order_id,
            product_id=sa.null(),
            product_name=sa.null(),
            product_brand=sa.null(),
            line_number="1",
            is_return="true",
            is_cancellation="false",
            order_datetime=lines.c.ordered_at,
            item_quantity="0",
            item_revenue=spelled(-lines.c.refunded),
            item_discount_amount=sa.null(),
            currency=lines.c.currency,
        ),
    ).where(refunded, lines.c.refunded > 0, sa.not_(lines.c.is_void))
    return sa.select(sa.union_all(purchase, canceled, refund).subquery("all_lines"))


def _lines(export: Export) -> AnySelect:
    """Select the line items with what their order says on its first row."""
    rows = export.rows
    name = export.text("Name")

    def of_order(header: str) -> Value:
        return sa.func.max(export.text(header)).over(partition_by=name)

    gross = amount(export.text("Lineitem price")) * sa.func.coalesce(
        amount(export.text("Lineitem quantity")), 1
    )
    net = gross - sa.func.coalesce(amount(export.text("Lineitem discount")), 0)
    status = of_order("Financial Status")
    return sa.select(
        *_places(rows),
        name.label("order_id"),
        export.text("Lineitem sku").label("sku"),
        export.text("Lineitem name").label("title"),
        export.text("Vendor").label("vendor"),
        export.text("Lineitem quantity").label("quantity"),
        export.text("Lineitem price").label("price"),
        of_order("Created at").label("ordered_at"),
        of_order("Cancelled at").label("canceled_at"),
        of_order("Currency").label("currency"),
        amount(of_order("Refunded Amount")).label("refunded"),
        amount(of_order("Subtotal")).label("subtotal"),
        (of_order("Cancelled at").is_not(None) | (sa.func.lower(status) == "voided")).label(
            "is_void"
        ),
        sa.func.row_number().over(partition_by=name, order_by=rows.c._line).label("position"),
        gross.label("gross"),
        net.label("net"),
        sa.func.sum(net).over(partition_by=name).label("order_net"),
        sa.func.sum(net)
        .over(partition_by=name, order_by=rows.c._line, rows=(None, 0))
        .label("net_so_far"),
    )


def _revenue(lines: sa.Subquery) -> Value:
    """Spread Subtotal by running shares: what is rounded off one line falls to the next."""

    def share(net: Value) -> Value:
        part = sa.cast(net, sa.Numeric(38, 8)) * lines.c.subtotal
        return sa.func.round(part / sa.func.nullif(lines.c.order_net, 0), 2)

    spread = share(lines.c.net_so_far) - share(lines.c.net_so_far - lines.c.net)
    return sa.func.coalesce(spread, lines.c.net)


def _purchases(lines: sa.Subquery, *, is_cancellation: bool = False) -> AnySelect:
    revenue: Value = _revenue(lines)
    quantity: Value = lines.c.quantity
    discount: Value = spelled(lines.c.gross - revenue)
    ordered_at: Value = lines.c.ordered_at
    if is_cancellation:
        revenue, discount = -revenue, sa.null()
        quantity = sa.cast(-sa.func.coalesce(sa.try_cast(quantity, sa.BigInteger), 1), sa.Text)
        ordered_at = sa.func.coalesce(lines.c.canceled_at, ordered_at)
    return sa.select(
        *_places(lines),
        *_labelled(
            order_id=lines.c.order_id,
            product_id=sa.func.coalesce(lines.c.sku, lines.c.title),
            product_name=lines.c.title,
            product_brand=lines.c.vendor,
            line_number=sa.cast(lines.c.position, sa.Text),
            is_return="false",
            is_cancellation="true" if is_cancellation else "false",
            order_datetime=ordered_at,
            item_quantity=quantity,
            item_revenue=spelled(revenue, lines.c.price),
            item_discount_amount=discount,
            currency=lines.c.currency,
        ),
    )


def _places(rows: sa.FromClause) -> tuple[Value, ...]:
    return rows.c._line, rows.c._offset, rows.c._length


def _labelled(**values: Value | str) -> list[Value]:
    return [
        sa.cast(sa.literal(value) if isinstance(value, str) else value, sa.Text).label(name)
        for name, value in values.items()
    ]


SHOPIFY_ORDERS = Preset(
    name="shopify-orders",
    title="Shopify orders",
    fingerprint=frozenset(
        {"Name", "Financial Status", "Lineitem quantity", "Lineitem price", "Lineitem sku"}
    ),
    tables=(
        PresetTable(kind=SourceKind.ORDERS, columns=ORDER_COLUMNS, rows=_orders),
        PresetTable(kind=SourceKind.ORDER_ITEMS, columns=ITEM_COLUMNS, rows=_items),
    ),
    notes=(
        "Shopify orders: people are known by their email address; a refund is one return line "
        "without product on the day of the order, since the export says neither.",
    ),
)
