"""Statements that hold text which somebody wrote: the server says how it reads them, first.

The role of readers keeps tables of others and files away, but everybody may read some tables of
`system`, and functions reach beyond tables; so the syntax must name nothing but tables of the
state, our own scratch tables, and functions that compute. Nothing is looked up meanwhile: to
analyse a statement would open the files that it names. Statements of our own making are not asked
about.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import sqlalchemy as sa

from ampiq_gql.errors import Fault
from ampiq_gql.warehouse.clickhouse.ddl import ExplainSyntax
from ampiq_gql.warehouse.clickhouse.dialect import LINES
from ampiq_gql.warehouse.written_text import holds_text

__all__ = ["refuse_foreign_reading"]

HARMLESS_SOURCES = frozenset({"numbers", "generateseries", "generate_series", "values"})
REACHING = re.compile(
    # files, dictionaries, models
    r"file|dict\w*|joinget\w*|region(to|in|hier)\w*|catboostevaluate|evalmlmethod|naivebayes\w*|ai\w*|"
    # settings, users, places
    r"get(setting|server|client|os|mergetree|maxtable)\w*|getmacro|globalvariable|showcertificate|"
    r"current_?(user|roles|profiles|database|schemas|query_?id|requesturl|handler)|session_user|"
    r"user|auth(enticated)?user|(enabled|default)(roles|profiles)|database|schema|"
    r"hascolumnintable|pg_?(get|table)\w*|"
    # the server and what runs on it
    r"version|revision|buildid|uptime|(full)?hostname|fqdn|displayname|server\w*|tcpport|"
    r"filesystem\w*|zookeeper\w*|shard(num|count)|transaction\w*|runningconcurrency|"
    r"(initial_?)?query_?(id|start_?time)|connection_?id|errorcodetoname|structureto\w*|"
    r"generate(serialid|randomstructure)|addressto\w+|demangle|tid|logtrace|(is)?mergetree\w*|"
    # to wait, to fail on purpose
    r"sleep\w*|throwif",
    re.IGNORECASE,
)
"""Functions that reach files, dictionaries, settings or the server itself, or only wait."""

ROOT = "SelectWithUnionQuery"
"""What one SELECT is called; another statement, or a second one, has another root."""

SETTINGS = "Set"

NODE = re.compile(r"^(?P<indent> *)(?P<kind>\w+)(?: (?P<name>.*?))?(?: \(.*)?$")
MEMBERSHIP = re.compile(r"(global)?(not)?(null)?in(ignoreset)?", re.IGNORECASE)
"""Functions whose right side may be the name of a table."""


def refuse_foreign_reading(
    connection: sa.Connection,
    statement: sa.ClauseElement,
    settings: Mapping[str, str],
    own: Collection[str],
) -> None:
    """Raise `Fault` when a statement with text in it would read what is no table of `c360`."""
    if not holds_text(statement):
        return
    explain = ExplainSyntax(statement)
    options = {"settings": dict(settings), LINES: True}
    lines = connection.execute(explain, execution_options=options).scalars().all()
    for found in _reaches(lines, own):
        raise Fault(f"A reader may not read {found}.")


def _reaches(lines: Sequence[str], allowed: Collection[str]) -> Iterator[str]:
    """Yield what the syntax names beside the tables of the state."""
    if not lines or not lines[0].startswith(ROOT):
        yield lines[0] if lines else "what the server does not explain"
    former = ""
    for number, line in enumerate(lines):
        node = NODE.match(line)
        if node is None or (number and not node["indent"]) or node["kind"] == SETTINGS:
            yield line.strip()
            continue
        kind, name = node["kind"], node["name"] or ""
        if kind == "TableIdentifier" and "." in name and name not in allowed:
            yield name
        if kind == "Function":
            is_source = former == "TableExpression" and name.lower() not in HARMLESS_SOURCES
            if is_source or REACHING.fullmatch(name):
                yield f"{name}()"
            elif MEMBERSHIP.fullmatch(name):
                yield from _named_sets(lines[number + 1 :], len(node["indent"]), allowed)
        former = kind


def _named_sets(lines: Sequence[str], depth: int, allowed: Collection[str]) -> Iterator[str]:
    """Yield tables that stand on the right of an IN: there they look like columns."""
    place = 0
    for node in map(NODE.match, lines):
        if node is None or len(node["indent"]) <= depth:
            return
        if len(node["indent"]) == depth + 2:  # the list of operands lies between
            name = node["name"] or ""
            if place and node["kind"] == "Identifier" and "." in name and name not in allowed:
                yield name
            place += 1
