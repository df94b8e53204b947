"""`amperity_id` without identity resolution: UUIDv5 of the source's customer key, made in SQL."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

__all__ = ["NAMESPACE", "person_id"]

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://ampiq.dev/customer-key")
"""Never change it: all ids that were ever exported hang on it."""


def person_id(customer_key: sa.ColumnElement[str]) -> sa.ColumnElement[uuid.UUID]:
    """Return `uuid.uuid5(NAMESPACE, customer_key)`."""
    namespace = sa.func.unhex(NAMESPACE.hex, type_=sa.LargeBinary)
    digest = sa.func.sha1(namespace.op("||")(sa.func.encode(customer_key)), type_=sa.Text)
    # RFC 9562: the 13th digit is the version, the top two bits of the 17th are the variant.
    variant = sa.func.translate(
        sa.func.substr(digest, 17, 1), "0123456789abcdef", "89ab89ab89ab89ab", type_=sa.Text
    )
    text = sa.func.substr(digest, 1, 12, type_=sa.Text).concat("5")
    text = text.concat(sa.func.substr(digest, 14, 3)).concat(variant)
    return sa.cast(text.concat(sa.func.substr(digest, 18, 15)), sa.Uuid)
