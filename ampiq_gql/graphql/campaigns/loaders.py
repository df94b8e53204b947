"""Campaigns and their runs, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ampiq_gql.campaigns import ValidationIssue
from ampiq_gql.graphql.paging import OwnedPage, pages_by_owner
from ampiq_gql.store.campaign_runs import CampaignRunRecord
from ampiq_gql.store.campaigns import CampaignRecord
from ampiq_gql.store.deliveries import DeliveryRecord
from ampiq_gql.store.paging import Page

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = [
    "campaigns_by_id",
    "deliveries_by_run",
    "issues_by_campaign",
    "run_counts",
    "runs_by_campaign",
    "runs_by_id",
]


def campaigns_by_id(services: Services, ids: Sequence[str]) -> Sequence[CampaignRecord | None]:
    """Return the campaign of each id, None where there is none."""
    found = services.campaigns.get_many(frozenset(ids))
    return [found.get(campaign_id) for campaign_id in ids]


def issues_by_campaign(
    services: Services, ids: Sequence[str]
) -> Sequence[tuple[ValidationIssue, ...]]:
    """Return what is to be mended and minded of each campaign."""
    found = services.campaigns.validate_many(frozenset(ids))
    return [found[campaign_id] for campaign_id in ids]


def runs_by_id(services: Services, ids: Sequence[str]) -> Sequence[CampaignRunRecord | None]:
    """Return the run of each id, None where there is none."""
    with services.store.read() as work:
        found = work.campaign_runs.get_many(frozenset(ids))
    return [found.get(run_id) for run_id in ids]


def runs_by_campaign(
    services: Services, asked: Sequence[OwnedPage]
) -> Sequence[Page[CampaignRunRecord] | BaseException]:
    """Return a page of the runs of each campaign."""
    with services.store.read() as work:
        return pages_by_owner(asked, work.campaign_runs.list_pages)


def run_counts(services: Services, ids: Sequence[str]) -> Sequence[int]:
    """Return how many runs each campaign has had."""
    with services.store.read() as work:
        found = work.campaign_runs.counts(frozenset(ids))
    return [found[campaign_id] for campaign_id in ids]


def deliveries_by_run(
    services: Services, ids: Sequence[str]
) -> Sequence[tuple[DeliveryRecord, ...]]:
    """Return the deliveries of each run."""
    with services.store.read() as work:
        found = work.deliveries.of_campaign_runs(frozenset(ids))
    return [found[run_id] for run_id in ids]
