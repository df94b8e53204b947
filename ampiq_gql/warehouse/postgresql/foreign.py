"""Statements that hold text which somebody wrote: the server says what they would read, first.

The role of readers keeps tables of others and files away, but every role may read the catalogs of
PostgreSQL and call what tells of the server, takes locks, runs SQL or leaves the role; so the plan
must show nothing but the build, the files beside it, our own temporary tables, and functions that
compute. Statements of our own making are not asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from ampiq_gql.errors import Fault
from ampiq_gql.warehouse.model import BuildInfo
from ampiq_gql.warehouse.postgresql.calls import reaching_calls
from ampiq_gql.warehouse.postgresql.control import FILES_PLACE, build_place
from ampiq_gql.warehouse.postgresql.ddl import Explain
from ampiq_gql.warehouse.written_text import holds_text

__all__ = ["refuse_foreign_reading"]

TEMPORARY_PREFIX = "pg_temp"
HARMLESS_FUNCTIONS = frozenset({"generate_series", "unnest"})


def refuse_foreign_reading(
    connection: sa.Connection, statement: sa.ClauseElement, build: BuildInfo
) -> None:
    """Raise `Fault` when a statement with text in it would read what is no table of `c360`."""
    if not holds_text(statement):
        return
    if isinstance(statement, sa.TextualSelect):
        # What can be explained need not be a query; what can stand within one is.
        within = sa.select(sa.func.count()).select_from(statement.subquery("read"))
        connection.execute(Explain(within))
    (document,) = connection.execute(Explain(statement)).scalar_one()
    for found in _sources(document["Plan"], {build_place(build.id), FILES_PLACE}):
        # A plan shows the tables behind views; the role of readers may read the views alone.
        if found not in build.attached:
            raise Fault(f"A reader may not read {found}.")
    for called in reaching_calls(connection, document["Plan"]):
        raise Fault(f"A reader may not call {called}.")


def _sources(plan: Mapping[str, Any], allowed: set[str]) -> Iterator[str]:
    """Yield what the plan reads beside the allowed schemas."""
    schema = plan.get("Schema", "")
    relation, function = plan.get("Relation Name"), plan.get("Function Name")
    if relation and schema not in allowed and not schema.startswith(TEMPORARY_PREFIX):
        yield f"{schema}.{relation}"
    if plan["Node Type"] == "Function Scan" and function not in HARMLESS_FUNCTIONS:
        yield f"{schema}.{function}()"
    for part in plan.get("Plans", ()):
        yield from _sources(part, allowed)
