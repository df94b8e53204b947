"""What one load is asked to do and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from ampiq_gql.ingest.mapping import FileMapping

__all__ = ["ColumnMatch", "ControlTotals", "IngestReport", "IngestRequest", "LoadMode",
           "SourceKind"]  # fmt: skip


class SourceKind(StrEnum):
    """What the rows of a file are; the spelling of `ampiq ingest --as`."""

    CUSTOMERS = "customers"
    ORDERS = "orders"
    ORDER_ITEMS = "order-items"
    PRODUCTS = "products"
    EMAIL_OPT_STATUS = "email-opt-status"
    SMS_OPT_STATUS = "sms-opt-status"


class LoadMode(StrEnum):
    """What a load does to the rows that its source brought before.

    `upsert` puts new rows in and newer ones in the place of older ones; `append` only adds rows
    whose key is new; `replace` takes the files as the whole truth, what is not in them goes;
    `window` does that within the dates of the files; `delete` takes away the rows whose keys the
    files name. Rows that go are kept aside, so that the load can be undone.
    """

    UPSERT = "upsert"
    APPEND = "append"
    REPLACE = "replace"
    WINDOW = "window"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestRequest:
    """Files of one source; they are loaded together or not at all.

    `kind` None leaves it to the mapping, a preset or the headers. `strict` refuses the whole load
    when any row is bad. `source` names where the rows come from: a later row of the same source
    and key replaces the earlier one. `allow_vanishing` lets `replace` and `window` take away more
    than a fifth of the rows. `is_dry_run` reads and checks everything and keeps nothing.
    """

    files: tuple[Path, ...]
    kind: SourceKind | None
    source: str = "main"
    mapping: FileMapping = field(default_factory=FileMapping)
    mode: LoadMode = LoadMode.UPSERT
    strict: bool = False
    allow_vanishing: bool = False
    is_dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMatch:
    """Where one column of a file goes; `column` is None when it is left out.

    `is_contact`: it holds email addresses or phone numbers by which orders name their customers.
    """

    header: str
    column: str | None
    is_attribute: bool = False
    is_contact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlTotals:
    """The account of one file: nothing that was read is missing from it.

    `rows_read` = loaded + quarantined + duplicate; loaded = new + changed + unchanged. The money
    splits the same way; amounts that could not be read are in none of its parts. `removed` rows
    were there before and are not now.
    """

    kind: SourceKind
    file: str
    file_lines: int
    blank_lines: int
    rows_read: int
    rows_quarantined: int
    rows_duplicate: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_removed: int
    money_read: Decimal
    money_loaded: Decimal
    money_quarantined: Decimal
    money_duplicate: Decimal

    @property
    def rows_loaded(self) -> int:
        """The rows of the file that stand in the source table now."""
        return self.rows_new + self.rows_changed + self.rows_unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What happened: `rows_read` = loaded + quarantined + duplicate, blank lines apart.

    `rows_loaded` stand in the source tables now: new, changed or unchanged. `rows_duplicate` are
    merged away: a later row of this load, or a newer row loaded before, has the same key.
    `skipped_files` were loaded before, byte by byte, and are not counted. `load_number` is what
    `ampiq loads` and `ampiq quarantine` call the load; None when nothing was done.
    """

    load_number: int | None
    kinds: tuple[SourceKind, ...]
    source: str
    mode: LoadMode
    preset: str | None
    files: tuple[Path, ...]
    totals: tuple[ControlTotals, ...]
    columns: tuple[ColumnMatch, ...]
    warnings: tuple[str, ...]
    skipped_files: tuple[Path, ...]
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    rows_duplicate: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_removed: int
    blank_lines: int
    values_noted: int
    is_dry_run: bool = False

    @property
    def skipped(self) -> bool:
        """Every file had been loaded before: nothing was done."""
        return not self.files
