"""Writing the synthetic shop into the source tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ampiq_gql.demo.synthetic.catalogue import prices, products
from ampiq_gql.demo.synthetic.dimensions import SEED, SOURCE
from ampiq_gql.demo.synthetic.orders import moments, order_items, orders
from ampiq_gql.demo.synthetic.people import customers, email_consent, shoppers, sms_consent
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.changes import row_hash
from ampiq_gql.ingest.sources import LOADS, prepare_table, prepare_tables
from ampiq_gql.progress import Progress
from ampiq_gql.warehouse import SourcesConnection, Warehouse
from ampiq_gql.warehouse.generation import kept

__all__ = ["generate", "size"]

_KINDS = (
    SourceKind.PRODUCTS, SourceKind.CUSTOMERS, SourceKind.EMAIL_OPT_STATUS,
    SourceKind.SMS_OPT_STATUS, SourceKind.ORDERS, SourceKind.ORDER_ITEMS,
)  # fmt: skip

NUMBERS = ("load_number", "changed_in")
"""The shop is the first load of its home."""


def generate(warehouse: Warehouse, count: int, progress: Progress) -> None:
    """Write a shop of `count` customers into the source tables, in one transaction."""
    progress.start(f"Make a shop of {count:,} customers", len(_KINDS))
    with (
        warehouse.sources(f"ampiq demo --synthetic {count}") as sources,
        kept(sources.staging, "shoppers", shoppers(count)) as people,
        kept(sources.staging, "moments", moments(people)) as placed,
        kept(sources.staging, "prices", prices()) as priced,
        sources.connection.begin(),
    ):
        contents = (
            products(), customers(people), email_consent(people), sms_consent(people),
            orders(placed), order_items(placed, priced),
        )  # fmt: skip
        for kind, rows in zip(_KINDS, contents, strict=True):
            _write(sources, kind, rows)
            progress.advance()
    progress.finish()


def size(warehouse: Warehouse) -> int | None:
    """Return how many customers the shop in the source tables has; None when there is none."""
    with warehouse.sources("ampiq demo") as sources, sources.connection.begin():
        prepare_tables(sources.connection)
        is_ours = (LOADS.c.datasource == SOURCE) & (LOADS.c.kind == SourceKind.CUSTOMERS.value)
        found: int | None = sources.connection.scalar(sa.select(LOADS.c.rows_read).where(is_ours))
        return found


def _write(sources: SourcesConnection, kind: SourceKind, rows: sa.Select[Any]) -> None:
    names = [column.name for column in rows.selected_columns]
    connection = sources.connection
    table = prepare_table(connection, kind, dict(zip(names, names, strict=True)), source=SOURCE)
    made = rows.subquery("made")
    marked = sa.select(
        *made.c,
        sa.literal(SOURCE, sa.Text()).label("datasource"),
        *(sa.cast(sa.literal(1), sa.BigInteger).label(name) for name in NUMBERS),
        row_hash(names, made).label("row_hash"),
    )
    sources.bring(table, [*names, "datasource", *NUMBERS, "row_hash"], marked)
    count = sa.select(sa.func.count()).select_from(table)
    loaded = LOADS.insert().values(
        load_id=SOURCE,
        load_number=1,
        kind=kind.value,
        datasource=SOURCE,
        file=SOURCE,
        file_hash=f"{SOURCE}:{SEED}:{kind.value}",
        loaded_at=datetime.now(UTC).replace(tzinfo=None),
        rows_read=count.scalar_subquery(),
        rows_quarantined=0,
        blank_lines=0,
    )
    connection.execute(loaded)
