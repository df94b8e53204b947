"""The dialect of clickhouse-connect as the warehouse needs it: NULLs, exact money, all dates.

Every column may be NULL, decimals and instants travel as typed texts (a bare `1.25` would be a
floating-point number there), dates reach back to 1900, and letters are folded by Unicode.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import ModuleType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from clickhouse_connect.cc_sqlalchemy.dialect import ClickHouseDialect
from clickhouse_connect.cc_sqlalchemy.sql.compiler import ChStatementCompiler
from clickhouse_connect.cc_sqlalchemy.sql.ddlcompiler import ChDDLCompiler
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import GenericTypeCompiler

__all__ = ["DRIVER_NAME", "MEANING", "WarehouseDialect"]

DRIVER_NAME = "clickhousedb+ampiq"

MEANING: Mapping[str, str] = {
    "join_use_nulls": "1",
    "cast_keep_nullable": "1",
    "prefer_column_name_to_alias": "1",
    "max_query_size": "10000000",
}
"""Settings without which joins, casts and names mean something else; part of every URL."""

PRECISION, SCALE = 38, 10
"""Of decimals that do not say theirs; they are only compared."""


_NAMES: Mapping[type[Any], str] = {
    sa.Boolean: "Bool",
    sa.Integer: "Int64",
    sa.Float: "Float64",
    sa.Date: "Date32",  # `Date` begins in 1970
    sa.DateTime: "DateTime64(6)",
    sa.Uuid: "UUID",
    sa.String: "String",
}


class _TypeCompiler(GenericTypeCompiler):
    """Spells types; all of them hold NULL."""

    def process(self, type_: sa.types.TypeEngine[Any], **_options: Any) -> str:
        """Return the name of the type."""
        name = next((name for kind, name in _NAMES.items() if isinstance(type_, kind)), "String")
        if isinstance(type_, sa.Numeric) and not isinstance(type_, sa.Float):
            scale = SCALE if type_.scale is None else type_.scale
            name = f"Decimal({type_.precision or PRECISION}, {scale})"
        return f"Nullable({name})"


class _DDLCompiler(ChDDLCompiler):
    def visit_create_table(self, create: sa.schema.CreateTable, **_options: Any) -> str:
        """Make a MergeTree, sorted as the table's `info` says."""
        table = create.element
        spell = self.dialect.type_compiler_instance.process
        columns = ", ".join(
            f"{self.preparer.format_column(column)} {spell(column.type, type_expression=column)}"
            for column in table.columns
        )
        order = ", ".join(map(self.preparer.quote, table.info.get("order_by", ())))
        return (
            f"CREATE TABLE {self.preparer.format_table(table)} ({columns}) "
            f"ENGINE = MergeTree ORDER BY ({order}) SETTINGS allow_nullable_key = 1"
        )


class _StatementCompiler(ChStatementCompiler):
    def visit_bindparam(self, bindparam: Any, **options: Any) -> str:  # type: ignore[override]  # passed on as they come
        """State the type of what travels as text."""
        text: str = super().visit_bindparam(bindparam, **options)  # type: ignore[no-untyped-call]  # as the driver has it
        is_typed = isinstance(bindparam.type, sa.Numeric | sa.Date | sa.DateTime | sa.Uuid)
        if not is_typed or bindparam.expanding or options.get("literal_binds"):
            return text
        return f"CAST({text} AS {self.dialect.type_compiler_instance.process(bindparam.type)})"

    def visit_lower_func(self, function: sa.Function[str], **options: Any) -> str:
        """`lower` folds ASCII only there."""
        return f"lowerUTF8{self.function_argspec(function, **options)}"

    def visit_upper_func(self, function: sa.Function[str], **options: Any) -> str:
        """`upper` folds ASCII only there."""
        return f"upperUTF8{self.function_argspec(function, **options)}"


class _Numeric(sa.Numeric[Any]):
    def bind_processor(self, _dialect: Dialect) -> Callable[[Decimal | None], str | None]:
        return lambda value: None if value is None else f"{value:f}"

    def result_processor(self, _dialect: Dialect, _coltype: object) -> None:
        return None


class _Date(sa.Date):
    def bind_processor(self, _dialect: Dialect) -> Callable[[date | None], str | None]:
        return lambda value: None if value is None else value.isoformat()

    def literal_processor(self, _dialect: Dialect) -> Callable[[date], str]:
        return lambda value: f"toDate32('{value.isoformat()}')"


class _DateTime(sa.DateTime):
    def bind_processor(self, _dialect: Dialect) -> Callable[[datetime | None], str | None]:
        return lambda value: None if value is None else value.isoformat(sep=" ")

    def literal_processor(self, _dialect: Dialect) -> Callable[[datetime], str]:
        return lambda value: f"toDateTime64('{value.isoformat(sep=' ')}', 6)"


class _Uuid(sa.Uuid[Any]):
    def bind_processor(self, _dialect: Dialect) -> Callable[[UUID | None], str | None]:
        return lambda value: None if value is None else str(value)

    def result_processor(self, _dialect: Dialect, _coltype: object) -> None:
        return None


class WarehouseDialect(ClickHouseDialect):
    """The driver's dialect with the warehouse's types; its name stays `clickhousedb`."""

    supports_statement_cache = True
    supports_native_uuid = True
    type_compiler_cls = _TypeCompiler
    ddl_compiler = _DDLCompiler
    statement_compiler = _StatementCompiler
    colspecs = {  # noqa: RUF012 - a class attribute by SQLAlchemy's design
        **ClickHouseDialect.colspecs,
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


registry.register(DRIVER_NAME.replace("+", "."), __name__, WarehouseDialect.__name__)
