"""A delivery before it is sent and while it changes state, as policy plugins see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

__all__ = ["DeliveryEvent", "DeliveryPlan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPlan:
    """What is about to be sent where. `pii_columns` are those of `columns` that are restricted."""

    run_id: str
    destination_type: str
    destination_name: str
    columns: tuple[str, ...]
    pii_columns: tuple[str, ...]
    as_of: date
    segment_name: str | None = None
    campaign_name: str | None = None
    treatment_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryEvent:
    """A run came to a new state; counts are those known by then."""

    run_id: str
    state: str
    at: datetime
    rows_accepted: int
    rows_rejected: int
