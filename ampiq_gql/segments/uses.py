"""What builds on a segment (other segments, campaigns) and on a list (segments, queries)."""

from __future__ import annotations

import re

from ampiq_gql.segments.models import SegmentUse, UserKind
from ampiq_gql.segments.references import names_list
from ampiq_gql.store import UnitOfWork
from ampiq_gql.store.campaigns import CampaignRecord, CampaignState
from ampiq_gql.store.lists import ListRecord
from ampiq_gql.store.names import name_key
from ampiq_gql.store.queries import QueryRecord
from ampiq_gql.store.segments import SegmentRecord
from dsl.catalog import ListKind

__all__ = ["blocking_uses", "file_uses", "list_uses", "query_uses", "uses_of"]

_FILES = frozenset({ListKind.FILE, ListKind.LIST})
_QUERIES = frozenset({ListKind.QUERY})


def uses_of(work: UnitOfWork, segment_ids: frozenset[str]) -> dict[str, tuple[SegmentUse, ...]]:
    """Return what builds on each of the segments, segments first, then by name."""
    users = _segments_using(work, segment_ids)
    campaigns = work.campaigns.users_of(segment_ids)
    return {
        segment_id: (*map(_segment, users[segment_id]), *map(_campaign, campaigns[segment_id]))
        for segment_id in segment_ids
    }


def blocking_uses(work: UnitOfWork, segment_id: str) -> tuple[SegmentUse, ...]:
    """Return what would break if the segment went; a completed campaign would not."""
    only = frozenset((segment_id,))
    campaigns = work.campaigns.users_of(only)[segment_id]
    at_work = [one for one in campaigns if one.state is not CampaignState.COMPLETED]
    users = _segments_using(work, only)[segment_id]
    return (*map(_segment, users), *map(_campaign, at_work))


def list_uses(work: UnitOfWork, kinds: frozenset[ListKind], name: str) -> tuple[SegmentUse, ...]:
    """Return the segments whose expressions name the list. Reads all of them: lists go rarely."""
    users = (
        one
        for one in work.segments.all()
        if names_list(one.text, kinds, frozenset((name_key(name),)))
    )
    return tuple(map(_segment, users))


def file_uses(work: UnitOfWork, file: ListRecord) -> tuple[SegmentUse, ...]:
    """Return the segments that name an uploaded file or its columns, and the queries that read it.

    A query counts when the word stands in its text, a comment included: files go rarely.
    """
    names = frozenset((name_key(file.name), file.slug))
    users = [one for one in work.segments.all() if names_list(one.text, _FILES, names)]
    table = re.compile(rf"\bupload_{re.escape(file.slug)}\b", re.IGNORECASE)
    readers = [one for one in work.queries.all() if table.search(f"{one.text} {one.active_text}")]
    return (*map(_segment, users), *map(_query, readers))


def query_uses(work: UnitOfWork, query: QueryRecord) -> tuple[SegmentUse, ...]:
    """Return the segments that name a query, or a column of its result."""
    table = query.last_run.table if query.last_run else None
    names = frozenset((name_key(query.name), table.slug if table else name_key(query.name)))
    users = (one for one in work.segments.all() if names_list(one.text, _QUERIES, names))
    return tuple(map(_segment, users))


def _segments_using(
    work: UnitOfWork, segment_ids: frozenset[str]
) -> dict[str, tuple[SegmentRecord, ...]]:
    user_ids = work.references.users_of(segment_ids)
    users = work.segments.get_many(frozenset().union(*user_ids.values()))
    by_name = sorted(users.values(), key=lambda user: name_key(user.name))
    return {
        segment_id: tuple(user for user in by_name if user.id in ids)
        for segment_id, ids in user_ids.items()
    }


def _segment(user: SegmentRecord) -> SegmentUse:
    return SegmentUse(kind=UserKind.SEGMENT, id=user.id, name=user.name)


def _query(user: QueryRecord) -> SegmentUse:
    return SegmentUse(kind=UserKind.QUERY, id=user.id, name=user.name)


def _campaign(user: CampaignRecord) -> SegmentUse:
    return SegmentUse(kind=UserKind.CAMPAIGN, id=user.id, name=user.name)
