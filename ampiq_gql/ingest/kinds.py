"""What the rows of a file are, seen from its headers alone."""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.ingest.columns import KindSpec, spec_of
from ampiq_gql.ingest.headers import normalise_name
from ampiq_gql.ingest.models import SourceKind

__all__ = ["guess_kind"]

PARTICULAR: dict[SourceKind, frozenset[str]] = {
    SourceKind.ORDER_ITEMS: frozenset({"product_id", "product_name", "unit_revenue"}),
    SourceKind.ORDERS: frozenset({"order_datetime"}),
    SourceKind.EMAIL_OPT_STATUS: frozenset({"is_email_opted_in"}),
    SourceKind.SMS_OPT_STATUS: frozenset({"is_sms_opted_in"}),
    SourceKind.CUSTOMERS: frozenset(
        {"email", "phone", "given_name", "surname", "full_name", "address", "postal", "birthdate"}
    ),
    SourceKind.PRODUCTS: frozenset(
        {"product_name", "product_category", "product_description", "product_department",
         "product_brand"}
    ),
}  # fmt: skip
"""Columns of which a file of that kind has at least one, in the order in which kinds are tried."""


def guess_kind(headers: Sequence[str]) -> SourceKind | None:
    """Return the first kind whose required columns and a particular one are among the headers."""
    names = {normalise_name(header) for header in headers}
    for kind, particular in PARTICULAR.items():
        found = _known(spec_of(kind), names)
        if _is_complete(spec_of(kind), found) and found & particular and _is_told(kind, names):
            return kind
    return None


def _is_told(kind: SourceKind, names: set[str]) -> bool:
    """Customers have an `id`, an email address and a date, too: then only `order_id` tells."""
    columns = {column.name: {column.name, *column.synonyms} for column in spec_of(kind).columns}
    if kind is not SourceKind.ORDERS or columns["customer_id"] & names:
        return True
    return bool((columns["order_id"] - {"id"}) & names)


def _known(spec: KindSpec, names: set[str]) -> set[str]:
    return {
        column.name
        for column in spec.columns
        if column.name in names or names.intersection(column.synonyms)
    }


def _is_complete(spec: KindSpec, found: set[str]) -> bool:
    has_amount = not spec.required_any or bool(found.intersection(spec.required_any))
    return found.issuperset(spec.required) and has_amount
