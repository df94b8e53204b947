"""What one load is asked to do and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ampiq_gql.ingest.mapping import FileMapping

__all__ = ["ColumnMatch", "IngestReport", "IngestRequest", "SourceKind"]


class SourceKind(StrEnum):
    """What the rows of a file are; the spelling of `ampiq ingest --as`."""

    CUSTOMERS = "customers"
    ORDERS = "orders"
    ORDER_ITEMS = "order-items"
    PRODUCTS = "products"
    EMAIL_OPT_STATUS = "email-opt-status"
    SMS_OPT_STATUS = "sms-opt-status"


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestRequest:
    """Files of one kind from one source; they are loaded together or not at all.

    `strict` refuses the whole load when any row is bad. `source` names where the rows come from:
    a later row of the same source and key replaces the earlier one.
    """

    files: tuple[Path, ...]
    kind: SourceKind
    source: str = "main"
    mapping: FileMapping = field(default_factory=FileMapping)
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMatch:
    """Where one column of a file goes; `column` is None when it is left out."""

    header: str
    column: str | None
    is_attribute: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What happened: `rows_read` = loaded + quarantined + duplicate, blank lines apart.

    `rows_duplicate` are rows merged away: a later row of this load, or a newer row loaded before,
    has the same key. `skipped_files` were loaded before, byte by byte, and are not counted.
    """

    load_id: str
    kind: SourceKind
    source: str
    files: tuple[Path, ...]
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    rows_duplicate: int
    blank_lines: int
    quarantine_file: Path | None
    columns: tuple[ColumnMatch, ...]
    warnings: tuple[str, ...]
    skipped_files: tuple[Path, ...]

    @property
    def skipped(self) -> bool:
        """Every file had been loaded before: nothing was done."""
        return not self.files
