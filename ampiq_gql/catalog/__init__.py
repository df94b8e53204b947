"""What the data are: standard tables, profiles of a build, and the catalog of the language."""

from __future__ import annotations

from ampiq_gql.catalog.standard import (
    StandardColumn,
    StandardTable,
    standard_metadata,
    standard_table,
    standard_tables,
)

__all__ = [
    "StandardColumn", "StandardTable", "standard_metadata", "standard_table", "standard_tables",
]  # fmt: skip
