"""In which columns all purchase lines of an order are alike, so that the order may be asked.

Measured, not believed of the sources: a file of items may say anything on each line. Reading 10
million orders instead of their lines makes a segment of purchases two to six times as fast.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value, is_purchase
from ampiq_gql.build.sources import Sources
from ampiq_gql.build.tables.transactions import FACTS, shared_columns
from ampiq_gql.build.validation.order_facts import OrderFacts
from ampiq_gql.catalog.profiles import TableProfile
from dsl.catalog import ID_COLUMN, LINES_TABLE, ORDERS_TABLE, UNIVERSE_TABLE

__all__ = ["known_order_columns", "order_columns"]

ORDER_ID = "order_id"
COMPARED = (ID_COLUMN, "order_datetime", "currency", *FACTS)


def order_columns(
    connection: sa.Connection, tables: Mapping[str, sa.Table], known: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the columns in which every purchase line of a known customer is like its order.

    None are returned when an order has several rows or is of somebody who is no customer. Of the
    `known` columns it is proven that they are alike, and that every order has one row, when there
    are any.
    """
    lines, orders, customers = (
        tables[name] for name in (LINES_TABLE, ORDERS_TABLE, UNIVERSE_TABLE)
    )
    if not _are_customers(connection, orders, customers):
        return ()
    asked = [name for name in COMPARED if name not in known]
    if known and not asked:
        return (ORDER_ID, *COMPARED)
    bought = (
        sa.select(lines.c[ORDER_ID], *(lines.c[name] for name in asked))
        .where(is_purchase(lines), lines.c[ID_COLUMN].is_not(None))
        .subquery("bought")
    )
    (line_count,) = connection.execute(sa.select(sa.func.count()).select_from(bought)).one()
    joined = bought.outerjoin(orders, orders.c[ORDER_ID] == bought.c[ORDER_ID])
    differing = [_count(bought.c[name].is_distinct_from(orders.c[name])) for name in asked]
    figures = sa.select(sa.func.count(), *differing).select_from(joined)
    pair_count, *counts = connection.execute(figures).one()
    if pair_count > line_count:
        return ()
    unlike = {name for name, count in zip(asked, counts, strict=True) if count}
    return (ORDER_ID, *(name for name in COMPARED if name not in unlike))


def known_order_columns(
    facts: OrderFacts, sources: Sources, profiles: Iterable[TableProfile]
) -> frozenset[str]:
    """Return the columns that follow from how orders are made and from what is measured already.

    An order that stands once was made of lines that agree in what they were grouped by. None when
    orders may stand twice.
    """
    if not facts.has_unique_orders:
        return frozenset()
    grouped = frozenset(shared_columns(sources))
    dates = {"order_datetime"} if facts.has_alike_dates else frozenset()
    return grouped | dates | _same_everywhere(profiles)


def _same_everywhere(profiles: Iterable[TableProfile]) -> frozenset[str]:
    """Return the columns that hold one value, the same in both tables, or nothing in both."""
    found = {profile.name: profile for profile in profiles}
    lines, orders = (_only_values(found[name]) for name in (LINES_TABLE, ORDERS_TABLE))
    both = lines.keys() & orders.keys()
    return frozenset(name for name in both if lines[name] == orders[name])


def _only_values(profile: TableProfile) -> dict[str, str | None]:
    """Return the columns of which all rows hold the same, None where that is nothing."""
    empty = {column.name: None for column in profile.columns if not column.filled}
    single = {
        column.name: column.values[0].value
        for column in profile.columns
        if column.lists_all_values and len(column.values) == 1 and column.filled == profile.rows
    }
    return empty | single


def _are_customers(connection: sa.Connection, orders: sa.Table, customers: sa.Table) -> bool:
    """Tell whether everybody who has orders stands in the universe."""
    id_ = orders.c[ID_COLUMN]
    known = orders.outerjoin(customers, customers.c[ID_COLUMN] == id_)
    strangers = _count(id_.is_not(None) & customers.c[ID_COLUMN].is_(None))
    return connection.execute(sa.select(strangers).select_from(known)).scalar_one() == 0


def _count(condition: Value) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))
