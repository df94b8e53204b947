"""The rows that checks share: source tables, tables of the build, and what must be put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import sqlalchemy as sa

from ampiq_gql.build.expressions import is_purchase, total
from ampiq_gql.build.sources import SourceTable
from ampiq_gql.build.validation.declarations import Condition, Relation
from ampiq_gql.build.validation.inputs import Absent, Inputs, Rows
from ampiq_gql.build.validation.keys import sample_keys
from ampiq_gql.build.validation.models import SampleColumn
from ampiq_gql.build.validation.order_facts import (
    COUNTED_OF_ORDERS,
    LINES,
    ORDERS,
    OrderFacts,
    lines_of_orders,
)
from ampiq_gql.catalog import standard_tables
from ampiq_gql.catalog.naming import describe_by_name
from ampiq_gql.ingest import SourceKind
from ampiq_gql.warehouse import AnySelect
from dsl.catalog import DataType

__all__ = [
    "build_rows",
    "build_table",
    "key_columns",
    "keys_of",
    "order_customers",
    "order_rollup",
    "order_sources",
    "source_rows",
    "undated_lines",
]  # fmt: skip

_SOURCE_KEYS = {
    SourceKind.CUSTOMERS: ("customer_id",),
    SourceKind.ORDERS: ("order_id",),
    SourceKind.ORDER_ITEMS: ("order_id", "product_id", "line_number"),
    SourceKind.PRODUCTS: ("product_id",),
}


@cache
def source_rows(kind: SourceKind, *, is_additive: bool = True) -> Relation:
    """Return the rows of a source table, source by source.

    Checks whose figures are no sums over rows have a relation of their own, which says so.
    """

    def select(inputs: Inputs) -> Rows | Absent:
        source = inputs.source(kind)
        if not source.has_rows:
            return Absent(reason=f"No {kind.value} were loaded.")
        return Rows(source.table, source)

    return Relation(
        table=kind.value,
        select=select,
        keys=tuple(map(_source_column, _SOURCE_KEYS.get(kind, ()))),
        by=("datasource",),
        reads=(kind.value,),
        is_additive=is_additive,
    )


def _source_column(name: str) -> SampleColumn:
    """Return a column of a source table, restricted as the catalog would call it."""
    described = describe_by_name(name, DataType.STRING)
    return SampleColumn(name=name, is_pii=described.is_pii)


def key_columns(table: str, *names: str) -> tuple[SampleColumn, ...]:
    """Return columns of a standard table as sample keys, restricted where they are personal."""
    standard = standard_tables()[table]
    known = {column.name: column for column in standard.columns}
    return tuple(SampleColumn(name=name, is_pii=known[name].is_pii) for name in names)


@cache
def build_rows(table: str, *, by: tuple[str, ...] = (), where: Condition | None = None) -> Relation:
    """Return the rows of a table of the build, or those of them that meet a condition."""
    return Relation(
        table=table,
        select=partial(build_table, table=table, where=where),
        keys=key_columns(table, *sample_keys(table)),
        by=by,
        reads=(table,),
        is_additive=True,
    )


def build_table(inputs: Inputs, table: str, where: Condition | None = None) -> Rows | Absent:
    """Return a table of the build, unless nothing is in it."""
    if not inputs.has_rows(table):
        return Absent(reason=f"{table} is empty.")
    rows = Rows(inputs.tables[table], empty=inputs.empty_columns(table))
    shown = rows if where is None else replace(rows, where=where(rows))
    measures = inputs.measures[table]
    return replace(
        shown, shown=shown, never_null=measures.never_null, never_blank=measures.never_blank
    )


@cache
def keys_of(table: str, *keys: str) -> Relation:
    """Return the keys of a table, each once, with the number of rows that have it."""

    def select(inputs: Inputs) -> Rows | Absent:
        rows = build_table(inputs, table)
        if isinstance(rows, Absent):
            return rows
        columns = [rows[name] for name in keys]
        statement = sa.select(*columns, sa.func.count().label("copies")).group_by(*columns)
        if len(columns) == 1:
            statement = statement.where(columns[0].is_not(None))
        return Rows(statement.subquery(f"keys_of_{table}"))

    def sound(inputs: Inputs) -> int | None:
        return inputs.measures[table].rows if _are_all_different(inputs, table, keys) else None

    return Relation(
        table=table, select=select, keys=key_columns(table, *keys), sound=sound, reads=(table,)
    )


def _are_all_different(inputs: Inputs, table: str, keys: tuple[str, ...]) -> bool:
    """Tell whether it is known already that no key comes twice."""
    if any(key in inputs.measures[table].all_different for key in keys):
        return True
    match table:
        case "unified_transactions":
            return OrderFacts.of(inputs).has_unique_orders
        case "unified_itemized_transactions":
            return OrderFacts.of(inputs).has_unique_lines
        case _:
            return False


def _order_rollup(inputs: Inputs) -> Rows | Absent:
    """Return every order with what its lines say, and lines without an order likewise."""
    lines, orders = (inputs.tables[name] for name in (LINES, ORDERS))
    if not (inputs.has_rows(LINES) or inputs.has_rows(ORDERS)):
        return Absent(reason="There are no orders.")
    shown = Rows(_orders_and_lines(orders, lines, ()).subquery("orders_and_lines"))
    besides = _orders_and_lines(orders, lines, lines_of_orders(lines))
    return Rows(besides.subquery("orders_and_lines"), shown=shown)


def _orders_and_lines(
    orders: sa.Table, lines: sa.Table, besides: Sequence[sa.Label[Any]]
) -> AnySelect:
    rolled = (
        sa.select(
            lines.c.order_id,
            total(lines.c.item_revenue, is_purchase(lines)).label("line_revenue"),
            sa.func.count(1).filter(is_purchase(lines)).label("purchase_lines"),
            sa.func.count().label("lines"),
            *besides,
        )
        .group_by(lines.c.order_id)
        .subquery("rolled_up")
    )
    columns = [
        sa.func.coalesce(orders.c.order_id, rolled.c.order_id).label("order_id"),
        orders.c.datasource,
        sa.cast(sa.func.date_trunc("month", orders.c.order_datetime), sa.Date).label("month"),
        orders.c.order_id.is_(None).label("is_without_order"),
        rolled.c.order_id.is_(None).label("is_without_lines"),
        orders.c.order_revenue,
        rolled.c.line_revenue,
        rolled.c.purchase_lines,
        rolled.c.lines,
    ]
    if besides:
        columns += [orders.c.order_datetime, *(rolled.c[label.name] for label in besides)]
    joined = orders.join(rolled, rolled.c.order_id == orders.c.order_id, full=True)
    return sa.select(*columns).select_from(joined)


order_rollup = Relation(
    table="unified_transactions",
    select=_order_rollup,
    keys=(SampleColumn(name="order_id"),),
    by=("datasource", "month"),
    besides=COUNTED_OF_ORDERS,
    reads=(LINES, ORDERS),
    is_additive=True,
)
"""All orders beside their lines, by source and month."""


def _order_sources(inputs: Inputs) -> Rows | Absent:
    """Return every order id with the first and the last of the sources that bring it."""
    orders = inputs.source(SourceKind.ORDERS)
    if not orders.has_rows:
        return Absent(reason="No orders were loaded.")
    source = orders.table.c.datasource
    edges = sa.select(sa.func.min(source), sa.func.max(source))
    first, last = inputs.connection.execute(edges).one()
    if first == last:
        return Absent(reason="All orders come from one source, which cannot repeat its key.")
    statement = sa.select(
        orders.table.c.order_id,
        sa.func.min(source).label("first_source"),
        sa.func.max(source).label("last_source"),
    ).group_by(orders.table.c.order_id)
    return Rows(statement.subquery("sources_of_orders"))


order_sources = Relation(
    table="unified_transactions",
    select=_order_sources,
    keys=(SampleColumn(name="order_id"),),
)
"""Order ids over all sources."""


def _order_customers(inputs: Inputs) -> Rows | Absent:
    """Return every order id with the edges of the customers and people that its rows name."""
    orders, items = inputs.source(SourceKind.ORDERS), inputs.source(SourceKind.ORDER_ITEMS)
    named = [source for source in (orders, items) if source.has("customer_id")]
    if not named:
        return Absent(reason="No order names a customer.")
    if named == [orders] and isinstance(_order_sources(inputs), Absent):
        return Absent(reason="Only one file of orders names customers, each order once.")
    claims = sa.union_all(*map(_claims, named)).subquery("claims")
    records = inputs.tables["unified_coalesced"]
    # People are compared by one of their keys: not every engine has a smallest UUID.
    person = sa.func.min(records.c.pk).over(partition_by=records.c.amperity_id)
    people = sa.select(records.c.pk, person.label("person")).distinct().subquery("people")
    joined = claims.outerjoin(people, people.c.pk == claims.c.customer_id)
    statement = (
        sa.select(
            claims.c.order_id,
            sa.func.min(claims.c.customer_id).label("first_customer"),
            sa.func.max(claims.c.customer_id).label("last_customer"),
            sa.func.min(people.c.person).label("first_person"),
            sa.func.max(people.c.person).label("last_person"),
        )
        .select_from(joined)
        .group_by(claims.c.order_id)
    )
    return Rows(statement.subquery("customers_of_orders"))


def _claims(source: SourceTable) -> sa.Select[str, str]:
    table = source.table
    return sa.select(table.c.order_id, table.c.customer_id).where(table.c.customer_id.is_not(None))


order_customers = Relation(
    table="unified_itemized_transactions",
    select=_order_customers,
    keys=(SampleColumn(name="order_id"),),
)
"""Order ids with the customers that orders and lines name for them, before one is picked."""


def _undated_lines(inputs: Inputs) -> Rows | Absent:
    """Return the lines without a date of their own, with the date of their order."""
    items, orders = inputs.source(SourceKind.ORDER_ITEMS), inputs.source(SourceKind.ORDERS)
    if not items.has_rows:
        return Absent(reason="No order lines were loaded.")
    table = items.table
    stated = orders.value("order_datetime")
    joined = table.outerjoin(orders.table, orders.table.c.order_id == table.c.order_id)
    statement = (
        sa.select(
            table.c.datasource,
            table.c.order_id,
            table.c.product_id,
            stated.label("order_datetime"),
        )
        .select_from(joined)
        .where(items.value("order_datetime").is_(None))
    )
    return Rows(statement.subquery("undated_lines"))


undated_lines = Relation(
    table="order-items",
    select=_undated_lines,
    keys=(SampleColumn(name="order_id"), SampleColumn(name="product_id")),
)
"""Lines that need an order to be dated."""
