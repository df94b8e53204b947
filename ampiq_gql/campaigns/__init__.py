"""Campaigns: an audience, a control group, treatments that go to destinations, and their runs."""

from __future__ import annotations

from ampiq_gql.campaigns.errors import (
    CampaignInvalid,
    CampaignNameTaken,
    CampaignNotFound,
    CampaignRevisionConflict,
    CampaignRunNotFound,
    CampaignStateConflict,
)
from ampiq_gql.campaigns.models import (
    CampaignPreview,
    CreateCampaign,
    IssueLevel,
    TreatmentInput,
    UpdateCampaign,
    ValidationIssue,
)
from ampiq_gql.campaigns.service import CampaignService

__all__ = [
    "CampaignInvalid", "CampaignNameTaken", "CampaignNotFound", "CampaignPreview",
    "CampaignRevisionConflict", "CampaignRunNotFound", "CampaignService", "CampaignStateConflict",
    "CreateCampaign", "IssueLevel", "TreatmentInput", "UpdateCampaign", "ValidationIssue",
]  # fmt: skip
