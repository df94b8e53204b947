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
from ampiq_gql.warehouse.written_text import holds_text

__all__ = ["refuse_foreign_reading"]

HARMLESS_SOURCES = frozenset({"numbers", "generateseries", "generate_series", "values"})
REACHING = re.compile(
    r"file|dict\w*|joinget\w*|getsetting\w*|getserversetting|getmacro|getclienthttpheader|"
    r"catboostevaluate|showcertificate|hostname|fqdn|filesystem\w*|currentuser|currentroles|"
    r"sleep\w*|displayname|serveruuid|tcpport|addressto\w+|demangle|logtrace|ai\w*",
    re.IGNORECASE,
)
"""Functions that reach files, dictionaries, settings or the server itself, or only wait."""

NODE = re.compile(r"^(?P<indent> *)(?P<kind>\w+)(?: (?P<name>.*?))?(?: \(.*)?$")


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
    options = {"settings": dict(settings)}
    lines = connection.execute(explain, execution_options=options).scalars().all()
    for found in _reaches(lines, own):
        raise Fault(f"A reader may not read {found}.")


def _reaches(lines: Sequence[str], allowed: Collection[str]) -> Iterator[str]:
    """Yield what the syntax names beside the tables of the state."""
    former = ""
    for line in lines:
        node = NODE.match(line)
        if node is None:
            yield line.strip()
            continue
        kind, name = node["kind"], node["name"] or ""
        if kind == "TableIdentifier" and "." in name and name not in allowed:
            yield name
        if kind == "Function":
            is_source = former == "TableExpression"
            if (is_source and name.lower() not in HARMLESS_SOURCES) or REACHING.fullmatch(name):
                yield f"{name}()"
        former = kind
