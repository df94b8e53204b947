"""Uploaded lists, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ampiq_gql.store.lists import ListRecord

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["lists_by_id"]


def lists_by_id(services: Services, ids: Sequence[str]) -> Sequence[ListRecord | None]:
    """Return the list of each id, None where there is none."""
    found = services.lists.get_many(frozenset(ids))
    return [found.get(list_id) for list_id in ids]
