"""The customer-360 database behind narrow Protocols; engines live in packages of their own.

Builds are immutable: readers keep the build they began with, a new one appears all at once.
"""

from __future__ import annotations

from ampiq_gql.warehouse.errors import (
    FileUnusable,
    NoBuild,
    QueryCancelled,
    QueryTimeout,
    SourcesBusy,
)
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

__all__ = [
    "BUILD_SCHEMA", "SOURCES_SCHEMA", "AnySelect", "BuildInfo", "BuildWriter", "Dialect",
    "FileUnusable", "NoBuild", "QueryCancelled", "QueryTimeout", "Row", "Session",
    "SourcesBusy", "SourcesConnection", "Statement", "Warehouse",
]  # fmt: skip
