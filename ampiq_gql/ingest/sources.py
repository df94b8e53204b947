"""The source tables: one per kind of file, every row with its source and the load it came with.

Instants are naive UTC. A table has only the columns that some file brought (and its key), so that
wide kinds cost nothing; `source_columns` lists them. Columns of customers that no kind knows are
attributes, kept as text. The build reads these tables and nothing else. What a load replaces or
removes moves to a table beside (`orders_history`), from which `undo` brings it back.
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
from ampiq_gql.ingest.errors import SourcesOutdated
from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.warehouse import SOURCES_SCHEMA

__all__ = [
    "LOADS",
    "MARKS",
    "QUARANTINE",
    "QUARANTINE_CLOSED",
    "UNDONE_LOADS",
    "VALUE_NOTES",
    "BroughtColumn",
    "brought_columns",
    "column_type",
    "history_table",
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
    sa.Column("load_number", sa.BigInteger),
    sa.Column("mode", sa.Text),
    sa.Column("file_lines", sa.BigInteger),
    sa.Column("rows_loaded", sa.BigInteger),
    sa.Column("rows_duplicate", sa.BigInteger),
    sa.Column("rows_new", sa.BigInteger),
    sa.Column("rows_changed", sa.BigInteger),
    sa.Column("rows_unchanged", sa.BigInteger),
    sa.Column("rows_removed", sa.BigInteger),
    sa.Column("money_read", sa.Numeric(38, 4)),
    sa.Column("money_loaded", sa.Numeric(38, 4)),
    sa.Column("money_quarantined", sa.Numeric(38, 4)),
    sa.Column("money_duplicate", sa.Numeric(38, 4)),
    sa.Column("reading", sa.Text),
)
"""One row per loaded file and kind: what was loaded already, and the control totals of each load.

`rows_read` = loaded + quarantined + duplicate, and the money likewise; loaded = new + changed +
unchanged. `load_number` counts the loads of an installation from 1 and is never given twice;
`reading` is how the file was read, as JSON, so that its bad rows can be tried again.
"""

UNDONE_LOADS = sa.Table(
    "undone_loads",
    METADATA,
    *(sa.Column(column.name, column.type) for column in LOADS.columns),
    sa.Column("undone_by", sa.BigInteger, nullable=False),
    sa.Column("undone_at", sa.DateTime, nullable=False),
)
"""Rows of `loads` whose load was taken back; `undone_by` is the number of that act."""

VALUE_NOTES = sa.Table(
    "value_notes",
    METADATA,
    sa.Column("load_number", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("datasource", sa.Text, nullable=False),
    sa.Column("key", sa.Text),
    sa.Column("line", sa.BigInteger, nullable=False),
    sa.Column("column_name", sa.Text, nullable=False),
    sa.Column("value", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
)
"""Values that were bad and not needed: the row was loaded without them, and here they are kept."""

QUARANTINE = sa.Table(
    "quarantined_rows",
    METADATA,
    sa.Column("load_number", sa.BigInteger, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("datasource", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("file_hash", sa.Text, nullable=False),
    sa.Column("line", sa.BigInteger, nullable=False),
    sa.Column("column_name", sa.Text),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("value", sa.Text),
    sa.Column("raw_base64", sa.Text, nullable=False),
    sa.Column("raw_bytes", sa.BigInteger, nullable=False),
)
"""Rows that wait for repair, byte by byte; `raw_bytes` is the true length of a row that was cut."""

QUARANTINE_CLOSED = sa.Table(
    "quarantine_closed",
    METADATA,
    sa.Column("load_number", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("actor", sa.Text),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("closed_at", sa.DateTime, nullable=False),
)
"""The log of what became of held rows: retried, discarded (with reason), or undone."""

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


MARKS = ("load_number", "changed_in", "row_hash")
"""Of each row: the load it came with, the load or undoing that put it here last, and a hash of its
values, by which an unchanged row is known."""


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
        *(sa.Column(name, sa.BigInteger) for name in MARKS),
        *(sa.Column(column.name, column_type(column.type)) for column in known),
        *(sa.Column(name, sa.Text) for name in attributes),
    )


def history_table(kind: SourceKind, brought: Iterable[str] = ()) -> sa.Table:
    """Describe the rows of that kind that were replaced or removed, and by which load."""
    live = source_table(kind, brought)
    return sa.Table(
        f"{live.name}_history",
        sa.MetaData(schema=SOURCES_SCHEMA),
        *(sa.Column(column.name, column.type) for column in live.columns),
        sa.Column("removed_in", sa.BigInteger, nullable=False),
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
    """Make the tables that are not there yet. Raises `SourcesOutdated`."""
    for table in METADATA.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
    _refuse_outdated(connection)
    for kind in SourceKind:
        connection.execute(CreateTable(source_table(kind), if_not_exists=True))
        connection.execute(CreateTable(history_table(kind), if_not_exists=True))


def _refuse_outdated(connection: sa.Connection) -> None:
    """Refuse sources of an earlier version: their rows do not say which load brought them."""
    everything: sa.Select[Any] = sa.select(sa.literal_column("*")).select_from(LOADS).limit(0)
    if not set(LOADS.columns.keys()) <= set(connection.execute(everything).keys()):
        raise SourcesOutdated


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
    table, history = source_table(kind, {*known, *new}), history_table(kind, {*known, *new})
    present = source_table(kind).columns
    for name, header in new.items():
        if name not in present:
            connection.execute(AddColumn(table, table.columns[name]))
            connection.execute(AddColumn(history, history.columns[name]))
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
