"""All checks: the input checks of 5.1, then the database checks of 5.2."""

from __future__ import annotations

from ampiq_gql.build.validation.checks import (
    currencies,
    history,
    optional_tables,
    order_lines,
    orders,
    people,
    privacy,
    quarantine,
    reconciliation,
    source_customers,
    source_orders,
    tables,
)
from ampiq_gql.build.validation.declarations import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    *source_customers.CHECKS,
    *source_orders.CHECKS,
    *privacy.CHECKS,
    *quarantine.CHECKS,
    *tables.CHECKS,
    *people.CHECKS,
    *orders.CHECKS,
    *order_lines.CHECKS,
    *reconciliation.CHECKS,
    *currencies.CHECKS,
    *optional_tables.CHECKS,
    *history.CHECKS,
)
"""Every check there is, in the order of the report."""
