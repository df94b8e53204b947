"""The tables of one build, each made of those before it; the order is that of the data model."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.identity import person_keys, write_person_keys
from ampiq_gql.build.line_texts import look_at_texts
from ampiq_gql.build.lineage import Lineage
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.sources import Sources, open_sources
from ampiq_gql.build.tables.attribute_measures import purchase_measures, qualifying_orders
from ampiq_gql.build.tables.consent import consent_answers, opt_status
from ampiq_gql.build.tables.customer_360 import customer_360
from ampiq_gql.build.tables.customer_attributes import Consent, customer_attributes, gift_givers
from ampiq_gql.build.tables.itemized import unified_itemized_transactions
from ampiq_gql.build.tables.merged import best_attributes, merged_customers
from ampiq_gql.build.tables.preferred_values import PREFERENCES, preferred_values
from ampiq_gql.build.tables.products import unified_product_catalog
from ampiq_gql.build.tables.profiles import unified_coalesced, unified_customers
from ampiq_gql.build.tables.records import (
    attribute_types,
    customer_keys,
    customer_records,
    order_customers,
)
from ampiq_gql.build.tables.rfm import rfm_scores
from ampiq_gql.build.tables.taken_back import taken_back
from ampiq_gql.build.tables.transaction_attributes import (
    HistoryParts,
    transaction_attributes_extended,
)
from ampiq_gql.build.tables.transactions import unified_transactions
from ampiq_gql.build.windows import windows
from ampiq_gql.build.writing import TableSelect, Written, drop, write_scratch, write_table
from ampiq_gql.build.writing import write_empty as write_empty_table
from ampiq_gql.catalog import standard_tables
from ampiq_gql.ingest import SourceKind
from ampiq_gql.progress import Progress

__all__ = ["Assembly"]


class Assembly:
    """Writes all tables of a build through one connection."""

    def __init__(
        self, connection: sa.Connection, context: BuildContext, progress: Progress
    ) -> None:
        self._connection = connection
        self._context = context
        self._progress = progress
        self._sources = open_sources(connection)
        self._attributes: tuple[str, ...] = ()
        self.tables: dict[str, sa.Table] = {}
        """The tables that are finished, as they are in the build."""
        self.lineage = Lineage()
        """Where these tables come from."""

    @property
    def sources(self) -> Sources:
        """The tables that the build is made of."""
        return self._sources

    def write(self) -> None:
        """Write everything."""
        named = customer_keys(self._sources)
        keys = write_person_keys(self._connection, named)
        self.lineage.record_scratch(person_keys(named))
        records = self._records(keys)
        lines = self._lines(keys)
        orders = self._table(unified_transactions(lines, self._sources))
        merged = self._people(records)
        history = self._history(lines, orders)
        self._table(self._customer_attributes(merged, history, lines))
        self._customer_360(records, merged, history)
        drop(self._connection, records)
        drop(self._connection, keys)
        for name in standard_tables():
            if name not in self.tables:
                self.tables[name] = write_empty_table(self._connection, name).table

    def _table(self, rows: TableSelect) -> sa.Table:
        """Write a table of the build; return it with the columns that something filled."""
        self._progress.start(f"Building {rows.name}")
        written: Written = write_table(self._connection, rows)
        self.tables[rows.name] = written.table
        self.lineage.record_table(rows)
        self._progress.finish()
        return written.filled

    def _scratch(self, rows: TableSelect) -> sa.Table:
        self._progress.start(f"Preparing {rows.name}")
        table = write_scratch(self._connection, rows)
        self.lineage.record_scratch(rows)
        self._progress.finish()
        return table

    def _records(self, keys: sa.Table) -> sa.Table:
        customers = self._sources[SourceKind.CUSTOMERS]
        if not customers.has_rows:
            return self._scratch(order_customers(self._sources, keys))
        types = attribute_types(self._connection, customers)
        self._attributes = tuple(types)
        return self._scratch(customer_records(customers, keys, types, self._context))

    @property
    def _is_one_each(self) -> bool:
        """One source: its key makes one record per person."""
        customers = self._sources[SourceKind.CUSTOMERS]
        sources = sa.select(sa.func.count(sa.distinct(customers.table.c.datasource)))
        return self._connection.execute(sources).scalar_one() <= 1

    def _lines(self, keys: sa.Table) -> sa.Table:
        catalog = self._table(unified_product_catalog(self._sources[SourceKind.PRODUCTS]))
        texts = look_at_texts(self._connection, self._sources, catalog, self._context)
        return self._table(
            unified_itemized_transactions(self._sources, keys, catalog, texts, self._context)
        )

    def _people(self, records: sa.Table) -> sa.Table:
        self._table(unified_coalesced(records))
        self._table(unified_customers(records))
        return self._table(merged_customers(records, is_one_each=self._is_one_each))

    def _history(self, lines: sa.Table, orders: sa.Table) -> sa.Table:
        periods = windows(self._context.as_of)
        counted = self._scratch(qualifying_orders(orders, periods))
        measures = self._scratch(purchase_measures(counted, periods))
        preferred = {
            column: self._scratch(preferred_values(counted, column, periods))
            for column in PREFERENCES
            if column in counted.c
        }
        returns = self._scratch(taken_back(lines, periods))
        rfm = self._scratch(rfm_scores(measures, self._context.rules.rfm_ties))
        history = self._table(
            transaction_attributes_extended(
                HistoryParts(measures=measures, preferred=preferred, returns=returns, rfm=rfm),
                periods,
                self._context,
            )
        )
        for table in (counted, measures, *preferred.values(), returns, rfm):
            drop(self._connection, table)
        return history

    def _customer_attributes(
        self, merged: sa.Table, history: sa.Table, lines: sa.Table
    ) -> TableSelect:
        givers = None
        if "product_description" in lines.c:
            givers = self._scratch(gift_givers(lines, self._context.rules))
        consent = Consent(
            email=self._consent(SourceKind.EMAIL_OPT_STATUS, merged, "email", "is_email_opted_in"),
            phone=self._consent(SourceKind.SMS_OPT_STATUS, merged, "phone", "is_sms_opted_in"),
        )
        return customer_attributes(merged, history, consent, givers, self._context)

    def _consent(
        self, kind: SourceKind, merged: sa.Table, contact: str, answer: str
    ) -> sa.Table | None:
        source = self._sources[kind]
        if not source.has_rows:
            return None
        self._table(opt_status(source, merged, contact))
        if contact not in merged.c:
            return None
        return self._scratch(consent_answers(source, merged, contact, answer))

    def _customer_360(self, records: sa.Table, merged: sa.Table, history: sa.Table) -> None:
        attributes = None
        if self._attributes:
            attributes = best_attributes(records, self._attributes, is_one_each=self._is_one_each)
        self._table(customer_360(merged, history, attributes))
