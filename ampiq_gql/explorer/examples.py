"""A hundred rows of a table, drawn by chance and the same for as long as a build lasts."""

from __future__ import annotations

import hashlib
from functools import partial

import sqlalchemy as sa

from ampiq_gql.catalog import ColumnEntry, TableEntry
from ampiq_gql.explorer.models import ExampleRows
from ampiq_gql.warehouse import Row, Session
from ampiq_gql.warehouse.functions import RowHash

__all__ = ["EXAMPLE_ROWS", "example_rows"]

EXAMPLE_ROWS = 100
TELLING_COLUMNS = 3
"""Rows are drawn by the hash of the columns with most values, which tell them apart best."""


def example_rows(session: Session, table: TableEntry, *, may_read_pii: bool) -> ExampleRows:
    """Return the rows; asked of the database once per build, whoever asks.

    Values of restricted columns are None for those who may not read them.
    """
    rows = session.once(f"examples of {table.name}", partial(_draw, table=table))
    hidden = [column.is_pii and not may_read_pii for column in table.columns]
    return ExampleRows(
        columns=table.columns,
        rows=tuple(
            tuple(None if hides else value for value, hides in zip(row, hidden, strict=True))
            for row in rows
        ),
        hidden=tuple(
            column.name for column, hides in zip(table.columns, hidden, strict=True) if hides
        ),
    )


def _draw(session: Session, *, table: TableEntry) -> tuple[Row, ...]:
    drawn = RowHash(_seed(session, table), *_telling(table))
    columns = [column.element for column in table.columns]
    statement = (
        sa.select(*columns).select_from(table.selectable).order_by(drawn).limit(EXAMPLE_ROWS)
    )
    return tuple(session.rows(statement))


def _seed(session: Session, table: TableEntry) -> sa.ColumnElement[int]:
    """Return a number that is another for every build and table."""
    digest = hashlib.sha256(f"{session.build.id} {table.name}".encode()).digest()
    return sa.literal(int.from_bytes(digest[:4]), sa.BigInteger)


def _telling(table: TableEntry) -> list[sa.ColumnElement[object]]:
    def number_of_values(column: ColumnEntry) -> int:
        return -(column.distinct or 0)

    best = sorted(table.columns, key=number_of_values)[:TELLING_COLUMNS]
    return [column.element for column in best]
