"""The profile of a build: measured once, when it is made, so that no page ever has to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.catalog.access import AccessClass
from ampiq_gql.catalog.carrying import MovedTable, carried_values
from ampiq_gql.catalog.measuring import profile_table
from ampiq_gql.catalog.profiles import PERCENTILES, TableProfile
from ampiq_gql.catalog.stored import (
    catalog_column_stats,
    catalog_columns,
    catalog_metadata,
    catalog_tables,
    catalog_values,
)
from ampiq_gql.progress import Progress
from ampiq_gql.warehouse import AnySelect, Row, load_arrow

__all__ = ["profile_tables"]


def profile_tables(
    connection: sa.Connection,
    tables: Iterable[sa.Table],
    progress: Progress,
    classes: Mapping[str, Mapping[str, AccessClass]] | None = None,
    measured: Mapping[str, TableProfile] | None = None,
    growing: Collection[str] = (),
    moved: Mapping[str, MovedTable] | None = None,
) -> list[TableProfile]:
    """Measure the tables of a build and write the profiles into it.

    `classes` are those of columns by table, where more is known than the data model says.
    `measured` are profiles of tables that stand as they stood when these were measured.
    Rows of `growing` tables go on coming, so that no day is told as their newest.
    Of `moved` tables it is known which rows were replaced since.
    """
    known = classes or {}
    former = measured or {}
    tables = list(tables)
    catalog_metadata.create_all(connection, checkfirst=False)
    progress.start("Profiling", len(tables))
    filled = _filled(connection, tables)
    profiles = []

    def ask(statement: AnySelect) -> Sequence[Row]:
        return connection.execute(statement).all()

    for table in tables:
        replaced = (moved or {}).get(table.name)
        profile = former.get(table.name) or profile_table(
            table,
            ask,
            known.get(table.name),
            is_empty=table.name not in filled,
            listed=carried_values(replaced, ask) if replaced else None,
        )
        profiles.append(
            replace(profile, newest_event_on=None) if table.name in growing else profile
        )
        progress.advance()
    _store(connection, profiles)
    progress.finish()
    return profiles


def _filled(connection: sa.Connection, tables: Sequence[sa.Table]) -> frozenset[str]:
    """Return the tables with rows, found at once: most tables of most builds have none."""
    has_rows = (
        sa.exists(sa.select(sa.literal(1)).select_from(table)).label(table.name) for table in tables
    )
    if not tables:
        return frozenset()
    (found,) = connection.execute(sa.select(*has_rows)).mappings()
    return frozenset(name for name, is_filled in found.items() if is_filled)


def _store(connection: sa.Connection, profiles: Sequence[TableProfile]) -> None:
    """Write the profiles, all of one kind at a time: small writes would cost most of a small
    build."""
    for target, rows_of in (
        (catalog_tables, _table_rows),
        (catalog_columns, _column_rows),
        (catalog_column_stats, _statistics_rows),
        (catalog_values, _value_rows),
    ):
        names = target.columns.keys()
        rows = (row for profile in profiles for row in rows_of(profile))
        named = [dict(zip(names, row, strict=True)) for row in rows]
        if named:
            load_arrow(connection, target, pa.Table.from_pylist(named).to_reader())


def _table_rows(profile: TableProfile) -> Iterator[tuple[object, ...]]:
    grain = None if profile.grain is None else profile.grain.value
    yield profile.name, profile.rows, grain, profile.newest_event_on


def _column_rows(profile: TableProfile) -> Iterator[tuple[object, ...]]:
    for position, column in enumerate(profile.columns):
        yield (
            profile.name,
            column.name,
            position,
            column.type.value,
            column.filled,
            column.distinct,
            column.is_distinct_exact,
            column.minimum,
            column.maximum,
            column.lists_all_values,
        )


def _statistics_rows(profile: TableProfile) -> Iterator[tuple[object, ...]]:
    for column in profile.columns:
        found = column.quantiles
        quantiles = (found.p05, found.p25, found.median, found.p75, found.p95) if found else ()
        yield (
            profile.name,
            column.name,
            column.access.value,
            column.distinct_error,
            column.blanks,
            column.whitespace,
            column.mean,
            *(quantiles or (None,) * len(PERCENTILES)),
        )


def _value_rows(profile: TableProfile) -> Iterator[tuple[object, ...]]:
    for column in profile.columns:
        for rank, found in enumerate(column.values, start=1):
            yield profile.name, column.name, rank, found.value, found.rows
