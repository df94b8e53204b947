"""The access class of every column of a build: the declared one, or that of its highest input.

An attribute made of somebody's birthday is as personal as the birthday, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from ampiq_gql.build.lineage import ColumnOrigin, Lineage
from ampiq_gql.catalog import AccessClass, StatedClasses, highest
from ampiq_gql.catalog.naming import describe_by_name
from ampiq_gql.catalog.standard import standard_tables
from ampiq_gql.warehouse import SOURCES_SCHEMA
from dsl.catalog import DataType

__all__ = ["column_classes"]

Classes = dict[str, dict[str, AccessClass]]


def column_classes(lineage: Lineage, tables: Iterable[sa.Table], stated: StatedClasses) -> Classes:
    """Return the classes by table and column.

    `stated` are those of the site, for columns of the sources or of the build; like inputs they
    raise a class and never lower it.
    """
    origins: dict[tuple[str, str], list[ColumnOrigin]] = {}
    for table, column, origin in lineage.columns():
        if origin.is_value:
            origins.setdefault((table, column), []).append(origin)
    classes: Classes = {}
    for built in tables:
        known = classes[built.name] = {}
        for name in built.columns.keys():  # noqa: SIM118 - not a dict
            own = (_declared(built.name, name), stated.of_column(built.name, name))
            inputs = origins.get((built.name, name), ())
            known[name] = highest((*own, *(_of_input(classes, one, stated) for one in inputs)))
    return classes


def _declared(table: str, column: str) -> AccessClass:
    standard = standard_tables().get(table)
    known = standard.column(column) if standard else None
    return (known or describe_by_name(column, DataType.STRING)).access


def _of_input(classes: Classes, origin: ColumnOrigin, stated: StatedClasses) -> AccessClass:
    """Return the class of an input; tables are finished in the order in which they are read."""
    table, column = origin.table.name, origin.column
    if origin.table.schema != SOURCES_SCHEMA:
        return classes.get(table, {}).get(column, AccessClass.OPEN)
    named = describe_by_name(column, DataType.STRING).access
    found = named if named.is_restricted else AccessClass.OPEN
    return highest((found, stated.of_column(table, column)))
