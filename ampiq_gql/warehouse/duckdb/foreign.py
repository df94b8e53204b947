"""Statements that hold text which somebody wrote may read tables of `c360` and nothing else.

Files are out of a reader's reach already; DuckDB's own catalogs, settings and variables are open to
everybody, so the text is read by DuckDB's parser and every relation and function looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

from ampiq_gql.errors import Fault
from ampiq_gql.warehouse.model import BUILD_SCHEMA

__all__ = ["refuse_foreign_reading"]

HARMLESS_FUNCTIONS = frozenset({"generate_series", "range", "unnest"})
FILE_FUNCTIONS = ("read_", "parquet_", "glob", "sniff_csv")
"""The locked-down database refuses these itself, for files that are not shown."""

CLOCKS = frozenset(
    {
        "current_date", "current_localtime", "current_localtimestamp", "get_current_time",
        "get_current_timestamp", "now", "today", "transaction_timestamp",
    }
)  # fmt: skip
REACHING = re.compile(
    r"current_setting|getvariable|getenv|version|get_block_size|json_(de)?serialize_\w+|"
    r"parse_duckdb_log_message|pg_\w+|inet_\w+|has_\w+_privilege|\w+_description|"
    r"current_(user|role|catalog)|session_user|user",
    re.IGNORECASE,
)
"""Functions that tell of settings, of the server or of its catalogs, or read SQL themselves."""


def refuse_foreign_reading(raw: duckdb.DuckDBPyConnection, text: str) -> None:
    """Raise `Fault` when the SELECT would read what is no table of `c360`."""
    found = raw.cursor().execute("SELECT json_serialize_sql(?)", [text]).fetchone()
    document = json.loads(found[0]) if found else {"error": True}
    if document["error"]:
        raise Fault(f"A reader sends a SELECT that can be looked into, not: {text}")
    for source in _sources(document):
        raise Fault(f"A reader may not read {source}.")


def _sources(node: Any) -> Iterator[str]:
    """Yield what is read beside the build: of other schemas, of catalogs, by functions."""
    if isinstance(node, list):
        for part in node:
            yield from _sources(part)
    if not isinstance(node, dict):
        return
    if node.get("type") == "BASE_TABLE" and "table_name" in node:
        schema, name = node["schema_name"], node["table_name"]
        if schema not in ("", BUILD_SCHEMA) or name.lower() in _own_views():
            yield f"{schema}.{name}" if schema else name
    if node.get("type") == "SHOW_REF":
        yield "what describes tables"
    if node.get("class") == "FUNCTION":
        name = node["function_name"].lower()
        if name in _unsteady_functions() or REACHING.fullmatch(name):
            yield f"{name}()"
    if node.get("type") == "TABLE_FUNCTION":
        function = node["function"]["function_name"]
        if function not in HARMLESS_FUNCTIONS and not function.startswith(FILE_FUNCTIONS):
            yield f"{function}()"
    for part in node.values():
        yield from _sources(part)


@cache
def _unsteady_functions() -> frozenset[str]:
    """Return the functions that do more than compute with their arguments; clocks are no harm."""
    found = (
        duckdb.connect()
        .execute("SELECT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'")
        .fetchall()
    )
    return frozenset(name.lower() for (name,) in found) - CLOCKS


@cache
def _own_views() -> frozenset[str]:
    """Return the views that DuckDB finds without a schema."""
    found = (
        duckdb.connect().execute("SELECT view_name FROM duckdb_views() WHERE internal").fetchall()
    )
    return frozenset(name.lower() for (name,) in found)
