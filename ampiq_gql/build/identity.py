"""`amperity_id` without identity resolution: UUIDv5 of the source's customer key."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from ampiq_gql.build.writing import TableSelect
from ampiq_gql.warehouse import AnySelect, settle
from ampiq_gql.warehouse.named_ids import fill_named_ids

__all__ = ["NAMESPACE", "PersonKeys", "write_person_keys"]

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://ampiq.dev/customer-key")
"""Never change it: all ids that were ever exported hang on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonKeys:
    """A scratch table of customer keys with their persons; `customer_ids` selects each key once."""

    name: str
    customer_ids: AnySelect

    def described(self) -> TableSelect:
        """Say what the table is made of, for those who ask where ids come from.

        An id is a hash: it tells two keys apart, and does not hold the key.
        """
        (key,) = self.customer_ids.subquery("names").columns
        columns = (key.label("customer_id"), key.is_distinct_from(None).label("amperity_id"))
        return TableSelect(name=self.name, select=sa.select(*columns))


def write_person_keys(connection: sa.Connection, rows: PersonKeys) -> sa.Table:
    """Keep the person of each customer key, `uuid.uuid5(NAMESPACE, key)`, in a scratch table."""
    keys = sa.Table(
        rows.name,
        sa.MetaData(),
        sa.Column("customer_id", sa.Text),
        sa.Column("amperity_id", sa.Uuid),
        prefixes=["TEMPORARY"],
    )
    connection.execute(CreateTable(keys))
    fill_named_ids(connection, keys, NAMESPACE, rows.customer_ids)
    settle(connection, keys)
    return keys
