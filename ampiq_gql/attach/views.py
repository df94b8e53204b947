"""The selects behind the standard names, over the tables that stand in the user's database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from ampiq_gql.attach.mapping import AttachMapping
from ampiq_gql.attach.models import CUSTOMERS, LINES, ORDERS
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.catalog import StandardColumn, standard_table
from ampiq_gql.catalog.standard import column_type
from ampiq_gql.warehouse import AnySelect, FoundTable
from ampiq_gql.warehouse.attached import AttachedAmount, AttachedText, AttachedTime
from ampiq_gql.warehouse.ids import DigestUuid
from dsl.catalog import ID_COLUMN, DataType

__all__ = ["Shown", "shown_tables"]

Value = sa.ColumnElement[Any]
Values = dict[str, Value]

_OF_THE_ORDER = (
    ID_COLUMN, "order_datetime", "currency", "purchase_brand", "purchase_channel",
    "digital_channel", "store_id",
)  # fmt: skip
"""What a line has from its order when its own table does not say."""


class Shown:
    """A standard table: the select that shows it, and the columns that have values.

    `sources` are the tables that it reads, as `schema.table`.
    """

    def __init__(self, name: str, values: Values, source: sa.FromClause) -> None:
        self.name = name
        self.filled = tuple(values)
        self.sources = tuple(_names_of(source))
        standard = [
            column
            for column in standard_table(name).columns
            if column.name in values or not column.is_optional
        ]
        further = set(values) - {column.name for column in standard}
        self.select: AnySelect = sa.select(
            *(_labelled(column, values.get(column.name)) for column in standard),
            *(values[own].label(own) for own in sorted(further)),
        ).select_from(source)


def _names_of(source: sa.FromClause) -> Iterator[str]:
    tables = visitors.iterate(source)
    yield from (f"{one.schema}.{one.name}" for one in tables if isinstance(one, sa.Table))


def shown_profile(rows: TableSelect) -> Shown:
    """Return customer_360 as a view of the rows that a build would write."""
    (source,) = rows.select.get_final_froms()
    values = {column.name: column for column in rows.select.selected_columns}
    return Shown(rows.name, values, source)


def _labelled(column: StandardColumn, value: Value | None) -> Value:
    given = sa.cast(sa.null(), column_type(column)) if value is None else value
    return given.label(column.name)


def shown_tables(
    mapping: AttachMapping, found: Mapping[str, FoundTable], zone: str, currency: str
) -> dict[str, Shown]:
    """Return the standard tables that the mapping shows, lines always among them."""
    tables = {name: _table(found[table.source]) for name, table in mapping.tables.items()}
    values = {
        name: _values(name, table.columns, tables[name], zone)
        for name, table in mapping.tables.items()
    }
    source: dict[str, sa.FromClause] = dict(tables)
    values[CUSTOMERS] |= _of_people(values[CUSTOMERS])
    values[ORDERS] |= _of_orders(values[ORDERS], currency)
    if LINES in values:
        source[LINES] = _with_orders(values, source)
    else:
        source[LINES], values[LINES] = source[ORDERS], _one_line_each(values[ORDERS])
    values[LINES] |= _of_lines(values[LINES])
    return {name: Shown(name, values[name], source[name]) for name in values}


def _table(found: FoundTable) -> sa.Table:
    columns = (sa.Column(name, kind) for name, kind in found.columns.items())
    return sa.Table(found.name, sa.MetaData(schema=found.schema), *columns)


def _values(name: str, columns: Mapping[str, str], table: sa.Table, zone: str) -> Values:
    values: Values = {}
    for ours, theirs in columns.items():
        standard = standard_table(name).column(ours)
        if standard is not None:
            values[ours] = _typed(standard, table.c[theirs], zone)
    return values


def _typed(column: StandardColumn, held: sa.Column[Any], zone: str) -> Value:
    if column.is_id:
        return held if isinstance(held.type, sa.Uuid) else DigestUuid(sa.cast(held, sa.Text))
    if column.type is DataType.STRING:
        return AttachedText(held)
    if column.type is DataType.DATETIME and getattr(held.type, "timezone", False):
        return AttachedTime(held, sa.literal(zone, sa.Text()))
    if column.type is DataType.DECIMAL:
        return AttachedAmount(held, column_type(column))
    return sa.cast(held, column_type(column))


def _of_people(values: Values) -> Values:
    """Tell how complete the groups of the merge rule are, as far as one table can."""
    groups = {
        "email_completion": ("email",),
        "phone_completion": ("phone",),
        "birthdate_completion": ("birthdate",),
        "gender_completion": ("gender",),
        "address_completion": ("address", "city", "state", "postal"),
    }
    named: list[Value] = [
        values[one].is_not(None) for one in ("full_name", "surname") if one in values
    ]
    is_named = sa.case((sa.or_(sa.false(), *named), 1), else_=0)
    counted: Values = {"name_completion": sa.cast(is_named, sa.BigInteger())}
    for completion, group in groups.items():
        parts = [sa.case((values[one].is_not(None), 1), else_=0) for one in group if one in values]
        counted[completion] = sa.cast(sum(parts, sa.literal(0)), sa.BigInteger())
    return {name: value for name, value in counted.items() if name not in values}


def _of_orders(values: Values, currency: str) -> Values:
    """Fill what an order has at least: it counts in full, and nothing of it was taken back."""
    revenue = values["order_revenue"]
    nothing = sa.cast(sa.literal(0), sa.Numeric(18, 4))
    none = sa.cast(sa.literal(0), sa.BigInteger())
    one = sa.cast(sa.literal(1), sa.BigInteger())
    usual: Values = {
        "datasource": _text("attached"),
        "currency": _text(currency),
        "order_returned_revenue": nothing,
        "order_returned_quantity": none,
        "order_canceled_revenue": nothing,
        "order_canceled_quantity": none,
        "order_quantity": one,
        "net_order_revenue": revenue,
        "sum_item_revenue": revenue,
        "purchase_line_count": one,
    }
    return _lacking(values, usual)


def _of_lines(values: Values) -> Values:
    usual: Values = {
        "datasource": _text("attached"),
        "item_quantity": sa.cast(sa.literal(1), sa.BigInteger()),
        "is_return": sa.false(),
        "is_cancellation": sa.false(),
    }
    return _lacking(values, usual)


def _lacking(values: Values, usual: Mapping[str, Value]) -> Values:
    return {name: value for name, value in usual.items() if name not in values}


def _one_line_each(orders: Values) -> Values:
    """Return a line of no product for each order, when nothing tells its lines."""
    names = ("order_id", *_OF_THE_ORDER)
    values = {name: orders[name] for name in names if name in orders}
    return values | {
        "item_revenue": orders["order_revenue"],
        "item_quantity": orders["order_quantity"],
    }


def _with_orders(values: dict[str, Values], source: Mapping[str, sa.FromClause]) -> sa.FromClause:
    """Join each line with its order, for what the line does not say itself; fill that in."""
    lines, orders = values[LINES], values[ORDERS]
    lacking = [name for name in _OF_THE_ORDER if name not in lines and name in orders]
    if not lacking:
        return source[LINES]
    order = sa.select(
        orders["order_id"].label("order_id"), *(orders[name].label(name) for name in lacking)
    ).select_from(source[ORDERS])
    of_order = order.subquery("of_order")
    lines |= {name: of_order.c[name] for name in lacking}
    return source[LINES].outerjoin(of_order, of_order.c.order_id == lines["order_id"])


def _text(text: str) -> Value:
    return AttachedText(sa.literal(text, sa.Text()))
