"""The engine for one server and many users: immutable schemas in a PostgreSQL database."""

from __future__ import annotations

from ampiq_gql.warehouse.postgresql.warehouse import PostgreSQLWarehouse

__all__ = ["PostgreSQLWarehouse"]
