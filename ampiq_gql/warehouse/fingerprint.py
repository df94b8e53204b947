"""One short text for a whole question: equal only for the same statement with the same values."""

from __future__ import annotations

import hashlib
from typing import Any

from ampiq_gql.warehouse.model import Dialect
from ampiq_gql.warehouse.protocols import Statement
from ampiq_gql.warehouse.rendering import engine_of

__all__ = ["fingerprint"]


def fingerprint(statement: Statement[*tuple[Any, ...]], dialect: Dialect) -> str:
    """Return a hash of the statement as that engine gets it, bound values included."""
    compiled = statement.compile(dialect=engine_of(dialect))
    values = sorted((name, repr(value)) for name, value in compiled.params.items())
    return hashlib.sha256(f"{compiled}\x1f{values}".encode()).hexdigest()
