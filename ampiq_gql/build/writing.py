"""A select becomes a table of the build: the standard columns first, in their order and types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable, DropTable

from ampiq_gql.catalog import standard_metadata, standard_tables
from ampiq_gql.warehouse import BUILD_SCHEMA, settle
from ampiq_gql.warehouse.repeated_texts import physical_type
from dsl.catalog import ID_COLUMN, Grain

__all__ = [
    "TableSelect", "TableShape", "Written", "drop", "replace_rows", "standard_columns", "standing",
    "write_empty", "write_scratch", "write_table",
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
class TableShape:
    """How a table was written: the columns that something filled, and those of one value.

    Of its `rows`, the `appended` ones stand behind the others, not in the order of the table.
    """

    filled: tuple[str, ...]
    constant: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0
    appended: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A table of the build: all of it, and described by the columns that something filled."""

    table: sa.Table
    filled: sa.Table
    shape: TableShape


def standard_columns(name: str) -> Mapping[str, sa.types.TypeEngine[Any]]:
    """Return names and types of a standard table's columns; empty when it is not standard."""
    table = standard_metadata().tables.get(f"{BUILD_SCHEMA}.{name}")
    return {} if table is None else {column.name: column.type for column in table.columns}


def write_table(connection: sa.Connection, rows: TableSelect) -> Written:
    """Write a table; standard columns that the select lacks exist and are NULL."""
    shape = TableShape(filled=tuple(rows.types), constant=dict(rows.constant))
    written = _described(rows.name, rows.types, shape)
    written.table.info["order_by"] = rows.order_by
    written.table.info["never_null"] = _never_null(rows.name)
    connection.execute(CreateTable(written.table))
    count = _fill(connection, written.table, rows)
    return replace(written, shape=replace(shape, rows=count))


def _never_null(name: str) -> frozenset[str]:
    """Name the columns that hold no NULL whatever the sources hold: whose rows are people's."""
    table = standard_tables().get(name)
    has_person_each = table is not None and table.grain is Grain.ONE
    return frozenset({ID_COLUMN}) if has_person_each else frozenset()


def standing(table: sa.Table, shape: TableShape) -> Written:
    """Describe a table that stands already, as it was written."""
    kinds = {name: table.c[name].type for name in shape.filled}
    # Texts that are kept as numbers are read as the texts that they mean.
    read = {name: sa.Text() if isinstance(kind, sa.Enum) else kind for name, kind in kinds.items()}
    return _described(table.name, read, shape)


def replace_rows(
    connection: sa.Connection,
    written: Written,
    removal: sa.Delete,
    rows: sa.Table,
    order_by: Iterable[str],
) -> Written:
    """Take rows from a table and put others behind those that stay.

    Columns of one value are not stored.
    """
    gone = connection.execute(removal).rowcount
    names = [name for name in written.shape.filled if name not in written.shape.constant]
    ordered = sa.select(*(rows.c[name] for name in names)).order_by(
        *(rows.c[name] for name in order_by)
    )
    come = connection.execute(written.table.insert().from_select(names, ordered)).rowcount
    settle(connection, written.table)
    shape = written.shape
    counted = replace(shape, rows=shape.rows - gone + come, appended=shape.appended + come)
    return replace(written, shape=counted)


def _described(
    name: str, filled: Mapping[str, sa.types.TypeEngine[Any]], shape: TableShape
) -> Written:
    standard = standard_columns(name)
    physical = {one: physical_type(kind, standard.get(one, kind)) for one, kind in filled.items()}
    types = dict(standard) | physical
    table = sa.Table(
        name,
        sa.MetaData(schema=BUILD_SCHEMA),
        *(
            sa.Column(column, types[column])
            if column in filled and column not in shape.constant
            else _unstored(column, types[column], shape.constant.get(column))
            for column in dict.fromkeys([*standard, *filled])
        ),
    )
    columns = (sa.Column(column, types[column]) for column in filled)
    return Written(
        table=table,
        filled=sa.Table(name, sa.MetaData(schema=BUILD_SCHEMA), *columns),
        shape=shape,
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


def write_empty(connection: sa.Connection, name: str) -> sa.Table:
    """Make a standard table that nothing fills, so that no question about it fails."""
    described = (sa.Column(column, kind) for column, kind in standard_columns(name).items())
    table = sa.Table(name, sa.MetaData(schema=BUILD_SCHEMA), *described)
    connection.execute(CreateTable(table))
    return table


def drop(connection: sa.Connection, table: sa.Table) -> None:
    """Give the room of a scratch table back."""
    connection.execute(DropTable(table))


def _fill(connection: sa.Connection, table: sa.Table, rows: TableSelect) -> int:
    """Write the rows; return how many there are."""
    ordered = rows.ordered()
    names = [column.name for column in ordered.selected_columns]
    count = connection.execute(table.insert().from_select(names, ordered)).rowcount
    settle(connection, table)
    return count
