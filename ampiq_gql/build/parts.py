"""Tables of which only a part is made anew: the rows of touched orders, and of their people.

Everything that a line or an order says follows from rows of the same order id, from the product
catalog and from who is known as a customer, and the history of a person from the orders of the
same person; so what those leave untouched can stay as it is.
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
    "ORDER_KINDS", "differs_from", "known_texts", "people_of", "removal", "renewal", "rest",
    "rows_of", "rows_of_touched", "touched_orders", "unfolded",
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


def people_of(orders: sa.FromClause, touched: sa.Table) -> AnySelect:
    """Select who placed the touched orders, each once; orders of nobody tell nothing."""
    person = orders.c.amperity_id
    is_touched = orders.c.order_id.in_(sa.select(touched.c.order_id))
    return sa.select(person).where(is_touched, person.is_not(None)).distinct()


def rows_of(table: sa.FromClause, touched: sa.Table, key: str) -> sa.Subquery:
    """Select the rows of a table that have touched keys."""
    has_touched = table.c[key].in_(sa.select(touched.c[key]))
    name = f"touched_{table.name}" if isinstance(table, sa.Table) else None
    return sa.select(*table.columns).where(has_touched).subquery(name)


def rest(scratch: sa.Table, kept: sa.Table, touched: sa.Table, key: str) -> sa.Insert:
    """Return the statement that puts the rows of untouched keys into a scratch table."""
    names = [column.name for column in scratch.columns]
    is_untouched = kept.c[key].not_in(sa.select(touched.c[key]))
    rows = sa.select(*(kept.c[name] for name in names)).where(is_untouched)
    return scratch.insert().from_select(names, rows)


def renewal(table: sa.Table, found: sa.Table, key: str) -> sa.Update:
    """Return the statement that gives all rows the values that were found for their keys."""
    names = [column.name for column in found.columns if column.name != key]
    differs = sa.or_(*(table.c[name].is_distinct_from(found.c[name]) for name in names))
    return (
        table.update()
        .values({name: found.c[name] for name in names})
        .where(table.c[key] == found.c[key], differs)
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
