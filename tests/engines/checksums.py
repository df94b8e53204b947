"""One hash per column of every table of a build, which engines must agree on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ampiq_gql.catalog import standard_metadata
from ampiq_gql.catalog.stored import catalog_columns, catalog_metadata
from ampiq_gql.warehouse import BUILD_SCHEMA, Session

__all__ = ["built_tables", "column_checksums", "table_checksums"]


def column_checksums(session: Session) -> dict[str, str]:
    """Return `table.column` -> number of rows and hash of its values, in the order of the rows.

    Rows are ordered by all of their values, so that values which changed their rows are seen.
    """
    sums: dict[str, str] = {}
    for table in (*built_tables(session), *catalog_metadata.tables.values()):
        sums |= table_checksums(table, session.rows(sa.select(*table.columns)))
    return sums


def table_checksums(table: sa.Table, rows: Iterable[tuple[Any, ...]]) -> dict[str, str]:
    """Return the checksums of one table, whose rows come in any order."""
    ordered = sorted(map(tuple, rows), key=_order)
    return {
        f"{table.name}.{name}": f"{len(ordered)} {_digest(row[position] for row in ordered)}"
        for position, name in enumerate(table.columns.keys())
    }


def built_tables(session: Session) -> list[sa.Table]:
    """Describe the tables of the build, as its profile lists them."""
    listed = sa.select(catalog_columns.c.table_name, catalog_columns.c.column_name)
    columns: dict[str, list[str]] = {}
    for table, column in session.rows(listed.order_by(*listed.selected_columns)):
        columns.setdefault(table, []).append(column)
    return [_table(name, members) for name, members in columns.items()]


def _table(name: str, columns: list[str]) -> sa.Table:
    standard = standard_metadata().tables.get(f"{BUILD_SCHEMA}.{name}")
    known = {} if standard is None else {column.name: column.type for column in standard.columns}
    described = (sa.Column(column, known.get(column)) for column in columns)
    return sa.Table(name, sa.MetaData(schema=BUILD_SCHEMA), *described)


def _order(row: tuple[Any, ...]) -> list[str]:
    return [_text(value) for value in row]


def _digest(values: Iterable[Any]) -> str:
    digest = hashlib.sha256()
    for value in values:
        digest.update(_text(value).encode())
        digest.update(b"\x1f")
    return digest.hexdigest()[:16]


def _text(value: Any) -> str:
    """Spell a value with its type, money to its last stored place."""
    if isinstance(value, Decimal):
        return f"Decimal {value:f}"
    return f"{type(value).__name__} {value}"
