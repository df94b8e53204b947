"""What the data are: standard tables, profiles of a build, and the catalog of the language."""

from __future__ import annotations

from ampiq_gql.catalog.access import AccessClass, StatedClasses, highest
from ampiq_gql.catalog.entries import ColumnEntry, MemberListEntry, TableEntry
from ampiq_gql.catalog.file_tables import FileColumn, FileTable
from ampiq_gql.catalog.names import SegmentNames
from ampiq_gql.catalog.profile import profile_tables
from ampiq_gql.catalog.profiles import ColumnProfile, Quantiles, TableProfile, ValueCount
from ampiq_gql.catalog.standard import (
    StandardColumn,
    StandardTable,
    standard_metadata,
    standard_table,
    standard_tables,
)
from ampiq_gql.catalog.warehouse_catalog import WarehouseCatalog, catalog_data, load_catalog

__all__ = [
    "AccessClass", "ColumnEntry", "ColumnProfile", "FileColumn", "FileTable", "MemberListEntry",
    "Quantiles", "SegmentNames", "StandardColumn", "StandardTable", "StatedClasses", "TableEntry",
    "TableProfile", "ValueCount", "WarehouseCatalog", "catalog_data", "highest", "load_catalog",
    "profile_tables", "standard_metadata", "standard_table", "standard_tables",
]  # fmt: skip
