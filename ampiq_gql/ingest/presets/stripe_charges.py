"""Stripe's charges: the dashboard's CSV (amounts in units) and the API's objects (minor units).

One charge is one order with one line without product. Only what was paid and captured counts.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.minor_units import minor_units
from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.ingest.presets.amounts import amount, spelled
from ampiq_gql.ingest.presets.model import Export, Preset, PresetTable
from ampiq_gql.ingest.presets.orders_with_lines import labelled, places, with_returns
from ampiq_gql.warehouse import AnySelect

__all__ = ["STRIPE_API_CHARGES", "STRIPE_CHARGES"]

Value = sa.ColumnElement[Any]

NOTE = "Stripe charges: only paid and captured ones count; they name no products."


def _dashboard(export: Export) -> sa.Subquery:
    is_paid = sa.func.lower(export.text("Status")).in_(("paid", "refunded", "partially refunded"))
    is_captured = sa.func.lower(export.text("Captured")) == "true"
    known_by = (export.text("Customer Email"), export.text("Customer ID"))
    return sa.select(
        *places(export.rows),
        export.text("id").label("order_id"),
        sa.func.lower(sa.func.coalesce(*known_by), type_=sa.Text).label("customer_id"),
        (export.text("Created date (UTC)") + sa.literal("Z")).label("moment"),
        spelled(amount(export.text("Amount")), export.text("Amount")).label("charged"),
        amount(export.text("Amount Refunded")).label("refunded"),
        sa.func.upper(export.text("Currency"), type_=sa.Text).label("currency"),
    ).where(is_paid & is_captured).subquery("charges")  # fmt: skip


def _api(export: Export) -> sa.Subquery:
    currency = sa.func.upper(export.text("currency"), type_=sa.Text)
    unit = minor_units(currency)
    known_by = (
        export.text("billing_details.email"),
        export.text("receipt_email"),
        export.text("customer"),
    )
    is_paid = (sa.func.lower(export.text("status")) == "succeeded") & (
        export.text("captured") == "true"
    )
    created = sa.func.make_timestamp(
        sa.try_cast(export.text("created"), sa.BigInteger) * 1_000_000, type_=sa.DateTime
    )
    return sa.select(
        *places(export.rows),
        export.text("id").label("order_id"),
        sa.func.lower(sa.func.coalesce(*known_by), type_=sa.Text).label("customer_id"),
        sa.func.coalesce(
            sa.cast(created, sa.Text) + sa.literal("Z"), export.text("created")
        ).label("moment"),
        spelled(amount(export.text("amount")) / unit, export.text("amount")).label("charged"),
        (amount(export.text("amount_refunded")) / unit).label("refunded"),
        currency.label("currency"),
    ).where(is_paid).subquery("charges")  # fmt: skip


def _orders(charges: sa.Subquery) -> AnySelect:
    values = {
        "order_id": charges.c.order_id,
        "customer_id": charges.c.customer_id,
        "order_datetime": charges.c.moment,
        "order_revenue": charges.c.charged,
        "currency": charges.c.currency,
    }
    return sa.select(*places(charges), *labelled(values))


def _items(charges: sa.Subquery) -> AnySelect:
    lines: dict[str, Value | str] = {
        "order_id": charges.c.order_id,
        "line_number": "1",
        "is_return": "false",
        "order_datetime": charges.c.moment,
        "item_quantity": "1",
        "item_revenue": charges.c.charged,
        "currency": charges.c.currency,
    }
    return with_returns(charges, lines, charges)


def _tables(charges: Any, headers: dict[str, str]) -> tuple[PresetTable, ...]:
    order = {
        "order_id": headers["id"], "customer_id": headers["person"],
        "order_datetime": headers["moment"], "order_revenue": headers["amount"],
        "currency": headers["currency"],
    }  # fmt: skip
    line = {
        "order_id": headers["id"], "line_number": headers["id"], "is_return": headers["refunded"],
        "order_datetime": headers["moment"], "item_quantity": headers["amount"],
        "item_revenue": headers["amount"], "currency": headers["currency"],
    }  # fmt: skip
    return (
        PresetTable(
            kind=SourceKind.ORDERS, columns=order, rows=lambda export: _orders(charges(export))
        ),
        PresetTable(
            kind=SourceKind.ORDER_ITEMS, columns=line, rows=lambda export: _items(charges(export))
        ),
    )


STRIPE_CHARGES = Preset(
    name="stripe-charges",
    title="Stripe charges (dashboard)",
    fingerprint=frozenset(
        {"id", "Created date (UTC)", "Amount", "Amount Refunded", "Currency", "Captured", "Status"}
    ),
    tables=_tables(
        _dashboard,
        {"id": "id", "person": "Customer Email", "moment": "Created date (UTC)",
         "amount": "Amount", "refunded": "Amount Refunded", "currency": "Currency"},
    ),
    notes=(NOTE,),
)  # fmt: skip
STRIPE_API_CHARGES = Preset(
    name="stripe-api-charges",
    title="Stripe charges (API)",
    fingerprint=frozenset(
        {"id", "amount", "amount_refunded", "currency", "captured", "created", "status"}
    ),
    tables=_tables(
        _api,
        {"id": "id", "person": "billing_details.email", "moment": "created", "amount": "amount",
         "refunded": "amount_refunded", "currency": "currency"},
    ),
    notes=(NOTE,),
)  # fmt: skip
