"""The engine for those who outgrow one machine: immutable databases on a ClickHouse server.

Its dialect is used without a server, too: to show SQL.
"""

from __future__ import annotations

from ampiq_gql.warehouse.clickhouse.dialect import DRIVER_NAME, MEANING, WarehouseDialect

__all__ = ["DRIVER_NAME", "MEANING", "WarehouseDialect"]
