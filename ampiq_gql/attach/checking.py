"""Does the mapping fit what is there? All that does not is told at once, before work begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from ampiq_gql.attach.mapping import AttachMapping, TableMapping
from ampiq_gql.attach.models import ATTACHED, CUSTOMERS, LINES, ORDERS, PRODUCTS
from ampiq_gql.catalog import StandardColumn, standard_table
from ampiq_gql.catalog.data_types import data_type_of
from ampiq_gql.warehouse import FoundTable
from dsl.catalog import ID_COLUMN, DataType
from dsl.suggestions import Candidate, nearest

__all__ = ["REQUIRED", "fits", "misfits", "repeated_keys"]

REQUIRED = {
    CUSTOMERS: (ID_COLUMN,),
    ORDERS: (ID_COLUMN, "order_id", "order_datetime", "order_revenue"),
    LINES: ("order_id", "item_revenue"),
    PRODUCTS: ("product_id",),
}
"""Columns without which a table cannot stand for ours."""

_KEYS = {CUSTOMERS: ID_COLUMN, ORDERS: "order_id", PRODUCTS: "product_id"}
_TAKES: Mapping[DataType, frozenset[DataType]] = {
    DataType.STRING: frozenset(DataType),
    DataType.BOOLEAN: frozenset({DataType.BOOLEAN}),
    DataType.INTEGER: frozenset({DataType.INTEGER}),
    DataType.DECIMAL: frozenset({DataType.INTEGER, DataType.DECIMAL, DataType.FLOAT}),
    DataType.FLOAT: frozenset({DataType.INTEGER, DataType.DECIMAL, DataType.FLOAT}),
    DataType.DATE: frozenset({DataType.DATE}),
    DataType.DATETIME: frozenset({DataType.DATE, DataType.DATETIME}),
}
"""What can stand for a column without a value being lost or refused at reading."""


def misfits(mapping: AttachMapping, found: Mapping[str, FoundTable]) -> tuple[str, ...]:
    """Return what is wrong with the mapping, in words."""
    return tuple(_misfits(mapping, found))


def _misfits(mapping: AttachMapping, found: Mapping[str, FoundTable]) -> Iterator[str]:
    for needed in (CUSTOMERS, ORDERS):
        if needed not in mapping.tables:
            yield f"nothing stands for {needed}"
    for name, table in mapping.tables.items():
        if name not in ATTACHED:
            yield f'"{name}" is none of {", ".join(ATTACHED)}'
        elif table.source not in found:
            yield f'there is no table "{table.source}" to be read{_near(table.source, found)}'
        else:
            yield from _column_misfits(name, table, found[table.source])


def _column_misfits(name: str, table: TableMapping, source: FoundTable) -> Iterator[str]:
    for required in REQUIRED[name]:
        if required not in table.columns:
            yield f"{name} needs {required}"
    standard = standard_table(name)
    for ours, theirs in table.columns.items():
        column = standard.column(ours)
        if column is None:
            yield f'{name} has no column "{ours}"{_near(ours, [c.name for c in standard.columns])}'
        elif theirs not in source.columns:
            yield f'{source.name} has no column "{theirs}"{_near(theirs, source.columns)}'
        elif not fits(column, source.columns[theirs]):
            held = source.columns[theirs]
            yield f"{source.name}.{theirs} is {held}, and {name}.{ours} holds {column.type}s"


def fits(column: StandardColumn, held: sa.types.TypeEngine[Any]) -> bool:
    """Say whether every value of a type can stand in a column of ours."""
    return column.is_id or data_type_of(held) in _TAKES[column.type]


def _near(name: str, known: Mapping[str, Any] | list[str]) -> str:
    near = nearest(name, map(Candidate, known))
    return f" (did you mean {near[0]}?)" if near else ""


def repeated_keys(connection: sa.Connection, views: Mapping[str, sa.Table]) -> tuple[str, ...]:
    """Return which tables have rows without their key, or several of one key; reads their keys."""
    problems = []
    for name, key in _KEYS.items():
        if name not in views:
            continue
        column = views[name].c[key]
        counts = sa.select(
            sa.func.count(), sa.func.count(column), sa.func.count(sa.distinct(column))
        ).select_from(views[name])
        rows, filled, different = connection.execute(counts).one()
        if filled < rows:
            problems.append(f"{rows - filled:,} rows of {name} have no {key}")
        if different < filled:
            problems.append(f"{filled - different:,} rows of {name} repeat a {key}")
    return tuple(problems)
