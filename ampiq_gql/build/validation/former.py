"""The build before: what it counted and found, for checks that compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.expressions import total
from ampiq_gql.build.validation.carrying import PassGroups
from ampiq_gql.build.validation.stored_counts import read_counts
from ampiq_gql.catalog import standard_metadata
from ampiq_gql.catalog.stored import catalog_columns, catalog_tables
from ampiq_gql.warehouse import BUILD_SCHEMA, Warehouse

__all__ = ["Former", "TableMeasures", "read_former"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMeasures:
    """How many rows a table of a build has, and the share of NULL in each of its columns.

    What is known besides need not be asked again: which columns hold no NULL, no text that is
    empty or white space alone, and no value twice.
    """

    rows: int
    null_shares: Mapping[str, float] = field(default_factory=dict)
    never_null: frozenset[str] = frozenset()
    never_blank: frozenset[str] = frozenset()
    all_different: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """The published build that a new one would replace; money is in the site's currency.

    `counts` is what its passes counted, by the keys of their statements.
    """

    build_id: str
    revenue: Decimal
    tables: Mapping[str, TableMeasures]
    counts: Mapping[str, PassGroups] = field(default_factory=dict)


def read_former(warehouse: Warehouse) -> Former | None:
    """Read the current build; None before the first one."""
    if warehouse.current_build() is None:
        return None
    orders = standard_metadata().tables[f"{BUILD_SCHEMA}.unified_transactions"]
    with warehouse.read() as session:
        ((revenue,),) = session.rows(sa.select(total(orders.c.order_revenue)))
        names = (catalog_tables.c.table_name, catalog_tables.c.row_count)
        rows = dict(session.rows(sa.select(*names)))
        filled = session.rows(
            sa.select(
                catalog_columns.c.table_name,
                catalog_columns.c.column_name,
                catalog_columns.c.filled_count,
            )
        )
        build_id = session.build.id
        counts = read_counts(session)
    shares: dict[str, dict[str, float]] = {name: {} for name in rows}
    for table, column, count in filled:
        if rows[table]:
            shares[table][column] = 1 - count / rows[table]
    return Former(
        build_id=build_id,
        revenue=revenue,
        counts=counts,
        tables={
            name: TableMeasures(rows=count, null_shares=shares[name])
            for name, count in rows.items()
        },
    )
