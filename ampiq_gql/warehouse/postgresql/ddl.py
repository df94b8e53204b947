"""The statements of PostgreSQL that SQLAlchemy has no words for; names are always quoted by it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler, SQLCompiler
from sqlalchemy.sql.ddl import ExecutableDDLElement
from sqlalchemy.sql.expression import ClauseElement, Executable
from sqlalchemy.sql.selectable import TypedReturnsRows

__all__ = [
    "Analyze", "CopyFrom", "CreateCollation", "CreateReaderRole", "CreateTemporaryTable",
    "DiscardAll", "Explain", "GrantReading", "GrantRole", "SetRole",
    "SetSearchPath",
]  # fmt: skip


class Analyze(ExecutableDDLElement):
    """`ANALYZE table`: the planner learns how many rows and values it holds."""

    def __init__(self, table: sa.Table) -> None:
        self.table = table


class CopyFrom(ExecutableDDLElement):
    """`COPY table (columns) FROM STDIN (FORMAT csv)`."""

    def __init__(self, table: sa.Table, columns: list[str]) -> None:
        self.table = table
        self.columns = columns


class CreateCollation(ExecutableDDLElement):
    """`CREATE COLLATION schema.name`: order by bytes, fold as the locale `folding` does."""

    def __init__(self, schema: str, name: str, folding: str) -> None:
        self.schema = schema
        self.name = name
        self.folding = folding


class CreateReaderRole(ExecutableDDLElement):
    """`CREATE ROLE name NOLOGIN`."""

    def __init__(self, name: str) -> None:
        self.name = name


class GrantRole(ExecutableDDLElement):
    """`GRANT role TO CURRENT_USER`: we may become it."""

    def __init__(self, name: str) -> None:
        self.name = name


class GrantReading(ExecutableDDLElement):
    """Lets `role` enter the schema (`is_usage`), or read all that stands in it."""

    def __init__(self, schema: str, role: str, *, is_usage: bool) -> None:
        self.schema = schema
        self.role = role
        self.is_usage = is_usage


class SetRole(ExecutableDDLElement):
    """`SET ROLE name`."""

    def __init__(self, name: str) -> None:
        self.name = name


class SetSearchPath(ExecutableDDLElement):
    """`SET search_path = schema`: where names without a schema are looked up and made."""

    def __init__(self, schema: str) -> None:
        self.schema = schema


class DiscardAll(ExecutableDDLElement):
    """`DISCARD ALL`: role, settings, temporary tables and locks of the connection go."""


class CreateTemporaryTable(Executable, ClauseElement):
    """`CREATE TEMPORARY TABLE name AS select`, whose values stay bound."""

    inherit_cache = False

    def __init__(self, name: str, select: TypedReturnsRows[*tuple[Any, ...]]) -> None:
        self.name = name
        self.select = select


class Explain(Executable, ClauseElement):
    """`EXPLAIN (VERBOSE, FORMAT JSON) select`: the plan names every table that would be read."""

    inherit_cache = False

    def __init__(self, select: ClauseElement) -> None:
        self.select = select


@compiles(Analyze, "postgresql")
def _analyze(element: Analyze, compiler: DDLCompiler, **_options: object) -> str:
    return f"ANALYZE {compiler.preparer.format_table(element.table)}"


@compiles(CopyFrom, "postgresql")
def _copy(element: CopyFrom, compiler: DDLCompiler, **_options: object) -> str:
    table = compiler.preparer.format_table(element.table)
    columns = ", ".join(map(compiler.preparer.quote, element.columns))
    return f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)"


@compiles(CreateCollation, "postgresql")
def _collation(element: CreateCollation, compiler: DDLCompiler, **_options: object) -> str:
    quote = compiler.preparer.quote
    folding = compiler.sql_compiler.render_literal_value(element.folding, sa.String())
    name = f"{quote(element.schema)}.{quote(element.name)}"
    return f"CREATE COLLATION {name} (provider = libc, lc_collate = 'C', lc_ctype = {folding})"


@compiles(CreateReaderRole, "postgresql")
def _role(element: CreateReaderRole, compiler: DDLCompiler, **_options: object) -> str:
    return f"CREATE ROLE {compiler.preparer.quote(element.name)} NOLOGIN"


@compiles(GrantRole, "postgresql")
def _grant_role(element: GrantRole, compiler: DDLCompiler, **_options: object) -> str:
    return f"GRANT {compiler.preparer.quote(element.name)} TO CURRENT_USER"


@compiles(GrantReading, "postgresql")
def _grant(element: GrantReading, compiler: DDLCompiler, **_options: object) -> str:
    schema, role = map(compiler.preparer.quote, (element.schema, element.role))
    if element.is_usage:
        return f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    return f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"


@compiles(SetRole, "postgresql")
def _set_role(element: SetRole, compiler: DDLCompiler, **_options: object) -> str:
    return f"SET ROLE {compiler.preparer.quote(element.name)}"


@compiles(SetSearchPath, "postgresql")
def _search_path(element: SetSearchPath, compiler: DDLCompiler, **_options: object) -> str:
    return f"SET search_path = {compiler.preparer.quote(element.schema)}"


@compiles(DiscardAll, "postgresql")
def _discard(_element: DiscardAll, _compiler: DDLCompiler, **_options: object) -> str:
    return "DISCARD ALL"


@compiles(CreateTemporaryTable, "postgresql")
def _create(element: CreateTemporaryTable, compiler: SQLCompiler, **options: Any) -> str:
    name = compiler.preparer.quote(element.name)
    return f"CREATE TEMPORARY TABLE {name} AS {compiler.process(element.select, **options)}"


@compiles(Explain, "postgresql")
def _explain(element: Explain, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXPLAIN (VERBOSE, FORMAT JSON) {compiler.process(element.select, **options)}"
