"""The rules of a build, kept with it: flags are explained by the rules that they were made by."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

import sqlalchemy as sa

from ampiq_gql.build.flags.inputs import FlagSources
from ampiq_gql.build.models import BuildRules
from ampiq_gql.catalog.stored import catalog_rules
from ampiq_gql.warehouse import Session

__all__ = ["StoredRules", "read_rules", "store_rules"]

RULES, SOURCES = "rules", "sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRules:
    """The rules and what the sources brought, as they were when the build was made."""

    rules: BuildRules
    sources: FlagSources


def store_rules(connection: sa.Connection, rules: BuildRules, sources: FlagSources) -> None:
    """Keep the rules in a build."""
    catalog_rules.create(connection)
    rows = [
        {"name": RULES, "value": json.dumps(asdict(rules))},
        {"name": SOURCES, "value": json.dumps(asdict(sources))},
    ]
    connection.execute(catalog_rules.insert(), rows)


def read_rules(session: Session) -> StoredRules | None:
    """Return the rules of the session's build; builds of earlier versions kept none."""
    if not session.build.has_origins:
        return None
    statement = sa.select(catalog_rules.c.name, catalog_rules.c.value)
    found = {name: json.loads(value) for name, value in session.rows(statement)}
    return StoredRules(
        rules=BuildRules(**_known(BuildRules, found[RULES])),
        sources=FlagSources(**_known(FlagSources, found[SOURCES])),
    )


def _known(kind: type[Any], stored: dict[str, Any]) -> dict[str, Any]:
    """Return what this version knows of the values; JSON has lists where values have tuples."""
    names = {one.name for one in fields(kind)}
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in stored.items()
        if name in names
    }
