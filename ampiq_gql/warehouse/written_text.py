"""Which statements hold SQL that somebody wrote; all others are made of our own constructs."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.sql import visitors

__all__ = ["holds_text"]


def holds_text(statement: sa.ClauseElement) -> bool:
    """Say whether any part of the statement is SQL text."""
    return any(isinstance(part, sa.TextClause) for part in visitors.iterate(statement))
