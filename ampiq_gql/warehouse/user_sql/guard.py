"""From the text of a query to a judged one, or a refusal that says what, where and what instead.

The parser reads it, every node must be in the closed vocabulary, every table in the catalog; then
names are resolved and stars written out. What comes of that is what runs: nothing is judged that
does not run, and nothing runs that was not judged.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError, TokenError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from ampiq_gql.warehouse.model import BUILD_SCHEMA, Dialect
from ampiq_gql.warehouse.user_sql.lineage import trace
from ampiq_gql.warehouse.user_sql.model import ReadableTable, ResultColumn, SqlRefused, UserSql
from ampiq_gql.warehouse.user_sql.places import place_of, place_of_error
from ampiq_gql.warehouse.user_sql.vocabulary import CONSTRUCTS, FUNCTIONS, NAMED_FUNCTIONS, TYPES
from dsl.suggestions import Candidate, nearest

__all__ = ["MAX_CHARACTERS", "guard"]

# It warns of each statement that it does not know; we refuse them and say so ourselves.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

MAX_CHARACTERS = 50_000
MAX_NAME = 60

_PARSERS = {
    Dialect.DUCKDB: "duckdb",
    Dialect.POSTGRESQL: "postgres",
    Dialect.CLICKHOUSE: "clickhouse",
}
_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery)
_PARTS: Mapping[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset(
        {
            "with_", "expressions", "from_", "joins", "where", "group", "having", "qualify",
            "windows", "order", "limit", "offset", "distinct",
        }
    ),
    exp.Join: frozenset({"this", "on", "using", "side", "kind", "method", "global_"}),
    exp.Table: frozenset({"this", "db", "catalog", "alias", "joins"}),
    exp.Distinct: frozenset({"expressions"}),
    **dict.fromkeys(
        (exp.Union, exp.Intersect, exp.Except),
        frozenset({"with_", "this", "expression", "distinct", "order", "limit", "offset"}),
    ),
}  # fmt: skip
"""What these may hold; ClickHouse's SETTINGS, say, would pass for comparisons otherwise."""
_UNRESOLVED = re.compile(
    r"(?:Column '(?P<column>[^']+)' could not be resolved|Unknown column: (?P<unknown>\S+))"
)
_LACKING = re.compile(r"^Required keyword: .* missing for <class '(?:\w+\.)*(?P<construct>\w+)'>")


def guard(text: str, dialect: Dialect, tables: Iterable[ReadableTable]) -> UserSql:
    """Judge one SELECT over the tables, written for that engine. Raises `SqlRefused`."""
    readable = {table.name: table for table in tables}
    tree = _parsed(text, dialect)
    _refuse_foreign_constructs(tree, dialect)
    _name_results(tree, dialect)
    _point_to_relations(tree, readable)
    resolved = _resolved(tree, dialect, readable)
    traced = trace(resolved, _personal_columns(readable.values()))
    names = resolved.named_selects
    _refuse_repeated(names)
    return UserSql(
        text=_as_placed(resolved, dialect).sql(dialect=_PARSERS[dialect], comments=False),
        columns=tuple(
            ResultColumn(name=name, is_pii=is_pii)
            for name, is_pii in zip(names, traced.results, strict=True)
        ),
        reads=traced.reads,
        probes=traced.probes,
    )


def _as_placed(tree: exp.Query, dialect: Dialect) -> exp.Query:
    """Name the tables as readers find them: servers look where the connection is told to."""
    if dialect is not Dialect.DUCKDB:
        tables = [table for table in tree.find_all(exp.Table) if table.db]
        _rename_hiding_queries(tree, {table.name for table in tables})
        for table in tables:
            table.set("db", None)
    return tree


def _rename_hiding_queries(tree: exp.Query, relations: set[str]) -> None:
    """Give another name to queries of WITH that are called like a table that is read.

    Without its schema the table would be hidden from all that follows them.
    """
    taken = relations | {query.alias for query in tree.find_all(exp.CTE)}
    for name in sorted(relations & {query.alias for query in tree.find_all(exp.CTE)}):
        free = next(f"{name}_{number}" for number in count(2) if f"{name}_{number}" not in taken)
        taken.add(free)
        for query in tree.find_all(exp.CTE):
            if query.alias == name:
                query.args["alias"].set("this", exp.to_identifier(free, quoted=True))
        for table in tree.find_all(exp.Table):
            if not table.db and table.name == name:
                table.set("this", exp.to_identifier(free, quoted=True))


def _parsed(text: str, dialect: Dialect) -> exp.Query:
    if len(text) > MAX_CHARACTERS:
        raise SqlRefused(
            "SQL_TOO_LARGE",
            f"The query has {len(text):,} characters; {MAX_CHARACTERS:,} are the most.",
            hint="Keep long lists of values in an uploaded file and join with it.",
        )
    try:
        trees = [tree for tree in sqlglot.parse(text, read=_PARSERS[dialect]) if tree is not None]
    except (ParseError, TokenError) as error:
        raise _syntax_error(error) from error
    except RecursionError as error:
        raise SqlRefused(
            "SQL_TOO_LARGE",
            "The query is nested too deeply to be read.",
            hint="Name inner queries with WITH.",
        ) from error
    if len(trees) != 1 or not isinstance(trees[0], _QUERIES):
        raise SqlRefused(
            "SQL_NOT_ONE_SELECT",
            f"A query is one SELECT, not {_described(trees)}.",
            hint="Keep one SELECT, or WITH … SELECT.",
        )
    return trees[0]


def _described(trees: list[exp.Expr]) -> str:
    match trees:
        case []:
            return "an empty text"
        case [tree]:
            return (tree.name if isinstance(tree, exp.Command) else tree.key).upper()
        case _:
            return f"{len(trees)} statements"


def _syntax_error(error: ParseError | TokenError) -> SqlRefused:
    details = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
    description = details.get("description") or "a quote or comment is not closed"
    return SqlRefused(
        "SQL_SYNTAX",
        f"This is no SQL: {_in_words(str(description))}.",
        place=place_of_error(details),
    )


def _in_words(description: str) -> str:
    """Return what the parser says without the names of its own classes and tokens."""
    lacking = _LACKING.search(description)
    if lacking is not None:
        return f"a part of {lacking['construct'].upper()} is missing"
    return description.partition(" but got <")[0].rstrip(".")


def _refuse_foreign_constructs(tree: exp.Query, dialect: Dialect) -> None:
    for node in tree.walk():
        if isinstance(node, (exp.Anonymous, exp.AnonymousAggFunc)):
            _refuse_unknown_function(node, dialect)
        elif isinstance(node, exp.Func) and type(node) not in CONSTRUCTS | FUNCTIONS:
            raise _function_refused(node.sql_name().lower(), node)
        elif type(node) not in CONSTRUCTS | FUNCTIONS:
            raise _construct_refused(type(node).__name__, node)
        _refuse_foreign_parts(node)
        if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
            raise _construct_refused("a function in place of a table", node)
        if isinstance(node, exp.With) and node.args.get("recursive"):
            raise _construct_refused("WITH RECURSIVE", node)
        if isinstance(node, exp.DataType) and node.this not in TYPES:
            raise _construct_refused(f"the type {node.sql(dialect=_PARSERS[dialect])}", node)


def _refuse_unknown_function(node: exp.Anonymous | exp.AnonymousAggFunc, dialect: Dialect) -> None:
    if node.name.lower() not in NAMED_FUNCTIONS[dialect]:
        raise _function_refused(node.name.lower(), node)


def _refuse_foreign_parts(node: exp.Expr) -> None:
    known = _PARTS.get(type(node))
    if known is None:
        return
    for part, value in node.args.items():
        if value and part not in known:
            construct = f"{node.key} … {part.strip('_').replace('_', ' ')}".upper()
            raise _construct_refused(construct, node)


def _function_refused(name: str, node: exp.Expr) -> SqlRefused:
    return SqlRefused(
        "SQL_FUNCTION_REFUSED",
        f"The function {name}() is not among those that queries may use.",
        hint="Queries compute with the values of tables; nothing else can be reached from them.",
        place=place_of(node),
    )


def _construct_refused(construct: str, node: exp.Expr) -> SqlRefused:
    return SqlRefused(
        "SQL_CONSTRUCT_REFUSED",
        f"Queries may not use {construct}.",
        hint="A query is a plain SELECT: joins, sub-queries, WITH, windows and unions.",
        place=place_of(node),
    )


def _name_results(tree: exp.Query, dialect: Dialect) -> None:
    """Give every nameless result its own text as its name, as databases do."""
    first = next(_branches(tree))
    named = [
        column
        if column.output_name or column.is_star
        else exp.alias_(column, column.sql(dialect=_PARSERS[dialect])[:MAX_NAME], quoted=True)
        for column in first.expressions
    ]
    first.set("expressions", named)


def _branches(tree: exp.Expr) -> Iterator[exp.Select]:
    """Yield the selects of unions and parentheses, from the left."""
    if isinstance(tree, exp.Select):
        yield tree
    elif isinstance(tree, exp.SetOperation):
        yield from _branches(tree.left)
        yield from _branches(tree.right)
    elif isinstance(tree, exp.Subquery):
        yield from _branches(tree.this)


def _point_to_relations(tree: exp.Query, readable: Mapping[str, ReadableTable]) -> None:
    """Replace every table by its relation; common table expressions stay what they are."""
    known: set[int] = set()
    for scope in traverse_scope(tree):
        for node, source in scope.selected_sources.values():
            known.add(id(node))
            if source is node and isinstance(node, exp.Table):
                _point_to_relation(node, readable)
    for table in tree.find_all(exp.Table):
        if id(table) not in known:
            raise _table_unknown(table, readable)


def _point_to_relation(node: exp.Table, readable: Mapping[str, ReadableTable]) -> None:
    table = readable.get(node.name.lower())
    if table is None or node.catalog or node.db.lower() not in {"", BUILD_SCHEMA}:
        raise _table_unknown(node, readable)
    if not node.alias:
        node.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
    node.set("this", exp.to_identifier(table.relation, quoted=True))
    node.set("db", exp.to_identifier(BUILD_SCHEMA, quoted=True))


def _table_unknown(node: exp.Table, readable: Mapping[str, ReadableTable]) -> SqlRefused:
    written = ".".join(part.name for part in node.parts)
    near = nearest(node.name, [Candidate(name) for name in readable])
    return SqlRefused(
        "SQL_TABLE_UNKNOWN",
        f'There is no table "{written}".',
        hint=_did_you_mean(near) or "`ampiq doctor` and the data explorer list the tables.",
        place=place_of(node),
    )


def _resolved(
    tree: exp.Query, dialect: Dialect, readable: Mapping[str, ReadableTable]
) -> exp.Query:
    """Resolve every name to its table and write stars out."""
    columns = {
        table.relation: {column.name: column.type for column in table.columns}
        for table in readable.values()
    }
    try:
        resolved = qualify(
            tree.copy(), dialect=_PARSERS[dialect], schema={BUILD_SCHEMA: columns}, db=BUILD_SCHEMA
        )
    except OptimizeError as error:
        raise _column_unknown(str(error), tree, readable) from error
    whole_row = resolved.find(exp.TableColumn)
    if whole_row is not None:
        raise _construct_refused(f'the table "{whole_row.name}" as a value', whole_row)
    if not isinstance(resolved, exp.Query):
        raise TypeError(f"A query became a {type(resolved).__name__}.")
    return resolved


def _column_unknown(
    message: str, tree: exp.Query, readable: Mapping[str, ReadableTable]
) -> SqlRefused:
    found = _UNRESOLVED.search(message)
    name = (found["column"] or found["unknown"]) if found else ""
    node = next((column for column in tree.find_all(exp.Column) if column.name == name), None)
    place = place_of(node) if node else None
    read = {table.name for table in tree.find_all(exp.Table)}
    tables = [table for table in readable.values() if table.relation in read]
    having = [table.name for table in tables if name in {column.name for column in table.columns}]
    if not found:
        return SqlRefused("SQL_COLUMN_UNKNOWN", f"Names do not resolve: {message}", place=place)
    if len(having) > 1 and not (node and node.table):
        return SqlRefused(
            "SQL_COLUMN_UNKNOWN",
            f'"{name}" could be a column of {" or ".join(having)}.',
            hint=f"Write {having[0]}.{name}, with the table's alias if it has one.",
            place=place,
        )
    near = nearest(name, [Candidate(column.name) for table in tables for column in table.columns])
    return SqlRefused(
        "SQL_COLUMN_UNKNOWN",
        f'There is no column "{name}" in what the query reads.',
        hint=_did_you_mean(near),
        place=place,
    )


def _did_you_mean(near: tuple[str, ...]) -> str | None:
    return f"Did you mean {' or '.join(near)}?" if near else None


def _refuse_repeated(names: list[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise SqlRefused(
            "SQL_COLUMN_REPEATED",
            f'The result has two columns named "{repeated[0]}".',
            hint=f"Give one another name: … AS other_{repeated[0]}.",
        )


def _personal_columns(tables: Iterable[ReadableTable]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (table.relation, column.name)
        for table in tables
        for column in table.columns
        if column.is_pii
    )
