"""`amperity_id` without identity resolution: UUIDv5 of the source's customer key."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from ampiq_gql.build.writing import TableSelect
from ampiq_gql.warehouse import AnySelect, settle
from ampiq_gql.warehouse.named_ids import fill_named_ids

__all__ = ["NAMESPACE", "person_keys", "write_person_keys"]

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://ampiq.dev/customer-key")
"""Never change it: all ids that were ever exported hang on it."""


def write_person_keys(connection: sa.Connection, customer_keys: AnySelect) -> sa.Table:
    """Keep the person of each customer key, `uuid.uuid5(NAMESPACE, key)`, in a scratch table."""
    keys = sa.Table(
        "person_keys",
        sa.MetaData(),
        sa.Column("customer_id", sa.Text),
        sa.Column("amperity_id", sa.Uuid),
        prefixes=["TEMPORARY"],
    )
    connection.execute(CreateTable(keys))
    fill_named_ids(connection, keys, NAMESPACE, customer_keys)
    settle(connection, keys)
    return keys


def person_keys(customer_keys: AnySelect) -> TableSelect:
    """Say what `write_person_keys` makes its table of, for those who ask where ids come from.

    An id is a hash: it tells two keys apart, and does not hold the key.
    """
    (key,) = customer_keys.subquery("names").columns
    columns = (key.label("customer_id"), key.is_distinct_from(None).label("amperity_id"))
    return TableSelect(name="person_keys", select=sa.select(*columns))
