"""All tables of a build: what each reads and by which function it is selected (1.2).

This is the one place that says so: builds run by it, and `ampiq build --plan` shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

import sqlalchemy as sa

from ampiq_gql.build.flags import FlagInputs, FlagSources
from ampiq_gql.build.flags.inputs import CONSENTS
from ampiq_gql.build.graph import Graph, Inputs, Rows, Step, source_name
from ampiq_gql.build.identity import PersonKeys
from ampiq_gql.build.line_texts import look_at_texts
from ampiq_gql.build.phone_forms import write_phone_forms
from ampiq_gql.build.tables.attribute_measures import purchase_measures, qualifying_orders
from ampiq_gql.build.tables.consent import opt_status
from ampiq_gql.build.tables.customer_360 import customer_360
from ampiq_gql.build.tables.customer_attributes import customer_attributes
from ampiq_gql.build.tables.households import merged_households
from ampiq_gql.build.tables.itemized import unified_itemized_transactions
from ampiq_gql.build.tables.merged import best_attributes, merged_customers
from ampiq_gql.build.tables.preferred_values import PREFERENCES, preferred_values
from ampiq_gql.build.tables.products import unified_product_catalog
from ampiq_gql.build.tables.profiles import unified_coalesced, unified_customers
from ampiq_gql.build.tables.records import (
    attribute_types,
    customer_keys,
    customer_records,
    is_one_record_each,
    order_customers,
)
from ampiq_gql.build.tables.rfm import ranked_measures, rfm_scores
from ampiq_gql.build.tables.taken_back import taken_back
from ampiq_gql.build.tables.transaction_attributes import (
    HistoryParts,
    transaction_attributes_extended,
)
from ampiq_gql.build.tables.transactions import unified_transactions
from ampiq_gql.build.windows import Window, windows
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.ingest import SourceKind
from dsl.catalog import ID_COLUMN

__all__ = [
    "COUNTED", "LINES", "MEASURES", "ORDERS", "ORDER_KEY", "PERSON_KEY", "RECORDS_TABLE",
    "build_graph", "flag_sources",
]  # fmt: skip

CUSTOMERS_FILE = source_name(SourceKind.CUSTOMERS)
ORDERS_FILE = source_name(SourceKind.ORDERS)
ITEMS_FILE = source_name(SourceKind.ORDER_ITEMS)
PRODUCTS_FILE = source_name(SourceKind.PRODUCTS)
EMAIL_FILE = source_name(SourceKind.EMAIL_OPT_STATUS)
SMS_FILE = source_name(SourceKind.SMS_OPT_STATUS)

ORDER_KEY, PERSON_KEY = "order_id", ID_COLUMN
"""The keys by which tables are made in part: of orders that changed, and of their people."""

KEYS, RECORDS, MERGED = "person_keys", "customer_records", "merged_customers"
CATALOG, HOUSEHOLDS = "unified_product_catalog", "merged_households"
LINES, ORDERS = "unified_itemized_transactions", "unified_transactions"
COUNTED, MEASURES, RETURNS = "qualifying_orders", "purchase_measures", "taken_back"
RANKED, RFM, HISTORY = "ranked_measures", "rfm_scores", "transaction_attributes_extended"
RECORDS_TABLE = "unified_coalesced"
FLAGGED = (
    MERGED, HISTORY, LINES, RECORDS_TABLE, HOUSEHOLDS,
    *(table for table, _ in CONSENTS.values()),
)  # fmt: skip
"""What the flags of customers are made of."""

PREFERRED = {column: f"preferred_{column}" for column in PREFERENCES}


def _person_keys(given: Inputs) -> Rows:
    return PersonKeys(name=KEYS, customer_ids=customer_keys(given.sources))


def _records(given: Inputs) -> Rows:
    customers = given.sources[SourceKind.CUSTOMERS]
    if not customers.has_rows:
        return order_customers(given.sources, given[KEYS])
    types = attribute_types(given.connection, customers)
    return customer_records(customers, given[KEYS], types, given.context)


def _catalog(given: Inputs) -> Rows:
    return unified_product_catalog(given.sources[SourceKind.PRODUCTS])


def _lines(given: Inputs) -> Rows:
    catalog = given[CATALOG]
    texts = look_at_texts(given.connection, given.sources, catalog, given.context)
    return unified_itemized_transactions(given.sources, given[KEYS], catalog, texts, given.context)


def _merged(given: Inputs) -> Rows:
    is_one_each = is_one_record_each(given.connection, given.sources)
    return merged_customers(given[RECORDS], is_one_each=is_one_each)


def _preferred(column: str) -> Step:
    def rows(given: Inputs) -> Rows:
        orders = given[COUNTED]
        if column not in orders.c:
            return None
        return preferred_values(orders, column, windows(given.context.as_of))

    return _measured(PREFERRED[column], COUNTED, rows)


def _history(given: Inputs) -> Rows:
    found = {column: given.get(name) for column, name in PREFERRED.items()}
    parts = HistoryParts(
        measures=given[MEASURES],
        preferred={column: table for column, table in found.items() if table is not None},
        returns=given[RETURNS],
        rfm=given[RFM],
    )
    periods = windows(given.context.as_of)
    return transaction_attributes_extended(parts, periods, given.context)


def _consent_step(kind: SourceKind, contact: str) -> Step:
    """Declare the table of consents."""
    file = source_name(kind)

    def rows(given: Inputs) -> Rows:
        source, people = given.sources[kind], given[MERGED]
        if not source.has_rows:
            return None
        forms = None
        if contact == "phone" and contact in people.c:
            written = sa.union(sa.select(people.c.phone), sa.select(source.table.c.phone))
            region = given.context.phone_region
            forms = write_phone_forms(given.connection, written.subquery("written"), region)
        return opt_status(source, people, contact, forms)

    return Step(name=source_table_name(kind), reads=(file, MERGED), rows=rows)


def source_table_name(kind: SourceKind) -> str:
    """Return the name of the standard table that a source table becomes as it is."""
    return source_name(kind).removeprefix("sources.")


def flag_sources(filled: Callable[[str], Collection[str]]) -> FlagSources:
    """Say what there is for the flags; `filled` names the columns of a table that have values."""
    people = filled(MERGED)
    return FlagSources(
        consents=tuple(
            contact
            for contact, (table, _) in CONSENTS.items()
            if filled(table) and contact in people
        ),
        has_descriptions="product_description" in filled(LINES),
    )


def _customer_attributes(given: Inputs) -> Rows:
    made = {name: table for name in FLAGGED if (table := given.get(name)) is not None}
    sources = flag_sources(lambda name: made[name].c.keys() if name in made else ())
    context = given.context
    return customer_attributes(FlagInputs.of(made, context.as_of, context.rules, sources))


def _customer_360(given: Inputs) -> Rows:
    attributes = None
    names = [column.name for column in given.sources[SourceKind.CUSTOMERS].attributes]
    if names and given.sources[SourceKind.CUSTOMERS].has_rows:
        is_one_each = is_one_record_each(given.connection, given.sources)
        attributes = best_attributes(given[RECORDS], names, is_one_each=is_one_each)
    return customer_360(given[MERGED], given[HISTORY], attributes)


def build_graph(*, has_customers: bool) -> Graph:
    """Return every table that something can be loaded for; other standard tables are made empty.

    Without a customers file people come from the orders and lines (`has_customers`).
    """
    people = (CUSTOMERS_FILE,) if has_customers else (CUSTOMERS_FILE, ORDERS_FILE, ITEMS_FILE)
    return Graph(
        (*_people_steps(people), *_purchase_steps(), *_history_steps(), *_customer_steps())
    )


def _people_steps(people: tuple[str, ...]) -> Iterator[Step]:
    yield Step(
        name=KEYS,
        reads=people,
        rows=_person_keys,
        is_scratch=True,
        part_key="customer_id",
        follows=frozenset(people),
    )
    yield Step(name=RECORDS, reads=(*people, KEYS), rows=_records, is_scratch=True)
    for name, select in (
        (RECORDS_TABLE, unified_coalesced),
        ("unified_customers", unified_customers),
    ):
        yield Step(name=name, reads=(RECORDS,), rows=_of_one(select, RECORDS))
    yield Step(name=MERGED, reads=(CUSTOMERS_FILE, RECORDS), rows=_merged)
    yield Step(
        name=HOUSEHOLDS, reads=(MERGED,), rows=lambda given: merged_households(given[MERGED])
    )


def _purchase_steps() -> Iterator[Step]:
    yield Step(name=CATALOG, reads=(PRODUCTS_FILE,), rows=_catalog)
    yield Step(
        name=LINES,
        reads=(ITEMS_FILE, ORDERS_FILE, PRODUCTS_FILE, KEYS, CATALOG),
        rows=_lines,
        part_key=ORDER_KEY,
        follows=frozenset({ITEMS_FILE, ORDERS_FILE, KEYS}),
    )
    yield Step(
        name=ORDERS,
        reads=(LINES, ORDERS_FILE, ITEMS_FILE),
        rows=lambda given: unified_transactions(given[LINES], given.sources),
        part_key=ORDER_KEY,
        follows=frozenset({LINES, ORDERS_FILE, ITEMS_FILE}),
    )


def _history_steps() -> Iterator[Step]:
    yield _windowed(COUNTED, ORDERS, qualifying_orders)
    yield _windowed(MEASURES, COUNTED, purchase_measures)
    yield from map(_preferred, PREFERENCES)
    yield _windowed(RETURNS, LINES, taken_back)
    yield Step(
        name=RANKED,
        reads=(MEASURES,),
        rows=_of_one(ranked_measures, MEASURES),
        is_scratch=True,
        part_key=PERSON_KEY,
        follows=frozenset({MEASURES}),
        kept_in=HISTORY,
    )
    yield Step(
        name=RFM,
        reads=(RANKED,),
        rows=lambda given: rfm_scores(given[RANKED], given.context.rules.rfm_ties),
        is_scratch=True,
    )
    measured = (MEASURES, *PREFERRED.values(), RETURNS)
    yield Step(
        name=HISTORY,
        reads=(*measured, RFM),
        rows=_history,
        reads_day=True,
        part_key=PERSON_KEY,
        follows=frozenset(measured),
        of_everyone=frozenset({RFM}),
    )


def _customer_steps() -> Iterator[Step]:
    yield _consent_step(SourceKind.EMAIL_OPT_STATUS, "email")
    yield _consent_step(SourceKind.SMS_OPT_STATUS, "phone")
    yield Step(
        name="customer_attributes",
        reads=FLAGGED,
        rows=_customer_attributes,
        reads_day=True,
    )
    yield Step(
        name="customer_360",
        reads=(CUSTOMERS_FILE, RECORDS, MERGED, HISTORY),
        rows=_customer_360,
        part_key=PERSON_KEY,
        follows=frozenset({HISTORY}),
    )


def _of_one(select: Callable[[sa.FromClause], TableSelect], read: str) -> Callable[[Inputs], Rows]:
    return lambda given: select(given[read])


def _windowed(
    name: str, read: str, select: Callable[[sa.FromClause, Sequence[Window]], TableSelect]
) -> Step:
    """Declare what is measured of one table in the windows that end with the day of the build."""

    def rows(given: Inputs) -> Rows:
        return select(given[read], windows(given.context.as_of))

    return _measured(name, read, rows)


def _measured(name: str, read: str, rows: Callable[[Inputs], Rows]) -> Step:
    """Declare what is measured of each person by the rows of one table."""
    return Step(
        name=name,
        reads=(read,),
        rows=rows,
        is_scratch=True,
        reads_day=True,
        part_key=PERSON_KEY,
        follows=frozenset({read}),
    )
