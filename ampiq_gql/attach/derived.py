"""What follows from people, orders and lines: made by the functions of a build, over views."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from ampiq_gql.build.flags import FlagInputs, FlagSources
from ampiq_gql.build.flags.stored import store_rules
from ampiq_gql.build.lineage import Lineage
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.provenance import store_lineage
from ampiq_gql.build.tables.attribute_measures import purchase_measures, qualifying_orders
from ampiq_gql.build.tables.customer_360 import customer_360
from ampiq_gql.build.tables.customer_attributes import customer_attributes
from ampiq_gql.build.tables.preferred_values import PREFERENCES, preferred_values
from ampiq_gql.build.tables.rfm import rfm_scores
from ampiq_gql.build.tables.taken_back import taken_back
from ampiq_gql.build.tables.transaction_attributes import (
    HistoryParts,
    transaction_attributes_extended,
)
from ampiq_gql.build.windows import windows
from ampiq_gql.build.writing import TableSelect, write_scratch, write_table
from ampiq_gql.progress import Progress

__all__ = ["Derived", "write_derived"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """The tables that were written, and the rows of customer_360, for the caller to show."""

    tables: dict[str, sa.Table]
    profile: TableSelect


class _Writing:
    """Writes tables through one connection; scratch tables go with it."""

    def __init__(
        self, connection: sa.Connection, context: BuildContext, progress: Progress
    ) -> None:
        self._connection = connection
        self._progress = progress
        self.context = context
        self.tables: dict[str, sa.Table] = {}
        self.lineage = Lineage()

    def scratch(self, rows: TableSelect) -> sa.Table:
        self._progress.start(f"Preparing {rows.name}")
        table = write_scratch(self._connection, rows)
        self.lineage.record_scratch(rows)
        self._progress.finish()
        return table

    def table(self, rows: TableSelect) -> sa.Table:
        self._progress.start(f"Working out {rows.name}")
        written = write_table(self._connection, rows)
        self.tables[rows.name] = written.table
        self.lineage.record_table(rows)
        self._progress.finish()
        return written.filled


def write_derived(
    connection: sa.Connection,
    people: sa.Table,
    orders: sa.Table,
    lines: sa.Table,
    context: BuildContext,
    progress: Progress,
) -> Derived:
    """Write histories and attributes; the three are described by the columns that have values."""
    writing = _Writing(connection, context, progress)
    history = _history(writing, orders, lines)
    tables = {table.name: table for table in (people, history, lines)}
    sources = FlagSources(has_descriptions="product_description" in lines.c)
    inputs = FlagInputs.of(tables, context.as_of, context.rules, sources)
    writing.table(customer_attributes(inputs))
    store_rules(connection, context.rules, sources)
    store_lineage(connection, writing.lineage)
    return Derived(tables=writing.tables, profile=customer_360(people, history, None))


def _history(writing: _Writing, orders: sa.Table, lines: sa.Table) -> sa.Table:
    periods = windows(writing.context.as_of)
    counted = writing.scratch(qualifying_orders(orders, periods))
    measures = writing.scratch(purchase_measures(counted, periods))
    parts = HistoryParts(
        measures=measures,
        preferred={
            column: writing.scratch(preferred_values(counted, column, periods))
            for column in PREFERENCES
            if column in counted.c
        },
        returns=writing.scratch(taken_back(lines, periods)),
        rfm=writing.scratch(rfm_scores(measures, writing.context.rules.rfm_ties)),
    )
    return writing.table(transaction_attributes_extended(parts, periods, writing.context))
