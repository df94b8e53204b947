"""What tells the rows of a standard table apart (1.2), and what people are shown of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["KEYS", "sample_keys"]

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "customer_360": ("amperity_id",),
        "customer_attributes": ("amperity_id",),
        "transaction_attributes_extended": ("amperity_id",),
        "predicted_clv_attributes": ("amperity_id",),
        "merged_customers": ("amperity_id",),
        "churn_events": ("amperity_id",),
        "merged_households": ("amperity_id",),
        "unified_transactions": ("order_id",),
        "unified_itemized_transactions": (
            "order_id", "product_id", "is_return", "is_cancellation", "line_number", "datasource",
        ),
        "campaign_recipients": ("pk",),
        "predicted_affinity": ("amperity_id", "product_attribute"),
        "unified_loyalty": ("amperity_id", "loyalty_id"),
        "unified_loyalty_events": ("loyalty_id", "event_datetime", "event_type"),
        "unified_coalesced": ("datasource", "pk"),
        "unified_customers": ("datasource", "pk"),
        "unified_scores": ("source1", "pk1", "source2", "pk2"),
        "unified_compliance_overview": ("request_datasource", "request_id"),
        "email_engagement_summary": ("email", "brand"),
        "email_engagement_attributes": ("amperity_id", "email", "brand"),
        "email_opt_status": ("email", "brand", "region", "email_program", "amperity_id"),
        "sms_opt_status": ("phone", "brand", "region", "sms_program", "amperity_id"),
        "unified_email_events": ("datasource", "pk"),
        "unified_product_catalog": ("product_id",),
        "fiscal_calendar": ("calendar_date",),
    }
)  # fmt: skip
"""What tells the rows of a table apart (1.2); tables that are not here have no key."""

_SHOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "unified_itemized_transactions": ("order_id", "product_id", "line_number"),
        "email_opt_status": ("amperity_id", "brand", "region", "email_program"),
        "sms_opt_status": ("amperity_id", "brand", "region", "sms_program"),
        "email_engagement_summary": ("brand",),
        "email_engagement_attributes": ("amperity_id", "brand"),
    }
)
"""Fewer columns where some say nothing, or hold what people should not see."""


def sample_keys(table: str) -> tuple[str, ...]:
    """Return the columns by which rows of the table are named in samples."""
    return _SHOWN.get(table, KEYS.get(table, ()))
