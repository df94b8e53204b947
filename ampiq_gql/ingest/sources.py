"""The source tables: one per kind of file, every row with its source and the load it came with.

Instants are naive UTC. A table has only the columns that some file brought (and its key), so that
wide kinds cost nothing; `source_columns` lists them. Columns of customers that no kind knows are
attributes, kept as text. The build reads these tables and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable, ExecutableDDLElement
from sqlalchemy.sql.compiler import DDLCompiler

from ampiq_gql.ingest.columns import ValueType, spec_of
from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.warehouse import SOURCES_SCHEMA

__all__ = [
    "LOADS",
    "BroughtColumn",
    "brought_columns",
    "column_type",
    "prepare_table",
    "prepare_tables",
    "source_table",
    "widen_table",
]  # fmt: skip

METADATA = sa.MetaData(schema=SOURCES_SCHEMA)

LOADS = sa.Table(
    "loads",
    METADATA,
    sa.Column("load_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("datasource", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("file_hash", sa.Text, nullable=False),
    sa.Column("loaded_at", sa.DateTime, nullable=False),
    sa.Column("rows_read", sa.BigInteger, nullable=False),
    sa.Column("rows_quarantined", sa.BigInteger, nullable=False),
    sa.Column("blank_lines", sa.BigInteger, nullable=False),
)
"""One row per loaded file: what was loaded already, and the control totals of each load."""

SOURCE_COLUMNS = sa.Table(
    "source_columns",
    METADATA,
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("header", sa.Text, nullable=False),
    sa.Column("datasource", sa.Text, nullable=False),
)
"""The columns that files brought, with the header of the first one."""

_TYPES: dict[ValueType, sa.types.TypeEngine[Any]] = {
    ValueType.TEXT: sa.Text(),
    ValueType.INTEGER: sa.BigInteger(),
    ValueType.DECIMAL: sa.Numeric(18, 4),
    ValueType.BOOLEAN: sa.Boolean(),
    ValueType.DATE: sa.Date(),
    ValueType.DATETIME: sa.DateTime(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtColumn:
    """A column that a file brought; an attribute when its kind does not know it."""

    name: str
    header: str
    is_attribute: bool


def column_type(kind: ValueType) -> sa.types.TypeEngine[Any]:
    """Return the type in which the values are stored."""
    return _TYPES[kind]


def source_table(kind: SourceKind, brought: Iterable[str] = ()) -> sa.Table:
    """Describe the table of that kind: source, load, key, time of update, and what was brought."""
    spec = spec_of(kind)
    wanted = {*spec.key, *brought, "update_dt"}
    known = [column for column in spec.columns if column.name in wanted]
    attributes = sorted(wanted - {column.name for column in spec.columns})
    return sa.Table(
        kind.replace("-", "_"),
        sa.MetaData(schema=SOURCES_SCHEMA),
        sa.Column("datasource", sa.Text, nullable=False),
        sa.Column("load_id", sa.Text, nullable=False),
        *(sa.Column(column.name, column_type(column.type)) for column in known),
        *(sa.Column(name, sa.Text) for name in attributes),
    )


def brought_columns(connection: sa.Connection, kind: SourceKind) -> tuple[BroughtColumn, ...]:
    """Return what files of that kind brought so far, by name."""
    spec = spec_of(kind)
    statement = sa.select(SOURCE_COLUMNS.c.name, SOURCE_COLUMNS.c.header)
    chosen = statement.where(SOURCE_COLUMNS.c.kind == kind.value).order_by(SOURCE_COLUMNS.c.name)
    return tuple(
        BroughtColumn(name=name, header=header, is_attribute=spec.column(name) is None)
        for name, header in connection.execute(chosen)
    )


def prepare_tables(connection: sa.Connection) -> None:
    """Make the tables that are not there yet."""
    for table in METADATA.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
    for kind in SourceKind:
        connection.execute(CreateTable(source_table(kind), if_not_exists=True))


def prepare_table(
    connection: sa.Connection, kind: SourceKind, headers: Mapping[str, str], *, source: str
) -> sa.Table:
    """Make all source tables if need be, and return that of the kind as `widen_table` does."""
    prepare_tables(connection)
    return widen_table(connection, kind, headers, source=source)


def widen_table(
    connection: sa.Connection, kind: SourceKind, headers: Mapping[str, str], *, source: str
) -> sa.Table:
    """Return the table of that kind, widened by the columns that `headers` names."""
    known = {column.name for column in brought_columns(connection, kind)}
    new = {name: header for name, header in headers.items() if name not in known}
    table = source_table(kind, {*known, *new})
    present = source_table(kind).columns
    for name, header in new.items():
        if name not in present:
            connection.execute(AddColumn(table, table.columns[name]))
        connection.execute(
            SOURCE_COLUMNS.insert().values(
                kind=kind.value, name=name, header=header, datasource=source
            )
        )
    return table


class AddColumn(ExecutableDDLElement):
    """`ALTER TABLE … ADD COLUMN …`, which Core itself does not offer."""

    def __init__(self, table: sa.Table, column: sa.Column[object]) -> None:
        self.table = table
        self.column = column


@compiles(AddColumn)
def _add_column(element: AddColumn, compiler: DDLCompiler, **_: object) -> str:
    table = compiler.preparer.format_table(element.table)
    name = compiler.preparer.format_column(element.column)
    kind = compiler.dialect.type_compiler_instance.process(
        element.column.type, type_expression=element.column
    )
    return f"ALTER TABLE {table} ADD COLUMN {name} {kind}"
