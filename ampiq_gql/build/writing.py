"""A select becomes a table of the build: the standard columns first, in their order and types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable, DropTable

from ampiq_gql.catalog import standard_metadata
from ampiq_gql.warehouse import BUILD_SCHEMA, settle
from ampiq_gql.warehouse.repeated_texts import physical_type

__all__ = [
    "TableSelect", "Written", "drop", "standard_columns", "write_empty", "write_scratch",
    "write_table",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSelect:
    """The rows of one table: named values, where they come from, and the physical order.

    `derived` values follow from the selected ones and are worked out when the rows are in order,
    so that the sort need not carry them. `constant` texts are the same on every row.
    """

    name: str
    select: sa.Select[*tuple[Any, ...]]
    order_by: tuple[str, ...] = ()
    derived: Mapping[str, sa.ColumnElement[Any]] = field(default_factory=dict)
    constant: Mapping[str, str] = field(default_factory=dict)

    @property
    def types(self) -> Mapping[str, sa.types.TypeEngine[Any]]:
        """Return the types of all columns that have values, stored or not."""
        columns = self.select.selected_columns
        selected = {column.name: column.type for column in columns}
        derived = {name: value.type for name, value in self.derived.items()}
        return selected | derived | dict.fromkeys(self.constant, sa.Text())

    def ordered(self) -> sa.Select[*tuple[Any, ...]]:
        """Return the stored values in their order."""
        columns = {column.name: column for column in self.select.selected_columns}
        ordered = self.select.order_by(*(columns[name] for name in self.order_by))
        if not self.derived:
            return ordered
        rows = ordered.subquery("ordered")
        derived = (value.label(name) for name, value in self.derived.items())
        return sa.select(*rows.columns, *derived)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A table of the build: all of it, and described by the columns that something filled."""

    table: sa.Table
    filled: sa.Table


def standard_columns(name: str) -> Mapping[str, sa.types.TypeEngine[Any]]:
    """Return names and types of a standard table's columns; empty when it is not standard."""
    table = standard_metadata().tables.get(f"{BUILD_SCHEMA}.{name}")
    return {} if table is None else {column.name: column.type for column in table.columns}


def write_table(connection: sa.Connection, rows: TableSelect) -> Written:
    """Write a table; standard columns that the select lacks exist and are NULL."""
    standard = standard_columns(rows.name)
    types = {
        name: physical_type(kind, standard.get(name, kind)) for name, kind in rows.types.items()
    }
    types = dict(standard) | types
    table = sa.Table(
        rows.name,
        sa.MetaData(schema=BUILD_SCHEMA),
        *(
            sa.Column(name, types[name])
            if name in rows.types and name not in rows.constant
            else _unstored(name, types[name], rows.constant.get(name))
            for name in dict.fromkeys([*standard, *rows.types])
        ),
        info={"order_by": rows.order_by},
    )
    connection.execute(CreateTable(table))
    _fill(connection, table, rows)
    filled = (sa.Column(name, types[name]) for name in rows.types)
    return Written(
        table=table, filled=sa.Table(rows.name, sa.MetaData(schema=BUILD_SCHEMA), *filled)
    )


def _unstored(name: str, kind: sa.types.TypeEngine[Any], value: str | None) -> sa.Column[Any]:
    """Describe a column of one value, or of NULL, which is worked out when it is read.

    Storing nothing pays: DuckDB takes as long to write the 45 empty columns of order lines as to
    write the lines themselves, and a computed NULL is folded away when it is read. Anything less
    simple is cheaper stored: DuckDB tries it on all that is inserted, for ten times its price.
    """
    text = sa.cast(sa.null() if value is None else sa.literal(value), kind)
    return sa.Column(name, kind, sa.Computed(text, persisted=False))


def write_scratch(connection: sa.Connection, rows: TableSelect) -> sa.Table:
    """Keep rows for the tables that follow; they are no part of the build."""
    table = sa.Table(
        rows.name,
        sa.MetaData(),
        *(sa.Column(name, kind) for name, kind in rows.types.items()),
        prefixes=["TEMPORARY"],
    )
    connection.execute(CreateTable(table))
    _fill(connection, table, rows)
    return table


def write_empty(connection: sa.Connection, name: str) -> Written:
    """Make a standard table that nothing fills, so that no question about it fails."""
    described = (sa.Column(column, kind) for column, kind in standard_columns(name).items())
    table = sa.Table(name, sa.MetaData(schema=BUILD_SCHEMA), *described)
    connection.execute(CreateTable(table))
    return Written(table=table, filled=table)


def drop(connection: sa.Connection, table: sa.Table) -> None:
    """Give the room of a scratch table back."""
    connection.execute(DropTable(table))


def _fill(connection: sa.Connection, table: sa.Table, rows: TableSelect) -> None:
    ordered = rows.ordered()
    names = [column.name for column in ordered.selected_columns]
    connection.execute(table.insert().from_select(names, ordered))
    settle(connection, table)
