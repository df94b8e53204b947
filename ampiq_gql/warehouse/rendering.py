"""Statements as people read them: indented, values written out. For eyes, never for engines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, cast

import sqlalchemy as sa
from duckdb_sqlalchemy import Dialect as DuckDBDialect
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect as Engine
from sqlalchemy.sql.expression import ClauseElement

from ampiq_gql.errors import Invalid
from ampiq_gql.warehouse.model import Dialect

__all__ = ["engine_of", "indented_sql", "render_sql", "written_sql"]

# Other paramstyles double every percent sign of a text.
PARAMSTYLE = "named"


class _ShownDate(sa.Date):
    """A date with its type in front, so that the text runs as it stands on every engine."""

    def literal_processor(self, dialect: Engine) -> Callable[[dt.date], str]:  # noqa: ARG002 - fixed by SQLAlchemy
        return lambda value: f"DATE '{value.isoformat()}'"


class _ShownDateTime(sa.DateTime):
    """A timestamp with its type in front."""

    def literal_processor(self, dialect: Engine) -> Callable[[dt.datetime], str]:  # noqa: ARG002 - fixed by SQLAlchemy
        return lambda value: f"TIMESTAMP '{value.isoformat(sep=' ')}'"


def render_sql(statement: ClauseElement, dialect: Dialect) -> str:
    """Return the statement's text for that engine, indented."""
    return indented_sql(written_sql(statement, dialect), dialect)


def written_sql(statement: ClauseElement, dialect: Dialect) -> str:
    """Return the statement's text for that engine as it comes, at a tenth of the cost."""
    compiled = statement.compile(dialect=engine_of(dialect), compile_kwargs={"literal_binds": True})
    return str(compiled)


@lru_cache(256)
def indented_sql(text: str, dialect: Dialect) -> str:
    """Return a text of `written_sql` for people to read."""
    # Imported here: it takes 0.2 seconds, and most commands show no SQL.
    import sqlglot

    name = _SQLGLOT_NAMES[dialect]
    indented: str = sqlglot.transpile(text, read=name, write=name, pretty=True)[0]
    return indented


_SQLGLOT_NAMES = {
    Dialect.DUCKDB: "duckdb",
    Dialect.POSTGRESQL: "postgres",
    Dialect.CLICKHOUSE: "clickhouse",
}


@cache
def engine_of(dialect: Dialect) -> Engine:
    """Return the dialect that writes SQL for that engine, without a connection."""
    engine = _plain_engine(dialect)
    shown: dict[type[Any], type[Any]] = {sa.Date: _ShownDate, sa.DateTime: _ShownDateTime}
    if dialect is not Dialect.CLICKHOUSE:  # its dialect says the types itself
        engine.colspecs = {**engine.colspecs, **shown}
    return engine


def _plain_engine(dialect: Dialect) -> Engine:
    match dialect:
        case Dialect.DUCKDB:
            return cast("Engine", DuckDBDialect(paramstyle=PARAMSTYLE))
        case Dialect.POSTGRESQL:
            return postgresql.dialect(paramstyle=PARAMSTYLE)  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
        case Dialect.CLICKHOUSE:
            return _clickhouse()


def _clickhouse() -> Engine:
    try:
        from ampiq_gql.warehouse.clickhouse import WarehouseDialect  # an optional extra
    except ModuleNotFoundError as error:
        raise Invalid(
            "DIALECT_UNAVAILABLE",
            "This server cannot show ClickHouse SQL: its driver is not installed.",
            hint="Install it: pip install 'ampiq-graphql[clickhouse]'",
        ) from error
    return WarehouseDialect(paramstyle=PARAMSTYLE)
