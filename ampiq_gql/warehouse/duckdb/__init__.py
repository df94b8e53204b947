"""The embedded engine: immutable DuckDB files, read by any number of processes."""

from __future__ import annotations

from ampiq_gql.warehouse.duckdb.warehouse import DuckDBWarehouse

__all__ = ["DuckDBWarehouse"]
