"""Writes of one campaign inside one unit of work: revisions counted, names unique, audited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from ampiq_gql.campaigns.errors import (
    CampaignNameTaken,
    CampaignNotFound,
    CampaignRevisionConflict,
    CampaignStateConflict,
)
from ampiq_gql.store import UnitOfWork
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.campaigns import CampaignRecord, CampaignState
from ampiq_gql.store.errors import NameNotUnique

__all__ = ["add", "change", "present", "remove", "require_state"]


def present(work: UnitOfWork, campaign_id: str, revision: int | None = None) -> CampaignRecord:
    """Return the campaign as it stands; refuse when that is not the revision asked for."""
    campaign = work.campaigns.get(campaign_id)
    if campaign is None:
        raise CampaignNotFound
    if revision is not None and revision != campaign.revision:
        raise CampaignRevisionConflict(campaign.name, expected=revision, found=campaign.revision)
    return campaign


def require_state(command: str, campaign: CampaignRecord, allowed: Sequence[CampaignState]) -> None:
    """Refuse a command that the campaign's state does not allow."""
    if campaign.state not in allowed:
        raise CampaignStateConflict(command, campaign.state, allowed)


def add(work: UnitOfWork, campaign: CampaignRecord, action: str) -> None:
    """Store a new campaign."""
    with _unique_name(campaign.name):
        work.campaigns.add(campaign)
    _note(work, campaign, action)


def change(work: UnitOfWork, campaign: CampaignRecord, actor: str, action: str) -> CampaignRecord:
    """Store the campaign as its next revision."""
    after = _next(campaign, actor)
    with _unique_name(after.name):
        work.campaigns.update(after)
    _note(work, after, action)
    return after


def remove(work: UnitOfWork, campaign: CampaignRecord, actor: str) -> CampaignRecord:
    """Delete the campaign."""
    gone = _next(campaign, actor)
    work.campaigns.remove(gone)
    _note(work, gone, "campaign.delete")
    return gone


def _next(campaign: CampaignRecord, actor: str) -> CampaignRecord:
    return replace(campaign, revision=campaign.revision + 1, updated_by=actor, updated_at=utc_now())


def _note(work: UnitOfWork, campaign: CampaignRecord, action: str) -> None:
    details = {"name": campaign.name, "state": campaign.state.value, "version": campaign.version}
    work.audit.record(campaign.updated_by, action, "campaign", campaign.id, details)


@contextmanager
def _unique_name(name: str) -> Iterator[None]:
    """Turn the store's refusal of a name into ours."""
    try:
        yield
    except NameNotUnique as error:
        raise CampaignNameTaken(name) from error
