"""Tables and views of others that stand in the database of the warehouse."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine.reflection import ObjectKind

from ampiq_gql.warehouse.model import FoundTable
from ampiq_gql.warehouse.postgresql.failures import explained
from ampiq_gql.warehouse.postgresql.server import Server

__all__ = ["tables_beside"]

RELATIONS = sa.table("pg_class", sa.column("oid"), sa.column("relname", sa.Text),
                     sa.column("relnamespace"), schema="pg_catalog")  # fmt: skip
SCHEMAS = sa.table("pg_namespace", sa.column("oid"), sa.column("nspname", sa.Text),
                   schema="pg_catalog")  # fmt: skip


def tables_beside(server: Server, schema: str) -> tuple[FoundTable, ...]:
    """Return the tables and views of a schema, by name; only those that the user may read."""
    with explained(server.place), server.engine.connect() as connection:
        found = sa.inspect(connection).get_multi_columns(
            schema=schema, kind=ObjectKind.ANY, filter_names=_readable(connection, schema)
        )
    tables = (
        FoundTable(
            schema=schema,
            name=name,
            columns={column["name"]: column["type"] for column in described},
        )
        for (_, name), described in found.items()
    )
    return tuple(sorted(tables, key=lambda table: table.name))


def _readable(connection: sa.Connection, schema: str) -> list[str]:
    names = sa.select(RELATIONS.c.relname).join(SCHEMAS, SCHEMAS.c.oid == RELATIONS.c.relnamespace)
    may_read = sa.func.has_table_privilege(RELATIONS.c.oid, "SELECT")
    return list(connection.execute(names.where(SCHEMAS.c.nspname == schema, may_read)).scalars())
