"""WooCommerce: orders of the REST API as JSON, and the export of the plugin that most shops use.

Completed and processing orders count, refunded ones with their returns; cancelled, failed and
pending ones are left out. Times are taken in UTC where the export says them.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import ARRAY

from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.ingest.presets.amounts import amount, spelled
from ampiq_gql.ingest.presets.model import Export, Preset, PresetTable
from ampiq_gql.ingest.presets.orders_with_lines import labelled, places, with_returns
from ampiq_gql.warehouse import AnySelect

__all__ = ["WOOCOMMERCE_CSV", "WOOCOMMERCE_REST"]

Value = sa.ColumnElement[Any]

COUNTING = ("completed", "processing", "refunded")
NOTE = (
    "WooCommerce: orders that are completed, processing or refunded count; cancelled, failed, "
    "pending and on-hold ones are left out."
)
REST_ORDER = {
    "order_id": "id",
    "customer_id": "billing.email",
    "order_datetime": "date_created_gmt",
    "order_revenue": "total",
    "order_discount_amount": "discount_total",
    "order_shipping_amount": "shipping_total",
    "order_tax_amount": "total_tax",
    "currency": "currency",
    "payment_method": "payment_method",
    "update_dt": "date_modified_gmt",
}
REST_LINE = {
    "order_id": "id",
    "product_id": "line_items",
    "product_name": "line_items",
    "product_sku": "line_items",
    "line_number": "line_items",
    "is_return": "refunds",
    "order_datetime": "date_created_gmt",
    "item_quantity": "line_items",
    "item_revenue": "line_items",
    "item_discount_amount": "line_items",
    "item_tax_amount": "line_items",
    "currency": "currency",
}
CSV_ORDER = {
    "order_id": "Order Number",
    "customer_id": "Email (Billing)",
    "order_datetime": "Order Date",
    "order_revenue": "Order Subtotal Amount",
    "order_discount_amount": "Cart Discount Amount",
    "order_shipping_amount": "Order Shipping Amount",
    "order_tax_amount": "Order Total Tax Amount",
    "payment_method": "Payment Method Title",
}
CSV_LINE = {
    "order_id": "Order Number",
    "product_id": "SKU",
    "product_name": "Item Name",
    "line_number": "Item #",
    "is_return": "Order Refund Amount",
    "order_datetime": "Order Date",
    "item_quantity": "Quantity (- Refund)",
    "item_revenue": "Item Cost",
    "currency": "Order Currency",
}


def _counts(export: Export, header: str) -> sa.ColumnElement[bool]:
    word = sa.func.lower(sa.func.replace(export.text(header), "wc-", "", type_=sa.Text))
    return word.in_(COUNTING)


def _rest_orders(export: Export) -> AnySelect:
    values: dict[str, Value | str] = {
        name: export.text(header) for name, header in REST_ORDER.items()
    }
    values["customer_id"] = _rest_person(export)
    for name in ("order_datetime", "update_dt"):
        values[name] = export.text(REST_ORDER[name]) + sa.literal("Z")
    total = amount(export.text("total"))
    extras = (export.text("total_tax"), export.text("shipping_total"))
    goods = total - sum(sa.func.coalesce(amount(extra), 0) for extra in extras)
    values["order_revenue"] = spelled(goods, export.text("total"))
    return sa.select(*places(export.rows), *labelled(values)).where(_counts(export, "status"))


def _rest_person(export: Export) -> Value:
    """Guests have customer 0; the address is the key of everyone."""
    account = sa.func.nullif(export.text("customer_id"), "0", type_=sa.Text)
    return sa.func.lower(sa.func.coalesce(export.text("billing.email"), account), type_=sa.Text)


def _rest_items(export: Export) -> AnySelect:
    moment = export.text("date_created_gmt") + sa.literal("Z")
    line = sa.func.unnest(sa.func.from_json(export.text("line_items"), '["JSON"]'))
    lines = (
        sa.select(
            *places(export.rows),
            export.text("id").label("order_id"),
            moment.label("moment"),
            export.text("currency").label("currency"),
            line.label("item"),
        )
        .where(_counts(export, "status"))
        .subquery("lines")
    )

    def part(name: str) -> Value:
        return sa.func.json_extract_string(lines.c.item, f"$.{name}", type_=sa.Text)

    discount = amount(part("subtotal")) - amount(part("total"))
    columns: dict[str, Value | str] = {
        "order_id": lines.c.order_id,
        "product_id": part("product_id"),
        "product_name": part("name"),
        "product_sku": part("sku"),
        "line_number": part("id"),
        "is_return": "false",
        "order_datetime": lines.c.moment,
        "item_quantity": part("quantity"),
        "item_revenue": part("total"),
        "item_discount_amount": spelled(discount),
        "item_tax_amount": part("total_tax"),
        "currency": lines.c.currency,
    }
    return with_returns(lines, columns, _rest_refunds(export, moment))


def _rest_refunds(export: Export, moment: Value) -> sa.Subquery:
    """Sum the refunds of an order; a refunded order without any gives back all its goods."""
    totals = sa.func.json_extract_string(export.text("refunds"), "$[*].total")
    summed = sa.func.abs(
        sa.func.list_sum(sa.cast(totals, ARRAY(sa.Numeric(18, 4))), type_=sa.Numeric(38, 4))
    )
    shipped = sa.func.coalesce(amount(export.text("shipping_total")), 0)
    taxed = sa.func.coalesce(amount(export.text("total_tax")), 0)
    goods = amount(export.text("total")) - shipped - taxed
    is_refunded = sa.func.lower(export.text("status")) == "refunded"
    refunded = sa.case((summed > 0, summed), (is_refunded, goods), else_=0)
    return sa.select(
        *places(export.rows),
        export.text("id").label("order_id"),
        moment.label("moment"),
        export.text("currency").label("currency"),
        refunded.label("refunded"),
    ).where(_counts(export, "status")).subquery("refunds")  # fmt: skip


def _csv_orders(export: Export) -> AnySelect:
    rows = export.rows
    values: dict[str, Value | str] = {
        name: export.text(header) for name, header in CSV_ORDER.items()
    }
    values["customer_id"] = sa.func.lower(export.text("Email (Billing)"), type_=sa.Text)
    goods = amount(export.text("Order Subtotal Amount")) - sa.func.coalesce(
        amount(export.text("Cart Discount Amount")), 0
    )
    values["order_revenue"] = spelled(goods, export.text("Order Subtotal Amount"))
    ranked = (
        sa.select(*places(rows), *labelled(values), _position(export).label("_position"))
        .where(_counts(export, "Order Status"))
        .subquery("ranked")
    )
    return sa.select(ranked).where(ranked.c._position == 1)


def _position(export: Export) -> Value:
    return sa.func.row_number().over(
        partition_by=export.text("Order Number"), order_by=export.rows.c._line
    )


def _csv_items(export: Export) -> AnySelect:
    rows = (
        sa.select(
            *places(export.rows),
            *labelled({name: export.text(header) for name, header in CSV_LINE.items()}),
            _position(export).label("position"),
            amount(export.text("Order Refund Amount")).label("refund"),
        )
        .where(_counts(export, "Order Status"))
        .subquery("rows")
    )
    quantity = sa.func.coalesce(amount(rows.c.item_quantity), 1)
    columns: dict[str, Value | str] = {name: rows.c[name] for name in CSV_LINE}
    columns |= {
        "product_id": sa.func.coalesce(rows.c.product_id, rows.c.product_name),
        "line_number": sa.cast(rows.c.position, sa.Text),
        "is_return": "false",
        "item_revenue": spelled(amount(rows.c.item_revenue) * quantity, rows.c.item_revenue),
    }
    refunds = sa.select(
        *places(rows),
        rows.c.order_id,
        rows.c.order_datetime.label("moment"),
        rows.c.currency,
        sa.case((rows.c.position == 1, sa.func.abs(rows.c.refund)), else_=0).label("refunded"),
    ).subquery("refunds")
    return with_returns(rows, columns, refunds)


WOOCOMMERCE_REST = Preset(
    name="woocommerce-rest",
    title="WooCommerce orders (REST API)",
    fingerprint=frozenset({"id", "status", "line_items", "date_created_gmt", "billing.email"}),
    tables=(
        PresetTable(kind=SourceKind.ORDERS, columns=REST_ORDER, rows=_rest_orders),
        PresetTable(kind=SourceKind.ORDER_ITEMS, columns=REST_LINE, rows=_rest_items),
    ),
    notes=(NOTE,),
)
WOOCOMMERCE_CSV = Preset(
    name="woocommerce-csv",
    title="WooCommerce orders (order export plugin)",
    fingerprint=frozenset(
        {"Order Number", "Order Status", "Order Date", "Item Name", "Item Cost",
         "Quantity (- Refund)"}
    ),
    tables=(
        PresetTable(kind=SourceKind.ORDERS, columns=CSV_ORDER, rows=_csv_orders),
        PresetTable(kind=SourceKind.ORDER_ITEMS, columns=CSV_LINE, rows=_csv_items),
    ),
    notes=(NOTE,),
)  # fmt: skip
