"""SQLAlchemy's PostgreSQL dialect as the warehouse needs it: texts compare by their bytes.

Other engines order texts by bytes and fold them by Unicode; here a collation of ours does both, and
every text column of the warehouse carries it. Whole numbers come back as `int`, sums included.
Tables of `c360` are named without a schema: the search path of a connection says which build.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import (
    PGDDLCompiler,
    PGTypeCompiler,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg, PGIdentifierPreparer_psycopg
from sqlalchemy.engine import Dialect

from ampiq_gql.warehouse.model import BUILD_SCHEMA, SOURCES_SCHEMA

__all__ = ["COLLATION", "CONTROL_SCHEMA", "DRIVER_NAME", "SOURCES_PLACE", "WarehouseDialect"]

CONTROL_SCHEMA = "ampiq"
SOURCES_PLACE = "ampiq_sources"
COLLATION = "by_bytes"
DRIVER_NAME = "postgresql+ampiq"


def _place(table: Any) -> str | None:
    """Return the schema in which a table of the warehouse stands on a server."""
    if table.schema == BUILD_SCHEMA:
        return None
    return SOURCES_PLACE if table.schema == SOURCES_SCHEMA else table.schema


class _Preparer(PGIdentifierPreparer_psycopg):
    schema_for_object = staticmethod(_place)  # type: ignore[arg-type]  # None is allowed


class _TypeCompiler(PGTypeCompiler):
    def visit_TEXT(self, type_: sa.Text, **options: Any) -> str:
        """Give columns our collation; casts cannot carry one."""
        text: str = super().visit_TEXT(type_, **options)
        if isinstance(options.get("type_expression"), sa.Column):
            return f'{text} COLLATE "{CONTROL_SCHEMA}"."{COLLATION}"'
        return text


class _DDLCompiler(PGDDLCompiler):
    def visit_computed_column(self, generated: sa.Computed, **_options: Any) -> str:
        """Store what is computed, since servers before 18 cannot do otherwise.

        A NULL needs no computing: it takes one bit of the row either way.
        """
        value = generated.sqltext
        if isinstance(value, sa.Cast) and isinstance(value.clause, sa.Null):
            return ""
        text = self.sql_compiler.process(value, include_table=False, literal_binds=True)
        return f"GENERATED ALWAYS AS ({text}) STORED"


class _WholeNumbers:
    """Reads NUMERIC, the type of sums of whole numbers there, as `int`."""

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any] | None:
        return lambda value: int(value) if isinstance(value, Decimal) else value


class _Integer(_WholeNumbers, sa.Integer):
    render_bind_cast = True  # as the driver's own type has it


class _BigInteger(_WholeNumbers, sa.BigInteger):
    render_bind_cast = True


class WarehouseDialect(PGDialect_psycopg):
    """The dialect of psycopg 3 with the warehouse's types; its name stays `postgresql`."""

    driver = "ampiq"
    supports_statement_cache = True
    preparer = _Preparer
    type_compiler_cls = _TypeCompiler
    ddl_compiler = _DDLCompiler
    colspecs = {  # noqa: RUF012 - a class attribute by SQLAlchemy's design
        **PGDialect_psycopg.colspecs,
        sa.Integer: _Integer,
        sa.BigInteger: _BigInteger,
    }

    # What is asked about `c360` and `sources` is answered about the schemas that stand for them.

    def get_table_names(self, connection: sa.Connection, schema: Any = None, **options: Any) -> Any:
        """List tables as SQLAlchemy does."""
        place = _standing(connection, schema)
        return super().get_table_names(connection, place, **options)  # type: ignore[no-untyped-call]  # as SQLAlchemy has it

    def has_table(
        self, connection: sa.Connection, table_name: str, schema: Any = None, **options: Any
    ) -> Any:
        """Look for a table as SQLAlchemy does."""
        place = _standing(connection, schema)
        return super().has_table(connection, table_name, place, **options)  # type: ignore[no-untyped-call]  # as SQLAlchemy has it

    def get_multi_columns(  # type: ignore[override]  # keywords only, as it is called
        self, connection: sa.Connection, *, schema: Any = None, **options: Any
    ) -> Any:
        """Describe columns as SQLAlchemy does."""
        place = _standing(connection, schema)
        return super().get_multi_columns(connection, schema=place, **options)  # type: ignore[no-untyped-call]  # as SQLAlchemy has it


def _standing(connection: sa.Connection, schema: str | None) -> str | None:
    if schema == BUILD_SCHEMA:
        found: str | None = connection.scalar(sa.select(sa.func.current_schema()))
        return found
    return SOURCES_PLACE if schema == SOURCES_SCHEMA else schema


registry.register(DRIVER_NAME.replace("+", "."), __name__, WarehouseDialect.__name__)
