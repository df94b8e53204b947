"""What callers hand to the campaign service, and what they get back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ampiq_gql.store.campaign_runs import CellRecord, FunnelRecord

__all__ = [
    "CampaignPreview", "CreateCampaign", "IssueLevel", "TreatmentInput", "UpdateCampaign",
    "ValidationIssue",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentInput:
    """One way to treat customers; `id` names one that exists, None makes a new one.

    `share_bp` is in 1/10,000 of the audience.
    """

    id: str | None = None
    name: str
    share_bp: int
    destination_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCampaign:
    """A campaign to be made: customers of any of the included segments and of no excluded one."""

    name: str
    include_segment_ids: Sequence[str]
    treatments: Sequence[TreatmentInput]
    exclude_segment_ids: Sequence[str] = ()
    control_bp: int = 1_000
    columns: Sequence[str] = ("amperity_id",)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCampaign:
    """A change of a draft; what is None stays. `revision` is the one that was read."""

    id: str
    revision: int
    name: str | None = None
    include_segment_ids: Sequence[str] | None = None
    exclude_segment_ids: Sequence[str] | None = None
    control_bp: int | None = None
    treatments: Sequence[TreatmentInput] | None = None
    columns: Sequence[str] | None = None


class IssueLevel(StrEnum):
    """Whether an issue keeps the campaign from running."""

    BLOCK = "BLOCK"
    WARN = "WARN"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationIssue:
    """Something to mend or to mind; `path` leads to the part of the definition."""

    code: str
    level: IssueLevel
    message: str
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPreview:
    """What a run would do now: the funnel and the cells, counted over one snapshot."""

    as_of: date
    build_id: str
    funnel: FunnelRecord
    cells: tuple[CellRecord, ...]
