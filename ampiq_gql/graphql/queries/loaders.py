"""Saved queries, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ampiq_gql.store.queries import QueryRecord

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["queries_by_id"]


def queries_by_id(services: Services, ids: Sequence[str]) -> Sequence[QueryRecord | None]:
    """Return the query of each id, None where there is none."""
    found = services.queries.get_many(frozenset(ids))
    return [found.get(query_id) for query_id in ids]
