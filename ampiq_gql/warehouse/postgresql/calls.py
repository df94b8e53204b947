"""Functions that a plan calls: those that only compute with their arguments may stay.

PostgreSQL writes the expressions of a plan out anew, so every call shows its function's own name,
whatever the text looked like; one of a schema that readers do not look in shows that as well. What
is not immutable must be one of a few that are harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

__all__ = ["reaching_calls"]

STEADY = frozenset(
    {
        "age", "array_agg", "array_to_json", "array_to_string", "concat", "concat_ws", "date",
        "date_part", "date_trunc", "extract", "format", "generate_series", "isfinite", "json_agg",
        "jsonb_agg", "make_timestamptz", "now", "row_to_json", "statement_timestamp", "text",
        "time", "timestamp", "timestamptz", "timezone", "to_char", "to_date", "to_json",
        "to_jsonb", "to_number", "to_timestamp", "transaction_timestamp",
    }
)  # fmt: skip
"""Functions that depend on the clock or on how things are written here, and on nothing else."""

WORDS = frozenset(
    {
        "CURRENT_USER", "CURRENT_ROLE", "SESSION_USER", "SYSTEM_USER", "USER", "CURRENT_CATALOG",
        "CURRENT_SCHEMA",
    }
)  # fmt: skip
"""Functions that are called without parentheses, as plans write them; columns are in quotes."""

CATALOG_TYPE = re.compile(r"reg[a-z]+")
"""Types whose values are entries of catalogs: to cast to one is to look them up."""

TOKEN = re.compile(
    r"""'(?:[^']|'')*' | (?P<quoted>"(?:[^"]|"")*") | (?P<word>[^\W\d]\w*) | (?P<mark>::|\S)""",
    re.VERBOSE,
)
NAMES = ("Relation Name", "Schema", "Alias", "Index Name", "CTE Name", "Subplan Name", "Node Type")

PROCEDURES = sa.table(
    "pg_proc",
    sa.column("proname", sa.Text),
    sa.column("provolatile", sa.Text),
    sa.column("pronamespace"),
    schema="pg_catalog",
)
NAMESPACES = sa.table(
    "pg_namespace", sa.column("oid"), sa.column("nspname", sa.Text), schema="pg_catalog"
)


def reaching_calls(connection: sa.Connection, plan: Mapping[str, object]) -> tuple[str, ...]:
    """Return the calls of the plan that may do more than compute, sorted."""
    lines = [_tokens(text) for text in _expressions(plan)]
    barred = {found for line in lines for found in _barred(line)}
    called = {found for line in lines for found in _called(line)}
    barred |= {name for name in called if "." in name}
    if unsure := called - barred - STEADY:
        barred |= set(connection.execute(_doing_more(unsure)).scalars())
    return tuple(sorted(barred))


def _doing_more(names: set[str]) -> sa.Select[str]:
    """Select those of the names that are functions and not immutable ones."""
    function, place = PROCEDURES.c, NAMESPACES.c
    return (
        sa.select(function.proname)
        .distinct()
        .join_from(PROCEDURES, NAMESPACES, function.pronamespace == place.oid)
        .where(
            place.nspname == "pg_catalog",
            function.proname.in_(sorted(names)),
            function.provolatile != "i",
        )
    )


def _expressions(part: object) -> Iterator[str]:
    """Yield the texts of the plan that are expressions."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for name, value in part.items():
            if name not in NAMES:
                yield from _expressions(value)
    elif isinstance(part, Sequence):
        for one in part:
            yield from _expressions(one)


def _tokens(text: str) -> list[tuple[str, bool]]:
    """Return the words and signs, texts left out; each with whether it can name something."""
    found: list[tuple[str, bool]] = []
    for token in TOKEN.finditer(text):
        if token["quoted"]:
            found.append((token["quoted"][1:-1].replace('""', '"'), True))
        elif token["word"] or token["mark"]:
            found.append((token[0], token["word"] is not None))
    return found


def _called(tokens: list[tuple[str, bool]]) -> Iterator[str]:
    """Yield the names before parentheses, with their schemas where those are told."""
    for place in range(len(tokens) - 1):
        name, can_name = tokens[place]
        if not can_name or tokens[place + 1][0] != "(":
            continue
        if place and tokens[place - 1][0] == "::":
            continue  # a cast: what follows is the type's size, as in numeric(18,4)
        is_placed = place > 1 and tokens[place - 1][0] == "." and tokens[place - 2][1]
        yield f"{tokens[place - 2][0]}.{name}" if is_placed else name


def _barred(tokens: list[tuple[str, bool]]) -> Iterator[str]:
    """Yield functions without parentheses, and casts to entries of catalogs."""
    for place, (token, can_name) in enumerate(tokens):
        former = tokens[place - 1][0] if place else ""
        if not can_name or former == ".":
            continue
        if former == "::" and CATALOG_TYPE.fullmatch(token):
            yield f"::{token}"
        elif token in WORDS:
            yield token
