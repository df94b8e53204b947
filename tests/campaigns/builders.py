"""Campaigns over the shop."""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.campaigns import CreateCampaign, TreatmentInput
from ampiq_gql.store.campaign_runs import CampaignRunRecord
from ampiq_gql.store.campaigns import CampaignRecord
from tests.delivery.house import ADA, House


def campaign(
    house: House,
    name: str = "Spring",
    *,
    include: str = "everyone",
    exclude: str | None = None,
    control_bp: int = 3_000,
    shares: Sequence[int] = (4_000, 3_000),
    destination_ids: Sequence[str] | None = None,
    columns: Sequence[str] = ("amperity_id",),
) -> CampaignRecord:
    """Make a campaign whose treatments are A, B, …"""
    if destination_ids is None:
        destination_ids = (house.destination(f"Files of {name}").id,)
    excluded = [] if exclude is None else [house.segment(f"Not for {name}", exclude).id]
    wanted = CreateCampaign(
        name=name,
        include_segment_ids=[house.segment(f"For {name}", include).id],
        exclude_segment_ids=excluded,
        control_bp=control_bp,
        treatments=[
            TreatmentInput(name=letter, share_bp=share, destination_ids=destination_ids)
            for letter, share in zip("ABCD", shares, strict=False)
        ],
        columns=columns,
    )
    return house.campaigns.create(wanted, ADA)


def run(house: House, of: CampaignRecord, key: str | None = None) -> CampaignRunRecord:
    started = house.campaigns.run(of.id, ADA, idempotency_key=key)
    return house.campaigns.wait(started.id, timeout_seconds=60)
