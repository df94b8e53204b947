"""A home with files loaded and a build made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ampiq_gql.build import BuildReport, BuildService, Override
from ampiq_gql.catalog import standard_metadata
from ampiq_gql.ingest import IngestRequest, IngestService, SourceKind
from ampiq_gql.progress import Silent
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Warehouse

KINDS: Mapping[str, SourceKind] = {
    "customers": SourceKind.CUSTOMERS,
    "orders": SourceKind.ORDERS,
    "items": SourceKind.ORDER_ITEMS,
    "products": SourceKind.PRODUCTS,
    "consent": SourceKind.EMAIL_OPT_STATUS,
    "sms": SourceKind.SMS_OPT_STATUS,
}


@dataclass(frozen=True, slots=True)
class House:
    """One home."""

    folder: Path
    settings: Settings
    warehouse: Warehouse

    def load(self, source: str = "main", **files: str) -> None:
        """Load files by kind: `load(orders="order_id,…")`."""
        service = IngestService(self.warehouse, self.settings)
        for name, content in files.items():
            path = self.folder / f"{source}-{name}.csv"
            path.write_text(content)
            request = IngestRequest(files=(path,), kind=KINDS[name], source=source, strict=True)
            service.load(request, Silent())

    def build(self, as_of: date = date(2025, 6, 30), overrides: Sequence[str] = ()) -> BuildReport:
        named = [Override(check_id=one, reason="known", actor="Ann") for one in overrides]
        return BuildService(self.warehouse, self.settings).run(as_of, Silent(), named)

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Return rows of a table of the build, sorted."""
        standard = standard_metadata().tables[f"c360.{table}"]
        chosen = [standard.c[name] if name in standard.c else sa.column(name) for name in columns]
        with self.warehouse.read() as session:
            rows = session.rows(sa.select(*chosen).select_from(standard))
        return sorted(rows, key=lambda row: [(value is None, str(value)) for value in row])
