"""The dialect of clickhouse-connect as the warehouse needs it: NULLs, exact money, all dates.

Columns hold NULL unless they say that they never do, decimals and instants travel as typed texts (a
bare `1.25` would be a floating-point number there), dates reach back to 1900, wall clocks are
instants of UTC, and letters are folded by Unicode. `compiling` spells expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import ModuleType
from typing import Any
from uuid import UUID

import pyarrow as pa
import sqlalchemy as sa
from clickhouse_connect.cc_sqlalchemy.dialect import ClickHouseDialect
from clickhouse_connect.cc_sqlalchemy.sql.ddlcompiler import ChDDLCompiler
from clickhouse_connect.cc_sqlalchemy.sql.preparer import ChIdentifierPreparer
from clickhouse_connect.dbapi.cursor import Cursor
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import GenericTypeCompiler
from sqlalchemy.sql.elements import quoted_name

from ampiq_gql.warehouse.clickhouse.compiling import StatementCompiler
from ampiq_gql.warehouse.clickhouse.reflection import described_columns

__all__ = [
    "ARROW", "DRIVER_NAME", "LINES", "MEANING", "NEVER_NULL", "ORDER_BY", "WarehouseDialect",
]  # fmt: skip

DRIVER_NAME = "clickhousedb+ampiq"

MEANING: Mapping[str, str] = {
    # What an outer join does not find is NULL there as everywhere, not 0 or an empty text.
    "join_use_nulls": "1",
    # A cast of NULL is NULL, not an error.
    "cast_keep_nullable": "1",
    # `SELECT max(x) AS x … WHERE x > 1` speaks of the column, not of the maximum.
    "prefer_column_name_to_alias": "1",
    # The maximum of no rows is NULL, not 0.
    "aggregate_functions_null_for_empty": "1",
    # NULL that meets a column which holds none is an error, not 0.
    "insert_null_as_default": "0",
    # Wall clocks are kept as instants of UTC, wherever the server stands.
    "session_timezone": "UTC",
    # A build's statements have hundreds of columns, an uploaded list as many values.
    "max_query_size": "10000000",
    "max_ast_elements": "1000000",
    "max_expanded_ast_elements": "5000000",
}
"""Settings without which statements mean something else, or are refused; part of every URL."""

PRECISION, SCALE = 38, 10
"""Of decimals that do not say theirs; they are only compared."""

COMPUTED_PRECISION = 18
"""At least, where it costs nothing: a product there is no wider than its wider factor, and 0.995
times the number of all customers would not fit the nine digits of a narrow one."""

ORDER_BY = "order_by"
"""Key of a table's `info`: the names of the columns that its rows are sorted by."""

NEVER_NULL = "never_null"
"""Key of a table's `info`: the names of columns that never hold NULL, which costs nothing then."""

ARROW = "clickhouse_arrow"
"""Execution option: the result is a stream of Arrow, found in `result.cursor.data`."""

LINES = "clickhouse_lines"
"""Execution option: the result is lines of text, one a row, as an EXPLAIN gives them."""

_NAMES: Mapping[type[Any], str] = {
    sa.Boolean: "Bool",
    sa.Integer: "Int64",
    sa.Float: "Float64",
    sa.Date: "Date32",  # `Date` begins in 1970
    sa.DateTime: "DateTime64(6, 'UTC')",
    sa.Uuid: "UUID",
    sa.String: "String",
}


class _TypeCompiler(GenericTypeCompiler):
    """Spells types; all of them hold NULL, but for columns that say otherwise."""

    def process(self, type_: sa.types.TypeEngine[Any], **options: Any) -> str:
        """Return the name of the type."""
        name = next((name for kind, name in _NAMES.items() if isinstance(type_, kind)), "String")
        column = options.get("type_expression")
        if isinstance(type_, sa.Numeric) and not isinstance(type_, sa.Float):
            name = _decimal(type_, is_column=isinstance(column, sa.Column))
        return name if _is_never_null(column) else f"Nullable({name})"


def _decimal(kind: sa.Numeric[Any], *, is_column: bool) -> str:
    precision = kind.precision or PRECISION
    if not is_column:
        precision = max(precision, COMPUTED_PRECISION)
    return f"Decimal({precision}, {SCALE if kind.scale is None else kind.scale})"


def _is_never_null(column: object) -> bool:
    if not isinstance(column, sa.Column):
        return False
    stated = column.table.info.get(NEVER_NULL, ()) if column.table is not None else ()
    return not column.nullable or column.name in stated


class _DDLCompiler(ChDDLCompiler):
    def visit_create_table(self, create: sa.schema.CreateTable, **_options: Any) -> str:
        """Make a MergeTree, sorted as the table's `info` says."""
        table = create.element
        columns = ", ".join(map(self._column, table.columns))
        order = ", ".join(map(self.preparer.quote, table.info.get(ORDER_BY, ())))
        guard = "IF NOT EXISTS " if create.if_not_exists else ""
        return (
            f"CREATE TABLE {guard}{self.preparer.format_table(table)} ({columns}) "
            f"ENGINE = MergeTree ORDER BY ({order}) SETTINGS allow_nullable_key = 1"
        )

    def visit_create_view(self, element: sa.schema.CreateView, **_options: Any) -> str:
        """Make a view whose readers need no right on what it reads."""
        select = self.sql_compiler.process(element.selectable, literal_binds=True)
        name = self.preparer.format_table(element.table)
        return f"CREATE VIEW {name} DEFINER = CURRENT_USER SQL SECURITY DEFINER AS {select}"

    def visit_drop_table(self, drop: sa.schema.DropTable, **_options: Any) -> str:
        """Drop it where the connection has it."""
        guard = "IF EXISTS " if drop.if_exists else ""
        return f"DROP TABLE {guard}{self.preparer.format_table(drop.element)}"

    def _column(self, column: sa.Column[Any]) -> str:
        kind = self.dialect.type_compiler_instance.process(column.type, type_expression=column)
        text = f"{self.preparer.format_column(column)} {kind}"
        if column.computed is None:
            return text
        value = self.sql_compiler.process(
            column.computed.sqltext, include_table=False, literal_binds=True
        )
        return f"{text} ALIAS {value}"


class _Preparer(ChIdentifierPreparer):
    """Names tables where the connection has them, also those that are only spoken of."""

    def _with_schema_translate(self, schema_translate_map: Mapping[str | None, str]) -> Any:
        """Translate the schemas of `sa.table()` too, which SQLAlchemy itself leaves as they are."""
        prepared = super()._with_schema_translate(schema_translate_map)  # type: ignore[no-untyped-call]  # as SQLAlchemy has it
        of_tables = prepared.schema_for_object

        def schema_for_object(described: Any) -> Any:
            schema = described.schema
            if isinstance(described, sa.TableClause) and schema and schema in schema_translate_map:
                return quoted_name(f"__[SCHEMA_{schema}]", quote=False)
            return of_tables(described)

        prepared.schema_for_object = schema_for_object
        return prepared


class _Numeric(sa.Numeric[Any]):
    def bind_processor(self, _dialect: Dialect) -> Callable[[Decimal | None], str | None]:
        return lambda value: None if value is None else f"{value:f}"

    def result_processor(self, _dialect: Dialect, _coltype: object) -> None:
        return None


class _Boolean(sa.Boolean):
    """Comparisons are numbers there; only stored truths are truths."""

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        return lambda value: None if value is None else bool(value)


class _Date(sa.Date):
    def bind_processor(self, _dialect: Dialect) -> Callable[[date | None], str | None]:
        return lambda value: None if value is None else value.isoformat()

    def literal_processor(self, _dialect: Dialect) -> Callable[[date], str]:
        return lambda value: f"toDate32('{value.isoformat()}')"


class _DateTime(sa.DateTime):
    def bind_processor(self, _dialect: Dialect) -> Callable[[datetime | None], str | None]:
        return lambda value: None if value is None else value.isoformat(sep=" ")

    def literal_processor(self, _dialect: Dialect) -> Callable[[datetime], str]:
        return lambda value: f"toDateTime64('{value.isoformat(sep=' ')}', 6, 'UTC')"


class _Uuid(sa.Uuid[Any]):
    def bind_processor(self, _dialect: Dialect) -> Callable[[UUID | None], str | None]:
        return lambda value: None if value is None else str(value)

    def result_processor(self, _dialect: Dialect, _coltype: object) -> None:
        return None


class WarehouseDialect(ClickHouseDialect):
    """The driver's dialect with the warehouse's types; its name stays `clickhousedb`."""

    supports_statement_cache = True
    supports_native_uuid = True
    preparer = _Preparer
    type_compiler_cls = _TypeCompiler
    ddl_compiler = _DDLCompiler
    statement_compiler = StatementCompiler
    colspecs = {  # noqa: RUF012 - a class attribute by SQLAlchemy's design
        **ClickHouseDialect.colspecs,
        sa.Boolean: _Boolean,
        sa.Numeric: _Numeric,
        sa.Date: _Date,
        sa.DateTime: _DateTime,
        sa.Uuid: _Uuid,
    }

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        """Return the driver; stated here since SQLAlchemy looks at the class itself."""
        driver: ModuleType = super().import_dbapi()  # type: ignore[no-untyped-call]  # as the driver has it
        return driver

    def get_multi_columns(
        self,
        connection: sa.Connection,
        *,
        schema: str | None = None,
        filter_names: Collection[str] | None = None,
        **_options: Any,
    ) -> Any:
        """Describe columns as SQLAlchemy does; every database has a name here."""
        return described_columns(connection, schema or "default", filter_names).items()

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Run the statement; its options may ask for another form of result."""
        settings = self._ch_query_settings(context)
        if _asks_for(ARROW, context):
            _open_stream(cursor, statement, parameters, settings)
        elif _asks_for(LINES, context):
            _read_lines(cursor, statement, parameters, settings)
        else:
            super().do_execute(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]  # as the driver has it

    def do_execute_no_params(self, cursor: Any, statement: str, context: Any = None) -> None:
        """Run a statement that has no values."""
        self.do_execute(cursor, statement, None, context)


def _asks_for(option: str, context: Any) -> bool:
    return context is not None and bool(context.execution_options.get(option))


def _open_stream(
    cursor: Cursor, statement: str, parameters: Any, settings: dict[str, Any] | None
) -> None:
    text = _undoubled(statement, parameters)
    source = cursor.client.raw_stream(text, parameters, settings, fmt="ArrowStream")
    reader = pa.ipc.open_stream(source)
    cursor.data = reader
    cursor.names = reader.schema.names
    cursor.types = [None] * len(reader.schema.names)


def _read_lines(
    cursor: Cursor, statement: str, parameters: Any, settings: dict[str, Any] | None
) -> None:
    text = _undoubled(statement, parameters)
    found = cursor.client.raw_query(text, parameters, settings)
    cursor.data = [(line,) for line in found.decode().splitlines()]
    cursor.names = ["line"]
    cursor.types = [None]


def _undoubled(statement: str, parameters: Any) -> str:
    """Make percent signs single again, which the driver does only where it puts values in."""
    return statement if parameters else statement.replace("%%", "%")


registry.register(DRIVER_NAME.replace("+", "."), __name__, WarehouseDialect.__name__)
