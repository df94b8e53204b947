"""Destinations and deliveries, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ampiq_gql.store.deliveries import DeliveryRecord
from ampiq_gql.store.delivery_ledger import RowErrorRecord
from ampiq_gql.store.destinations import DestinationRecord

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["deliveries_by_id", "destinations_by_id", "row_errors_by_delivery"]


def destinations_by_id(
    services: Services, ids: Sequence[str]
) -> Sequence[DestinationRecord | None]:
    """Return the destination of each id, None where there is none."""
    found = services.delivery.destinations.get_many(frozenset(ids))
    return [found.get(destination_id) for destination_id in ids]


def deliveries_by_id(services: Services, ids: Sequence[str]) -> Sequence[DeliveryRecord | None]:
    """Return the delivery of each id, None where there is none."""
    with services.store.read() as work:
        found = work.deliveries.get_many(frozenset(ids))
    return [found.get(delivery_id) for delivery_id in ids]


def row_errors_by_delivery(
    services: Services, asked: Sequence[tuple[str, int]]
) -> Sequence[tuple[RowErrorRecord, ...]]:
    """Return the first rejected rows of each delivery: as many as are asked for."""
    limits = {limit for _, limit in asked}
    with services.store.read() as work:
        found = {
            limit: work.ledger.row_errors_of(
                frozenset(key for key, wanted in asked if wanted == limit), limit=limit
            )
            for limit in limits
        }
    return [found[limit][delivery_id] for delivery_id, limit in asked]
