"""Which tables and columns of the user's stand for ours, by their names.

The headers under which people export files (`ingest.columns`) are names of columns in databases
too; the synonyms of tables are here.
"""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.attach.mapping import AttachMapping, TableMapping
from ampiq_gql.attach.models import ATTACHED, CUSTOMERS, LINES, ORDERS, PRODUCTS
from ampiq_gql.catalog import standard_table
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.columns import spec_of
from ampiq_gql.ingest.headers import normalise_name
from ampiq_gql.warehouse import FoundTable
from dsl.catalog import ID_COLUMN

__all__ = ["propose"]

_TABLE_NAMES = {
    CUSTOMERS: ("merged_customers", "customer_360", "customers", "customer", "clients", "client",
                "people", "persons", "contacts", "users", "members", "accounts", "kunden"),
    ORDERS: ("unified_transactions", "orders", "order", "transactions", "sales", "purchases",
             "sales_orders", "bestellungen"),
    LINES: ("unified_itemized_transactions", "order_items", "order_item", "order_lines",
            "order_line", "order_details", "line_items", "orderitems", "orderlines",
            "transaction_items", "sales_items", "positionen"),
    PRODUCTS: ("unified_product_catalog", "products", "product", "articles", "items", "skus",
               "produkte", "artikel"),
}  # fmt: skip
_KINDS = {
    CUSTOMERS: SourceKind.CUSTOMERS,
    ORDERS: SourceKind.ORDERS,
    LINES: SourceKind.ORDER_ITEMS,
    PRODUCTS: SourceKind.PRODUCTS,
}
_KEYS_OF_PEOPLE = ("amperity_id", "customer_id")
# In a table of customers a bare `id` is theirs; in one of orders it is the order's.
_OWN_KEY = {CUSTOMERS: "customer_id", ORDERS: "order_id", PRODUCTS: "product_id"}


def propose(schema: str, found: Sequence[FoundTable]) -> AttachMapping:
    """Return the mapping that the names suggest; tables that suggest nothing are left out."""
    tables = {}
    for name in ATTACHED:
        source = _source_of(name, found)
        if source is not None:
            columns = _columns_of(name, source)
            tables[name] = TableMapping(source=source.name, columns=columns)
    return AttachMapping(schema_name=schema, tables=tables)


def _source_of(name: str, found: Sequence[FoundTable]) -> FoundTable | None:
    by_name = {normalise_name(table.name): table for table in found}
    return next((by_name[one] for one in _TABLE_NAMES[name] if one in by_name), None)


def _columns_of(name: str, source: FoundTable) -> dict[str, str]:
    """Return our columns with the user's: exact names first, then what exports call them."""
    theirs = {normalise_name(column): column for column in source.columns}
    spec = spec_of(_KINDS[name])
    chosen: dict[str, str] = {}
    for column in standard_table(name).columns:
        known = spec.column(column.name)
        synonyms = () if known is None else known.synonyms
        for spelling in (column.name, *synonyms):
            if spelling in theirs and theirs[spelling] not in chosen.values():
                chosen[column.name] = theirs[spelling]
                break
    own = _OWN_KEY.get(name)
    if own is not None and own not in chosen and "id" in theirs:
        chosen[own] = theirs["id"]
    key = next((theirs[one] for one in _KEYS_OF_PEOPLE if one in theirs), chosen.get("customer_id"))
    if key is not None and name != PRODUCTS:
        chosen = {ID_COLUMN: key} | chosen
    return chosen
