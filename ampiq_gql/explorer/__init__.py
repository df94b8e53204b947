"""The data explorer: what is in every table, where it comes from, and what builds on it (§6).

Everything was measured when the build was made; opening a page reads a few small tables.
"""

from __future__ import annotations

from ampiq_gql.explorer.models import (
    ColumnInput,
    ColumnUse,
    ColumnUserKind,
    ExampleRows,
    FoundTable,
    LineageEdge,
    LineageTable,
    SourceLoad,
    TableLineage,
    TableUnknown,
)
from ampiq_gql.explorer.service import ExplorerService

__all__ = [
    "ColumnInput", "ColumnUse", "ColumnUserKind", "ExampleRows", "ExplorerService", "FoundTable",
    "LineageEdge", "LineageTable", "SourceLoad", "TableLineage", "TableUnknown",
]  # fmt: skip
