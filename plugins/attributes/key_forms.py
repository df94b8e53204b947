"""Keys as they are compared: the same form for those of the file and those of the customers."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ampiq_gql.plugin import CustomerKey
from ampiq_gql.plugin.phone_numbers import international_numbers

__all__ = ["normalised_keys"]


def normalised_keys(values: pa.Array, key: CustomerKey, phone_region: str) -> pa.Array:
    """Return the keys in the form in which they are compared; blank ones become NULL.

    Emails and our own ids are compared in small letters, phone numbers in the form of E.164
    (national ones are of `phone_region`), ids of sources and of loyalty programs as they are.
    """
    trimmed = pc.utf8_trim_whitespace(values)
    if key is CustomerKey.PHONE:
        return international_numbers(trimmed, phone_region)
    if key in (CustomerKey.EMAIL, CustomerKey.AMPERITY_ID):
        trimmed = pc.utf8_lower(trimmed)
    return _without_blank(trimmed)


def _without_blank(values: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
