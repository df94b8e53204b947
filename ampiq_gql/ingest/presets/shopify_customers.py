"""Shopify's customers export: people, and their consent to email and text messages.

People are keyed by email address as in the orders export, which has no customer id. Total Spent
becomes an attribute to compare with, never revenue.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.ingest.presets.amounts import without_apostrophe
from ampiq_gql.ingest.presets.model import Export, Preset, PresetTable
from ampiq_gql.warehouse import AnySelect

__all__ = ["SHOPIFY_CUSTOMERS"]

Value = sa.ColumnElement[Any]

PEOPLE = {
    "customer_id": "Customer ID",
    "given_name": "First Name",
    "surname": "Last Name",
    "email": "Email",
    "phone": "Phone",
    "company": "Default Address Company",
    "address": "Default Address Address1",
    "address2": "Default Address Address2",
    "city": "Default Address City",
    "state": "Default Address Province Code",
    "postal": "Default Address Zip",
    "country": "Default Address Country Code",
    "shopify_customer_id": "Customer ID",
    "shopify_total_spent": "Total Spent",
    "shopify_total_orders": "Total Orders",
    "shopify_note": "Note",
    "shopify_tax_exempt": "Tax Exempt",
    "shopify_tags": "Tags",
}
EMAIL_CONSENT = {"email": "Email", "is_email_opted_in": "Accepts Email Marketing"}
SMS_CONSENT = {"phone": "Phone", "is_sms_opted_in": "Accepts SMS Marketing"}


def _select(export: Export, values: dict[str, Value]) -> AnySelect:
    rows = export.rows
    labelled = (value.label(name) for name, value in values.items())
    return sa.select(rows.c._line, rows.c._offset, rows.c._length, *labelled)


def _phone(export: Export) -> Value:
    phones = (export.text("Phone"), export.text("Default Address Phone"))
    return without_apostrophe(sa.func.coalesce(*phones))


def _people(export: Export) -> AnySelect:
    values = {name: without_apostrophe(export.text(header)) for name, header in PEOPLE.items()}
    values["phone"] = _phone(export)
    known_by = (export.text("Email"), without_apostrophe(export.text("Phone")))
    values["customer_id"] = sa.func.lower(
        sa.func.coalesce(*known_by, values["shopify_customer_id"]), type_=sa.Text
    )
    return _select(export, values)


def _email_consent(export: Export) -> AnySelect:
    values = {name: export.text(header) for name, header in EMAIL_CONSENT.items()}
    return _select(export, values).where(
        values["email"].is_not(None), values["is_email_opted_in"].is_not(None)
    )


def _sms_consent(export: Export) -> AnySelect:
    values = {"phone": _phone(export), "is_sms_opted_in": export.text("Accepts SMS Marketing")}
    return _select(export, values).where(
        values["phone"].is_not(None), values["is_sms_opted_in"].is_not(None)
    )


SHOPIFY_CUSTOMERS = Preset(
    name="shopify-customers",
    title="Shopify customers",
    fingerprint=frozenset({"Customer ID", "First Name", "Accepts Email Marketing", "Total Spent"}),
    tables=(
        PresetTable(kind=SourceKind.CUSTOMERS, columns=PEOPLE, rows=_people),
        PresetTable(kind=SourceKind.EMAIL_OPT_STATUS, columns=EMAIL_CONSENT, rows=_email_consent),
        PresetTable(kind=SourceKind.SMS_OPT_STATUS, columns=SMS_CONSENT, rows=_sms_consent),
    ),
)
