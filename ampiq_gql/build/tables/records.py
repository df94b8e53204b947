"""Customer records as ingested, each with the person it belongs to; attributes get their types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value, site_time
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.sources import Sources, SourceTable
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.columns import ValueType, spec_of
from ampiq_gql.ingest.patterns import matches
from ampiq_gql.ingest.values import Reading, raw_text, typed_value
from ampiq_gql.warehouse import AnySelect

__all__ = [
    "attribute_types", "customer_keys", "customer_records", "is_one_record_each",
    "order_customers",
]  # fmt: skip

KEY_WORDS = re.compile(r"(^|_)(id|key|code|zip|postal|phone|number|no|nr|sku|upc)$")
"""Attributes of these names stay text, whatever their values look like."""

WORD_BOOLEAN = r"^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo])$"
PLAIN_INTEGER = r"^-?(0|[1-9][0-9]{0,17})$"
PLAIN_DECIMAL = r"^-?(0|[1-9][0-9]{0,13})([.][0-9]{1,4})?$"
PLAIN_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
PLAIN_DATETIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}.*)?$"

_TRIALS: tuple[tuple[ValueType, str], ...] = (
    (ValueType.BOOLEAN, WORD_BOOLEAN),
    (ValueType.INTEGER, PLAIN_INTEGER),
    (ValueType.DECIMAL, PLAIN_DECIMAL),
    (ValueType.DATE, PLAIN_DATE),
    (ValueType.DATETIME, PLAIN_DATETIME),
)


def attribute_types(connection: sa.Connection, customers: SourceTable) -> dict[str, ValueType]:
    """Deduce the type of each attribute from all of its values, by a full cast test."""
    if not customers.attributes:
        return {}
    reading = Reading(time_zone="UTC")
    counts: list[Value] = []
    for attribute in customers.attributes:
        text = raw_text(customers.table.columns[attribute.name])
        counts.append(sa.func.count(text))
        for kind, pattern in _TRIALS:
            fits = matches(text, pattern) & typed_value(text, kind, reading).is_not(None)
            counts.append(sa.func.count(1).filter(fits))
    found = connection.execute(sa.select(*counts).select_from(customers.table)).one()
    width = len(_TRIALS) + 1
    return {
        attribute.name: _choose(attribute.name, found[at * width], found[at * width + 1 :])
        for at, attribute in enumerate(customers.attributes)
    }


def _choose(name: str, filled: int, fitting: Any) -> ValueType:
    if filled and not KEY_WORDS.search(name):
        for (kind, _), count in zip(_TRIALS, fitting, strict=False):
            if count == filled:
                return kind
    return ValueType.TEXT


def is_one_record_each(connection: sa.Connection, sources: Sources) -> bool:
    """Tell whether no person has two records: one source has its key once."""
    customers = sources[SourceKind.CUSTOMERS].table
    counted = sa.select(sa.func.count(sa.distinct(customers.c.datasource)))
    return connection.execute(counted).scalar_one() <= 1


def customer_keys(sources: Sources) -> AnySelect:
    """Select each customer key once: of the customers files, without them of the orders."""
    customers = sources[SourceKind.CUSTOMERS]
    if customers.has_rows:
        return sa.select(customers.table.c.customer_id).distinct()
    return sa.select(_buyers(sources).c.customer_id).distinct()


def customer_records(
    customers: SourceTable,
    keys: sa.FromClause,
    types: Mapping[str, ValueType],
    context: BuildContext,
) -> TableSelect:
    """Select every record of the customers files with its person, profile and attributes."""
    table = customers.table
    known = [
        column for column in spec_of(SourceKind.CUSTOMERS).columns if customers.has(column.name)
    ]
    values: dict[str, Value] = {
        column.name: table.columns[column.name]
        for column in known
        if column.name not in ("customer_id", "create_dt", "update_dt", "gender")
    }
    for name in ("create_dt", "update_dt"):
        if customers.has(name):
            values[name] = site_time(table.columns[name], context.time_zone)
    if customers.has("gender"):
        values["gender"] = _gender(table.c.gender)
    reading = Reading(time_zone=context.time_zone)
    for name, kind in types.items():
        value = typed_value(raw_text(table.columns[name]), kind, reading)
        is_instant = kind is ValueType.DATETIME
        values[name] = site_time(value, context.time_zone) if is_instant else value
    select = sa.select(
        keys.c.amperity_id,
        table.c.datasource,
        table.c.customer_id.label("pk"),
        *(value.label(name) for name, value in values.items()),
    ).join_from(table, keys, keys.c.customer_id == table.c.customer_id)
    return TableSelect(name="customer_records", select=select)


def order_customers(sources: Sources, keys: sa.FromClause) -> TableSelect:
    """Without a customers file people come from the customer ids of orders and lines."""
    buyers = _buyers(sources)
    first = (
        sa.select(sa.func.min(buyers.c.datasource).label("datasource"), buyers.c.customer_id)
        .group_by(buyers.c.customer_id)
        .subquery("first")
    )
    select = sa.select(
        keys.c.amperity_id, first.c.datasource, first.c.customer_id.label("pk")
    ).join_from(first, keys, keys.c.customer_id == first.c.customer_id)
    return TableSelect(name="customer_records", select=select)


def _buyers(sources: Sources) -> sa.Subquery:
    """Select who bought, with the source that says so."""
    found = [
        sa.select(source.table.c.datasource, source.table.c.customer_id).where(
            source.table.c.customer_id.is_not(None)
        )
        for kind in (SourceKind.ORDERS, SourceKind.ORDER_ITEMS)
        if (source := sources[kind]).has("customer_id")
    ]
    if not found:
        nobody = sources[SourceKind.CUSTOMERS].table
        found = [sa.select(nobody.c.datasource, nobody.c.customer_id)]
    return sa.union_all(*found).subquery("buyers")


def _gender(column: Value) -> Value:
    """Spell gender F, M or X; what is none of them is unknown."""
    word = sa.func.upper(sa.func.trim(column))
    return sa.case(
        (word.in_(("F", "FEMALE", "W", "WOMAN")), "F"),
        (word.in_(("M", "MALE", "MAN")), "M"),
        (word.in_(("X", "NON-BINARY", "NONBINARY", "DIVERSE", "OTHER")), "X"),
    )
