"""A home into which files are loaded, and what lies in its source tables afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest import (
    FileMapping,
    IngestReport,
    IngestRequest,
    IngestService,
    LoadMode,
    SourceKind,
)
from ampiq_gql.ingest.sources import QUARANTINE
from ampiq_gql.progress import Silent
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Warehouse

CUSTOMERS_HEADER = "customer_id,given_name,email\n"
ORDERS_HEADER = "order_id,customer_id,order_datetime,order_revenue\n"


@dataclass(frozen=True, slots=True)
class Loading:
    """One home; files are written beside it."""

    folder: Path
    settings: Settings
    warehouse: Warehouse

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(
        self,
        kind: SourceKind | None,
        *files: Path,
        mapping: FileMapping | None = None,
        source: str = "main",
        strict: bool = False,
        mode: LoadMode = LoadMode.UPSERT,
        allow_vanishing: bool = False,
        is_dry_run: bool = False,
    ) -> IngestReport:
        request = IngestRequest(
            files=files,
            kind=kind,
            source=source,
            mapping=mapping or FileMapping(),
            strict=strict,
            mode=mode,
            allow_vanishing=allow_vanishing,
            is_dry_run=is_dry_run,
        )
        return IngestService(self.warehouse, self.settings).load(request, Silent())

    def customers(self, content: str | bytes, **options: Any) -> IngestReport:
        return self.load(SourceKind.CUSTOMERS, self.file("customers.csv", content), **options)

    def orders(self, content: str | bytes, **options: Any) -> IngestReport:
        return self.load(SourceKind.ORDERS, self.file("orders.csv", content), **options)

    def items(self, content: str | bytes, **options: Any) -> IngestReport:
        return self.load(SourceKind.ORDER_ITEMS, self.file("items.csv", content), **options)

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Return the rows of a source table, sorted."""
        with self.warehouse.sources("test") as sources:
            found = sa.table(table, *map(sa.column, columns), schema="sources")
            rows = sources.connection.execute(sa.select(*found.columns)).all()
        return sorted(map(tuple, rows), key=lambda row: [(v is None, str(v)) for v in row])

    def quarantined(self, report: IngestReport) -> list[dict[str, Any]]:
        """Return what a load put into quarantine, in the order of its rows."""
        held = QUARANTINE.c.load_number == report.load_number
        with self.warehouse.sources("test") as sources:
            found = sa.select(QUARANTINE).where(held).order_by(QUARANTINE.c.number)
            return [dict(row) for row in sources.connection.execute(found).mappings()]


def totals(report: IngestReport) -> tuple[int, int, int, int]:
    """Return loaded, quarantined, duplicate and blank."""
    return (
        report.rows_loaded,
        report.rows_quarantined,
        report.rows_duplicate,
        report.blank_lines,
    )


def lines(rows: Iterable[str]) -> str:
    """Write one line each."""
    return "".join(f"{row}\n" for row in rows)
