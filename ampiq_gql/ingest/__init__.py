"""Files to source tables: matched headers, typed values, bad rows set aside with their reasons."""

from __future__ import annotations

from ampiq_gql.ingest.errors import (
    AmbiguousDates,
    AmbiguousNumbers,
    ArchiveRefused,
    ColumnMissing,
    FileUnreadable,
    KindUnclear,
    LoadNotFound,
    MappingInvalid,
    MappingUnclear,
    QuarantineTooLarge,
    RatesInvalid,
    ReloadRefused,
    RetryRefused,
    RowsRefused,
    TooManyBadRows,
    TotalsDisagree,
    UndoRefused,
)
from ampiq_gql.ingest.inspection import Inspection, InspectionService
from ampiq_gql.ingest.loads import LoadService, LoadSummary, UndoReport
from ampiq_gql.ingest.mapping import DateOrder, FileMapping, ValueSpelling
from ampiq_gql.ingest.models import (
    ColumnMatch,
    ControlTotals,
    IngestReport,
    IngestRequest,
    LoadMode,
    SourceKind,
)
from ampiq_gql.ingest.quarantine import HeldFile, HeldRow, QuarantineService
from ampiq_gql.ingest.service import IngestService

__all__ = [
    "AmbiguousDates",
    "AmbiguousNumbers",
    "ArchiveRefused",
    "ColumnMatch",
    "ColumnMissing",
    "ControlTotals",
    "DateOrder",
    "FileMapping",
    "FileUnreadable",
    "HeldFile",
    "HeldRow",
    "IngestReport",
    "IngestRequest",
    "IngestService",
    "Inspection",
    "InspectionService",
    "KindUnclear",
    "LoadMode",
    "LoadNotFound",
    "LoadService",
    "LoadSummary",
    "MappingInvalid",
    "MappingUnclear",
    "QuarantineService",
    "QuarantineTooLarge",
    "RatesInvalid",
    "ReloadRefused",
    "RetryRefused",
    "RowsRefused",
    "SourceKind",
    "TooManyBadRows",
    "TotalsDisagree",
    "UndoRefused",
    "UndoReport",
    "ValueSpelling",
]
