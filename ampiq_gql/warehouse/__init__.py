"""The customer-360 database behind narrow Protocols; engines live in packages of their own.

Builds are immutable: readers keep the build they began with, a new one appears all at once.
"""

from __future__ import annotations

from ampiq_gql.warehouse.bulk import load_arrow, settle
from ampiq_gql.warehouse.duckdb import files
from ampiq_gql.warehouse.errors import (
    BuildBeingRead,
    BuildDamaged,
    BuildIsCurrent,
    BuildNotFound,
    FileUnusable,
    NoBuild,
    NoSources,
    QueryCancelled,
    QueryTimeout,
    QueryTooLarge,
    SourcesBusy,
    WarehouseUnreachable,
    WarehouseUnsuitable,
)
from ampiq_gql.warehouse.model import (
    BUILD_SCHEMA,
    SOURCES_SCHEMA,
    BuildInfo,
    Dialect,
    FoundTable,
    KeptBuild,
    Standing,
)
from ampiq_gql.warehouse.opening import open_warehouse
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
    "BuildBeingRead",
    "BuildDamaged",
    "BuildInfo",
    "BuildIsCurrent",
    "BuildNotFound",
    "BuildWriter",
    "Dialect",
    "FileUnusable",
    "FoundTable",
    "KeptBuild",
    "NoBuild",
    "NoSources",
    "QueryCancelled",
    "QueryTimeout",
    "QueryTooLarge",
    "Row",
    "Session",
    "SourcesBusy",
    "SourcesConnection",
    "Standing",
    "Statement",
    "Warehouse",
    "WarehouseUnreachable",
    "WarehouseUnsuitable",
    "files",
    "load_arrow",
    "open_warehouse",
    "render_sql",
    "settle",
]  # fmt: skip
