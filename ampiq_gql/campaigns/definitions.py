"""From what callers say of a campaign to its definition."""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.campaigns.models import CreateCampaign, TreatmentInput, UpdateCampaign
from ampiq_gql.names import plain_name
from ampiq_gql.store.base import new_id
from ampiq_gql.store.campaigns import CampaignDefinition, TreatmentRecord

__all__ = ["changed_definition", "checked_name", "new_definition"]


def checked_name(name: str) -> str:
    """Return the name without spare blanks. Raises `Invalid` (CAMPAIGN_NAME_INVALID)."""
    return plain_name(name, of="campaign", code="CAMPAIGN_NAME_INVALID")


def new_definition(wanted: CreateCampaign) -> CampaignDefinition:
    """Return the definition of a new campaign."""
    return CampaignDefinition(
        include_segment_ids=_distinct(wanted.include_segment_ids),
        exclude_segment_ids=_distinct(wanted.exclude_segment_ids),
        control_bp=wanted.control_bp,
        treatments=_treatments(wanted.treatments, ()),
        columns=_distinct(wanted.columns),
    )


def changed_definition(before: CampaignDefinition, wanted: UpdateCampaign) -> CampaignDefinition:
    """Return the definition with the changes; treatments keep their ids."""
    treatments = before.treatments
    if wanted.treatments is not None:
        treatments = _treatments(wanted.treatments, treatments)
    control_bp = before.control_bp if wanted.control_bp is None else wanted.control_bp
    return CampaignDefinition(
        include_segment_ids=_either(wanted.include_segment_ids, before.include_segment_ids),
        exclude_segment_ids=_either(wanted.exclude_segment_ids, before.exclude_segment_ids),
        control_bp=control_bp,
        treatments=treatments,
        columns=_either(wanted.columns, before.columns),
    )


def _either(wanted: Sequence[str] | None, before: tuple[str, ...]) -> tuple[str, ...]:
    return before if wanted is None else _distinct(wanted)


def _distinct(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _treatments(
    wanted: Sequence[TreatmentInput], known: Sequence[TreatmentRecord]
) -> tuple[TreatmentRecord, ...]:
    """Return the treatments; those that exist keep their ids, every other one gets a new id."""
    ids = {treatment.id for treatment in known}
    return tuple(
        TreatmentRecord(
            id=one.id if one.id is not None and one.id in ids else new_id(),
            name=" ".join(one.name.split()),
            share_bp=one.share_bp,
            destination_ids=_distinct(one.destination_ids),
        )
        for one in wanted
    )
