"""ClickHouse: its dialect, in which statements mean there what they mean on the other engines."""

from __future__ import annotations

from ampiq_gql.warehouse.clickhouse.dialect import DRIVER_NAME, MEANING, WarehouseDialect

__all__ = ["DRIVER_NAME", "MEANING", "WarehouseDialect"]
