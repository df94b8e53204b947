"""Tables of which only a part is made anew: the rows of orders that changed since the former build.

Everything that a line or an order says follows from rows of the same order id, from the product
catalog and from who is known as a customer; so what those leave untouched can stay as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import sqlalchemy as sa

from ampiq_gql.build.sources import Sources, SourceTable
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.sources import history_table
from ampiq_gql.warehouse import AnySelect

__all__ = [
    "ORDER_KINDS", "differs_from", "known_texts", "removal", "rows_of_touched", "touched_orders",
    "unfolded",
]  # fmt: skip

ORDER_KINDS = (SourceKind.ORDERS, SourceKind.ORDER_ITEMS)
"""The source tables whose rows belong to one order each."""


def touched_orders(
    sources: Sources, number: int, *, lines: sa.Table, records: sa.Table
) -> TableSelect:
    """Select every order that rows came to, changed in or went from after load `number`.

    Orders whose customer became known, or is known no longer, are among them: `lines` and
    `records` (unified_coalesced) are those of the former build.
    """
    found = [ids for kind in ORDER_KINDS for ids in _moved(sources[kind], "order_id", number)]
    found.append(_orders_of_others(sources[SourceKind.CUSTOMERS], number, lines, records))
    ids = sa.union(*found).subquery("ids")
    return TableSelect(
        name="touched_order_ids",
        select=sa.select(ids.c.order_id).where(ids.c.order_id.is_not(None)),
    )


def _moved(source: SourceTable, key: str, number: int) -> Iterator[AnySelect]:
    """Select the keys of rows that are here since, and of those that went since."""
    table, history = source.table, history_table(source.kind)
    yield sa.select(table.c[key]).where(table.c.changed_in > number)
    yield sa.select(history.c[key]).where(history.c.removed_in > number)


def _orders_of_others(
    customers: SourceTable, number: int, lines: sa.Table, records: sa.Table
) -> AnySelect:
    """Select the orders of customers of whom a record is there now and was not, or the reverse."""
    moved = sa.union(*_moved(customers, "customer_id", number)).subquery("moved")
    was_known = sa.exists().where(records.c.pk == moved.c.customer_id)
    is_known = sa.exists().where(customers.table.c.customer_id == moved.c.customer_id)
    others = sa.select(moved.c.customer_id).where(was_known != is_known)
    return sa.select(lines.c.order_id).where(lines.c.customer_id.in_(others))


def rows_of_touched(source: SourceTable, touched: sa.Table) -> TableSelect:
    """Select the rows of a source table that belong to touched orders."""
    table = source.table
    is_touched = table.c.order_id.in_(sa.select(touched.c.order_id))
    return TableSelect(
        name=f"touched_{table.name}", select=sa.select(*table.columns).where(is_touched)
    )


def unfolded(rows: TableSelect, name: str) -> TableSelect:
    """Return the same rows under another name, unsorted, with columns of one value written out."""
    constant = (sa.literal(text).label(column) for column, text in rows.constant.items())
    return replace(
        rows, name=name, select=rows.select.add_columns(*constant), constant={}, order_by=()
    )


def differs_from(part: sa.Table, constant: Mapping[str, str]) -> AnySelect:
    """Select whether some row has another value in a column that has one value elsewhere."""
    differing = (part.c[name].is_distinct_from(text) for name, text in constant.items())
    return sa.select(sa.literal(1)).where(sa.or_(sa.false(), *differing)).limit(1)


def known_texts(table: sa.Table) -> Mapping[str, frozenset[str]]:
    """Return the columns of a table that can hold certain texts alone, with these texts."""
    return {
        column.name: frozenset(column.type.enums)
        for column in table.columns
        if isinstance(column.type, sa.Enum)
    }


def removal(table: sa.Table, touched: sa.Table, key: str) -> sa.Delete:
    """Return the statement that takes the rows of touched keys from a table."""
    return table.delete().where(table.c[key].in_(sa.select(touched.c[key])))
