"""By what people are named in lists: their id, or another key, each with its column and its words.

Base table of all is `merged_customers` (data-model.md §7): a list by another key is one of the
customers who have it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ampiq_gql.catalog.entries import ColumnEntry
from ampiq_gql.catalog.warehouse_catalog import WarehouseCatalog
from ampiq_gql.plugin import CustomerKey
from dsl.catalog import UNIVERSE_TABLE

__all__ = ["ActivationId", "activation_ids"]

_WORDS = {
    CustomerKey.AMPERITY_ID: ("Amperity ID", "customer", "customers"),
    CustomerKey.CUSTOMER_ID: ("Customer ID", "customer ID", "customer IDs"),
    CustomerKey.EMAIL: ("Email", "email address", "email addresses"),
    CustomerKey.PHONE: ("Phone", "phone number", "phone numbers"),
    CustomerKey.LOYALTY_ID: ("Loyalty ID", "loyalty ID", "loyalty IDs"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationId:
    """A key by which lists name people: the column of the base table, and how it is spoken of.

    `is_filled`: somebody of the current build has one.
    """

    key: CustomerKey
    table: str
    column: str
    label: str
    singular: str
    plural: str
    is_pii: bool
    is_filled: bool


def activation_ids(catalog: WarehouseCatalog) -> tuple[ActivationId, ...]:
    """Return all of them, the customer's own id first."""
    people = catalog.table(UNIVERSE_TABLE)
    columns = {} if people is None else {one.name: one for one in people.columns}
    return tuple(_described(key, columns.get(key.value)) for key in CustomerKey)


def _described(key: CustomerKey, column: ColumnEntry | None) -> ActivationId:
    label, singular, plural = _WORDS[key]
    return ActivationId(
        key=key,
        table=UNIVERSE_TABLE,
        column=key.value,
        label=label,
        singular=singular,
        plural=plural,
        is_pii=column is not None and column.is_pii,
        is_filled=column is not None and bool(column.distinct),
    )
