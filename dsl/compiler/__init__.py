"""From the resolved tree to one SQLAlchemy Core statement that selects customer ids.

Values are bound, names come from the catalog, and no engine's SQL is written outside of
`dialects`. Each distinct set is computed once, under a name that tells its meaning.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from dsl.compiler.customers import segment_ids
from dsl.compiler.sets import Sets
from dsl.resolved import ResolvedSegment

__all__ = ["compile_ids"]


def compile_ids(segment: ResolvedSegment) -> Select[Any]:
    """Return the statement: one column `amperity_id`, distinct ids of the universe.

    It can stand inside other statements over the same tables.
    """
    return segment_ids(Sets(), segment).correlate(None)
