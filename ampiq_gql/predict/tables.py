"""The two tables of the customer-360 that predictions read (predictions.md §9)."""

from __future__ import annotations

from ampiq_gql.catalog.standard import standard_metadata
from ampiq_gql.warehouse import BUILD_SCHEMA

__all__ = ["lines", "orders"]

orders = standard_metadata().tables[f"{BUILD_SCHEMA}.unified_transactions"]
"""One row per order; `order_revenue` is before returns and cancellations."""

lines = standard_metadata().tables[f"{BUILD_SCHEMA}.unified_itemized_transactions"]
"""One row per line; return and cancellation lines carry the instant at which they happened."""
