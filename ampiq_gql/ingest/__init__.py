"""Files to source tables: matched headers, typed values, bad rows set aside with their reasons."""

from __future__ import annotations

from ampiq_gql.ingest.errors import (
    AmbiguousDates,
    ColumnMissing,
    FileUnreadable,
    MappingInvalid,
    RowsRefused,
)
from ampiq_gql.ingest.mapping import FileMapping
from ampiq_gql.ingest.models import ColumnMatch, IngestReport, IngestRequest, SourceKind
from ampiq_gql.ingest.service import IngestService

__all__ = [
    "AmbiguousDates", "ColumnMatch", "ColumnMissing", "FileMapping", "FileUnreadable",
    "IngestReport", "IngestRequest", "IngestService", "MappingInvalid", "RowsRefused",
    "SourceKind",
]  # fmt: skip
