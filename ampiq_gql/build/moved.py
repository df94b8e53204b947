"""Rows that came and went since the former build, set aside for whoever adds figures up."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from ampiq_gql.build.mark import has_changed
from ampiq_gql.build.planning import Action, Preparation
from ampiq_gql.build.sources import SourceTable
from ampiq_gql.build.validation.carrying import Changes, MovedRows
from ampiq_gql.build.writing import TableSelect, write_scratch
from ampiq_gql.ingest.sources import history_table

__all__ = ["changes_of", "keep_new_rows", "set_rows_aside"]


def set_rows_aside(
    connection: sa.Connection, name: str, table: sa.Table, touched: sa.Table, key: str
) -> sa.Table:
    """Keep the rows of touched keys as they are now, with all columns of the table."""
    is_touched = table.c[key].in_(sa.select(touched.c[key]))
    rows = sa.select(*table.columns).where(is_touched)
    return write_scratch(connection, TableSelect(name=name, select=rows))


def keep_new_rows(
    connection: sa.Connection, name: str, table: sa.Table, part: sa.Table
) -> sa.Table:
    """Keep the rows that a table was given, with all of its columns: NULL where nothing fills one.

    They are read from the part that they came from, not looked for among all rows.
    """
    columns = (
        sa.type_coerce(part.c[column.name], column.type).label(column.name)
        if column.name in part.c
        else sa.cast(sa.null(), column.type).label(column.name)
        for column in table.columns
    )
    return write_scratch(connection, TableSelect(name=name, select=sa.select(*columns)))


def changes_of(
    connection: sa.Connection, prepared: Preparation, moved: Mapping[str, MovedRows]
) -> Changes:
    """Return how the tables of a build differ from those of the build that it stands on.

    `moved` are those of its tables that were made in part; source tables are looked at here.
    """
    if prepared.plan.former is None:
        return Changes()
    kept = {one.name for one in prepared.plan.tables if one.action is Action.KEPT}
    former, now = prepared.plan.former.mark, prepared.mark
    of_sources = {}
    for kind, source in prepared.sources.tables.items():
        if former.columns.get(kind.value) != now.columns.get(kind.value):
            continue
        if has_changed(connection, source, former.number):
            of_sources[kind.value] = _moved_since(connection, source, former.number)
        else:
            kept.add(kind.value)
    return Changes(kept=frozenset(kept), moved={**moved, **of_sources})


def _moved_since(connection: sa.Connection, source: SourceTable, number: int) -> MovedRows:
    """Set aside what came after load `number`, and what it had and is gone since."""
    table = source.table
    history = history_table(source.kind, (column.name for column in source.brought))
    was_there = (history.c.removed_in > number) & (history.c.changed_in <= number)
    gone = sa.select(*(history.c[column.name] for column in table.columns)).where(was_there)
    come = sa.select(*table.columns).where(table.c.changed_in > number)
    return MovedRows(
        gone=write_scratch(connection, TableSelect(name=f"gone_{table.name}", select=gone)),
        come=write_scratch(connection, TableSelect(name=f"come_{table.name}", select=come)),
    )
