"""Sends customers to destinations: planned, driven in the background, written down step by step."""

from __future__ import annotations

from ampiq_gql.delivery.destinations import (
    CreateDestination,
    DestinationService,
    UpdateDestination,
)
from ampiq_gql.delivery.errors import (
    ColumnsRestricted,
    ConnectionFailed,
    DeliveryNotFound,
    DeliveryStateConflict,
    DestinationNameTaken,
    DestinationNotFound,
    DestinationRevisionConflict,
    DestinationSettingsInvalid,
    IdempotencyKeyReused,
    SettingProblem,
)
from ampiq_gql.delivery.service import DeliverSegment, DeliveryService

__all__ = [
    "ColumnsRestricted", "ConnectionFailed", "CreateDestination", "DeliverSegment",
    "DeliveryNotFound", "DeliveryService", "DeliveryStateConflict", "DestinationNameTaken",
    "DestinationNotFound", "DestinationRevisionConflict", "DestinationService",
    "DestinationSettingsInvalid", "IdempotencyKeyReused", "SettingProblem", "UpdateDestination",
]  # fmt: skip
