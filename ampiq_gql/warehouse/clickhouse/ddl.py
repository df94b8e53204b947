"""The statements of ClickHouse that SQLAlchemy has no words for; names are always quoted by it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler, SQLCompiler
from sqlalchemy.sql.ddl import ExecutableDDLElement
from sqlalchemy.sql.expression import ClauseElement, Executable

__all__ = ["CreateDatabase", "CreateMark", "DropDatabase", "DropMark", "ExplainSyntax",
           "KillQuery"]  # fmt: skip

ENGINE = "clickhousedb"


class CreateDatabase(ExecutableDDLElement):
    """`CREATE DATABASE name`."""

    def __init__(self, name: str, *, if_not_exists: bool = False) -> None:
        self.name = name
        self.if_not_exists = if_not_exists


class DropDatabase(ExecutableDDLElement):
    """`DROP DATABASE IF EXISTS name SYNC`: its room is free when this returns."""

    def __init__(self, name: str) -> None:
        self.name = name


class CreateMark(ExecutableDDLElement):
    """A table without rows whose comment is a document: made at once or not at all.

    Of several who make the same one, one succeeds; the others are told that it exists.
    """

    def __init__(self, database: str, name: str, document: str) -> None:
        self.database = database
        self.name = name
        self.document = document


class DropMark(ExecutableDDLElement):
    """`DROP TABLE IF EXISTS database.name SYNC`."""

    def __init__(self, database: str, name: str) -> None:
        self.database = database
        self.name = name


class KillQuery(ExecutableDDLElement):
    """Stop the statements that were sent with this log comment."""

    def __init__(self, log_comment: str) -> None:
        self.log_comment = log_comment


class ExplainSyntax(Executable, ClauseElement):
    """`EXPLAIN AST select`: how the server reads a text, before it looks anything up."""

    inherit_cache = False

    def __init__(self, select: ClauseElement) -> None:
        self.select = select


def _text(value: str, compiler: DDLCompiler) -> str:
    return compiler.sql_compiler.render_literal_value(value, sa.String())


def _named(database: str, name: str, compiler: DDLCompiler) -> str:
    quote = compiler.preparer.quote
    return f"{quote(database)}.{quote(name)}"


@compiles(CreateDatabase, ENGINE)
def _create_database(element: CreateDatabase, compiler: DDLCompiler, **_options: object) -> str:
    guard = "IF NOT EXISTS " if element.if_not_exists else ""
    return f"CREATE DATABASE {guard}{compiler.preparer.quote(element.name)}"


@compiles(DropDatabase, ENGINE)
def _drop_database(element: DropDatabase, compiler: DDLCompiler, **_options: object) -> str:
    return f"DROP DATABASE IF EXISTS {compiler.preparer.quote(element.name)} SYNC"


@compiles(CreateMark, ENGINE)
def _create_mark(element: CreateMark, compiler: DDLCompiler, **_options: object) -> str:
    name = _named(element.database, element.name, compiler)
    document = _text(element.document, compiler)
    return f"CREATE TABLE {name} (nothing UInt8) ENGINE = Null COMMENT {document}"


@compiles(DropMark, ENGINE)
def _drop_mark(element: DropMark, compiler: DDLCompiler, **_options: object) -> str:
    return f"DROP TABLE IF EXISTS {_named(element.database, element.name, compiler)} SYNC"


@compiles(KillQuery, ENGINE)
def _kill(element: KillQuery, compiler: DDLCompiler, **_options: object) -> str:
    comment = _text(element.log_comment, compiler)
    return f"KILL QUERY WHERE Settings['log_comment'] = {comment} ASYNC"


@compiles(ExplainSyntax, ENGINE)
def _explain(element: ExplainSyntax, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXPLAIN AST {compiler.process(element.select, **options)}"
