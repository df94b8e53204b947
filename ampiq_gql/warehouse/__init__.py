"""The customer-360 database behind narrow Protocols; engines live in packages of their own.

Builds are immutable: readers keep the build they began with, a new one appears all at once.
"""

from __future__ import annotations

from ampiq_gql.errors import Invalid
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse.duckdb import DuckDBWarehouse, files, load_arrow
from ampiq_gql.warehouse.errors import (
    FileUnusable,
    NoBuild,
    NoSources,
    QueryCancelled,
    QueryTimeout,
    QueryTooLarge,
    SourcesBusy,
)
from ampiq_gql.warehouse.fingerprint import fingerprint
from ampiq_gql.warehouse.model import BUILD_SCHEMA, SOURCES_SCHEMA, BuildInfo, Dialect
from ampiq_gql.warehouse.protocols import (
    AnySelect,
    BuildWriter,
    Row,
    Session,
    SourcesConnection,
    Statement,
    Warehouse,
)
from ampiq_gql.warehouse.rendering import render_sql

__all__ = [
    "BUILD_SCHEMA",
    "SOURCES_SCHEMA",
    "AnySelect",
    "BuildInfo",
    "BuildWriter",
    "Dialect",
    "FileUnusable",
    "NoBuild",
    "NoSources",
    "QueryCancelled",
    "QueryTimeout",
    "QueryTooLarge",
    "Row",
    "Session",
    "SourcesBusy",
    "SourcesConnection",
    "Statement",
    "Warehouse",
    "files",
    "fingerprint",
    "load_arrow",
    "open_warehouse",
    "render_sql",
]  # fmt: skip


def open_warehouse(settings: Settings) -> Warehouse:
    """Open the warehouse that the settings name; DuckDB files in the home unless told otherwise."""
    if settings.warehouse_url is not None:
        raise Invalid(
            "WAREHOUSE_URL_UNKNOWN",
            f"The warehouse {settings.warehouse_url!r} is of no engine that this version knows.",
            hint="Leave `warehouse_url` out: DuckDB files in the home are used then.",
        )
    return DuckDBWarehouse(settings)
