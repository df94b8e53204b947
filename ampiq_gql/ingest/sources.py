"""The source tables: one per kind of file, every row with its source and the load it came with.

Instants are naive UTC. Attributes of customers are columns of `customers` beyond the known ones,
kept as text; `attributes` lists them. The build reads these tables, nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable, ExecutableDDLElement
from sqlalchemy.sql.compiler import DDLCompiler

from ampiq_gql.ingest.columns import KindSpec, ValueType, spec_of
from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.warehouse import SOURCES_SCHEMA

__all__ = ["ATTRIBUTES", "LOADS", "METADATA", "AddColumn", "column_type",
           "create_source_tables", "customers_table",
           "source_table"]  # fmt: skip

METADATA = sa.MetaData(schema=SOURCES_SCHEMA)

_TYPES: dict[ValueType, sa.types.TypeEngine[object]] = {
    ValueType.TEXT: sa.Text(),
    ValueType.INTEGER: sa.BigInteger(),
    ValueType.DECIMAL: sa.Numeric(18, 4),
    ValueType.BOOLEAN: sa.Boolean(),
    ValueType.DATE: sa.Date(),
    ValueType.DATETIME: sa.DateTime(),
}


def column_type(kind: ValueType) -> sa.types.TypeEngine[object]:
    """Return the type in which the values are stored."""
    return _TYPES[kind]


def _table(spec: KindSpec) -> sa.Table:
    return sa.Table(
        spec.kind.replace("-", "_"),
        METADATA,
        sa.Column("datasource", sa.Text, nullable=False),
        sa.Column("load_id", sa.Text, nullable=False),
        *(sa.Column(column.name, column_type(column.type)) for column in spec.columns),
    )


_TABLES = {kind: _table(spec_of(kind)) for kind in SourceKind}


def source_table(kind: SourceKind) -> sa.Table:
    """Return the table of that kind, without the attributes of customers."""
    return _TABLES[kind]


def customers_table(attributes: Sequence[str]) -> sa.Table:
    """Return the table of customers with these attributes of theirs as text columns."""
    table = source_table(SourceKind.CUSTOMERS)
    return sa.Table(
        table.name,
        sa.MetaData(schema=SOURCES_SCHEMA),
        *(sa.Column(column.name, column.type) for column in table.columns),
        *(sa.Column(name, sa.Text) for name in attributes),
    )


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

ATTRIBUTES = sa.Table(
    "attributes",
    METADATA,
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("header", sa.Text, nullable=False),
    sa.Column("datasource", sa.Text, nullable=False),
)
"""The columns of `customers` that files brought beyond the known ones."""


def create_source_tables(connection: sa.Connection) -> None:
    """Make the tables that are not there yet."""
    for table in METADATA.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))


class AddColumn(ExecutableDDLElement):
    """`ALTER TABLE … ADD COLUMN …`, which Core itself does not offer."""

    def __init__(self, table: sa.Table, column: sa.Column[object]) -> None:
        self.table = table
        self.column = column


@compiles(AddColumn)
def _add_column(element: AddColumn, compiler: DDLCompiler, **_: object) -> str:
    table = compiler.preparer.format_table(element.table)
    name = compiler.preparer.format_column(element.column)
    kind = compiler.dialect.type_compiler_instance.process(element.column.type)
    return f"ALTER TABLE {table} ADD COLUMN {name} {kind}"
