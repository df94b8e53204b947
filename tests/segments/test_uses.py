"""Campaigns build on segments too: they are listed, and stand in the way of deleting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ampiq_gql.segments import SegmentInUse, SegmentService, UserKind
from ampiq_gql.store import Store
from ampiq_gql.store.base import new_id, utc_now
from ampiq_gql.store.campaigns import (
    CampaignDefinition,
    CampaignKind,
    CampaignRecord,
    CampaignState,
)
from tests.segments.conftest import Draft


def campaign(include: str, exclude: str) -> CampaignRecord:
    return CampaignRecord(
        id=new_id(),
        name="Spring",
        kind=CampaignKind.ONE_TIME,
        state=CampaignState.SCHEDULED,
        definition=CampaignDefinition(
            include_segment_ids=(include,), exclude_segment_ids=(exclude,), treatments=()
        ),
        salt="0" * 32,
        version=1,
        revision=1,
        created_by="ada",
        created_at=utc_now(),
        updated_by="ada",
        updated_at=utc_now(),
    )


def test_campaigns_are_among_the_users(service: SegmentService, store: Store, draft: Draft) -> None:
    a, b = draft("A", active=True), draft("B", active=True)
    user = draft("User", 'member of segment "A"')
    spring = campaign(include=a.id, exclude=b.id)
    with store.begin() as work:
        work.campaigns.add(spring)
    found = service.used_in(frozenset({a.id, b.id, user.id}))
    assert [(use.kind, use.id) for use in found[a.id]] == [
        (UserKind.SEGMENT, user.id),
        (UserKind.CAMPAIGN, spring.id),
    ]
    assert [use.name for use in found[b.id]] == ["Spring"]
    assert found[user.id] == ()


def test_a_campaign_holds_its_segments_until_it_is_completed(
    service: SegmentService, store: Store, draft: Draft
) -> None:
    a, b = draft("A", active=True), draft("B", active=True)
    spring = campaign(include=a.id, exclude=b.id)
    with store.begin() as work:
        work.campaigns.add(spring)
    for held in (a, b):
        with pytest.raises(SegmentInUse, match='campaign "Spring"'):
            service.delete(held.id, "ada")
    with store.begin() as work:
        work.campaigns.update(replace(spring, state=CampaignState.COMPLETED, revision=2))
    assert service.delete(a.id, "ada").id == a.id
