"""The embedded engine: immutable DuckDB files, read by any number of processes."""

from __future__ import annotations

from ampiq_gql.warehouse.duckdb.bulk import load_arrow
from ampiq_gql.warehouse.duckdb.warehouse import DuckDBWarehouse

__all__ = ["DuckDBWarehouse", "load_arrow"]
