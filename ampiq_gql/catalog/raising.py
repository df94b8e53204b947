"""Classes that a site raises once a build stands: they hold from the next start on.

What is made of a raised column is found by the lineage that the build keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import sqlalchemy as sa

from ampiq_gql.catalog.access import Column, StatedClasses, highest, spread
from ampiq_gql.catalog.profiles import TableProfile
from ampiq_gql.catalog.stored import catalog_lineage
from ampiq_gql.warehouse import SOURCES_SCHEMA, Session

__all__ = ["raised_profiles"]


def raised_profiles(
    session: Session, profiles: list[TableProfile], stated: StatedClasses
) -> list[TableProfile]:
    """Return the profiles with the stated classes, without values where those restrict them."""
    if not stated:
        return profiles
    inputs = _inputs(session)
    built = {(table.name, one.name): one.access for table in profiles for one in table.columns}
    own = {key: highest((known, stated.of_column(*key))) for key, known in built.items()}
    sources = {origin: stated.of_column(*_plain(origin)) for _, origin in inputs}
    classes = spread(sources | own, inputs)
    return [
        replace(
            table,
            columns=tuple(one.classed(classes[table.name, one.name]) for one in table.columns),
        )
        for table in profiles
    ]


def _inputs(session: Session) -> list[tuple[Column, Column]]:
    """Return what each column is made of; builds of earlier versions do not tell."""
    if not session.build.has_origins:
        return []
    lineage = catalog_lineage.c
    statement = sa.select(
        lineage.table_name,
        lineage.column_name,
        lineage.origin_schema,
        lineage.origin_table,
        lineage.origin_column,
    ).where(lineage.is_value)
    return list(_pairs(session.rows(statement)))


def _pairs(rows: Iterable[tuple[str, str, str, str, str]]) -> Iterator[tuple[Column, Column]]:
    for table, column, schema, origin, origin_column in rows:
        place = f"{schema}." if schema == SOURCES_SCHEMA else ""
        yield (table, column), (f"{place}{origin}", origin_column)


def _plain(column: Column) -> Column:
    """Return a column of a source as sites name it: without the schema."""
    return column[0].removeprefix(f"{SOURCES_SCHEMA}."), column[1]
