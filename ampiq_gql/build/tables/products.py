"""unified_product_catalog: one row per product, so that the join cannot multiply lines."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.sources import SourceTable
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.ingest.columns import PRODUCT_COLUMNS

__all__ = ["unified_product_catalog"]


def unified_product_catalog(products: SourceTable) -> TableSelect:
    """Select the newest row of each product over all sources."""
    table = products.table
    newest = sa.func.row_number(type_=sa.BigInteger).over(
        partition_by=table.c.product_id,
        order_by=[table.c.update_dt.desc().nulls_last(), table.c.datasource],
    )
    names = [column.name for column in PRODUCT_COLUMNS if products.has(column.name)]
    ranked = sa.select(
        table.c.datasource,
        table.c.product_id,
        *(table.columns[name] for name in names),
        newest.label("_rank"),
    ).subquery("ranked")
    select = sa.select(
        ranked.c.datasource,
        ranked.c.product_id.label("pk"),
        ranked.c.product_id,
        *(ranked.columns[name] for name in names),
    ).where(ranked.c._rank == 1)
    return TableSelect(name="unified_product_catalog", select=select, order_by=("product_id",))
