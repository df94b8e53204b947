"""Filters and inputs of destinations and deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

import strawberry

from ampiq_gql.delivery import CreateDestination, DeliverSegment, UpdateDestination
from ampiq_gql.errors import Invalid
from ampiq_gql.graphql.ids import key_of
from ampiq_gql.graphql.scalars import JSON
from ampiq_gql.graphql.types.delivery import DeliveryState
from ampiq_gql.store import deliveries as stored

__all__ = [
    "CreateDestinationInput",
    "DeleteDestinationInput",
    "DeliverSegmentInput",
    "DeliveryFilter",
    "DeliveryInput",
    "TestDestinationInput",
    "UpdateDestinationInput",
]


@strawberry.input(description="A destination to make; its connection is tested before.")
class CreateDestinationInput:
    """A new destination."""

    type: str = strawberry.field(description="The key of one of `destinationTypes`.")
    name: str = strawberry.field(description="The name, 1 to 100 characters.")
    settings: JSON = strawberry.field(
        description="The settings, an object as the type's `settingsSchema` describes it."
    )
    description: str = strawberry.field(default="", description="What the destination is for.")
    allows_limited_pii: bool = strawberry.field(
        default=False,
        description="Let callers who may not read restricted columns send them here.",
    )

    def to_domain(self) -> CreateDestination:
        """Return the command of the service."""
        return CreateDestination(
            type=self.type,
            name=self.name,
            settings=_settings(self.settings),
            description=self.description,
            allows_limited_pii=self.allows_limited_pii,
        )


@strawberry.input(description="A change of a destination; what is left out stays.")
class UpdateDestinationInput:
    """A changed destination."""

    id: strawberry.ID = strawberry.field(description="The destination's id.")
    expected_revision: int = strawberry.field(
        description="The revision that the change was made from."
    )
    name: str | None = strawberry.field(default=None, description="The name, 1 to 100 characters.")
    settings: JSON | None = strawberry.field(
        default=None,
        description="The settings to change; masked secrets stay as they are.",
    )
    description: str | None = strawberry.field(
        default=None, description="What the destination is for; an empty text clears it."
    )
    allows_limited_pii: bool | None = strawberry.field(
        default=None,
        description="Let callers who may not read restricted columns send them here.",
    )

    def to_domain(self) -> UpdateDestination:
        """Return the command of the service."""
        return UpdateDestination(
            id=key_of(self.id, "Destination"),
            revision=self.expected_revision,
            name=self.name,
            settings=None if self.settings is None else _settings(self.settings),
            description=self.description,
            allows_limited_pii=self.allows_limited_pii,
        )


@strawberry.input(description="Which destination to delete; its deliveries stay in the history.")
class DeleteDestinationInput:
    """A destination to remove."""

    id: strawberry.ID = strawberry.field(description="The destination's id.")
    expected_revision: int = strawberry.field(description="The revision that was read.")


@strawberry.input(description="Which destination to test.")
class TestDestinationInput:
    """A destination to try."""

    id: strawberry.ID = strawberry.field(description="The destination's id.")


@strawberry.input(description="Which segment to send where.")
class DeliverSegmentInput:
    """A delivery to plan."""

    segment_id: strawberry.ID = strawberry.field(description="The segment's id.")
    destination_id: strawberry.ID = strawberry.field(description="The destination's id.")
    columns: list[str] | None = strawberry.field(
        default=None,
        description=(
            "The columns to send, as `column` or `table.column` of tables with one row per "
            "customer; the customer's id alone when not given."
        ),
    )
    as_of: date | None = strawberry.field(
        default=None,
        description="The day that the segment shall stand for; the build's when not given.",
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="A key of the caller's; the same command under the same key runs once.",
    )

    def to_domain(self) -> DeliverSegment:
        """Return the command of the service."""
        return DeliverSegment(
            segment_id=key_of(self.segment_id, "Segment", "segment_id"),
            destination_id=key_of(self.destination_id, "Destination", "destination_id"),
            columns=tuple(self.columns or ()),
            as_of=self.as_of,
            idempotency_key=self.idempotency_key,
        )


@strawberry.input(description="Which delivery is meant.")
class DeliveryInput:
    """A delivery to cancel or to try again."""

    id: strawberry.ID = strawberry.field(description="The delivery's id.")


@strawberry.input(description="Which deliveries to list; all filters must hold.")
class DeliveryFilter:
    """A filter of deliveries."""

    states: list[DeliveryState] | None = strawberry.field(
        default=None, description="Only deliveries in one of these states."
    )
    destination_id: strawberry.ID | None = strawberry.field(
        default=None, description="Only deliveries to this destination."
    )
    segment_id: strawberry.ID | None = strawberry.field(
        default=None, description="Only deliveries of this segment."
    )

    def to_domain(self) -> stored.DeliveryFilter:
        """Return the filter of the store."""
        return stored.DeliveryFilter(
            states=tuple(self.states or ()),
            destination_id=self.destination_id and key_of(self.destination_id, "Destination"),
            segment_id=self.segment_id and key_of(self.segment_id, "Segment"),
        )


def _settings(given: JSON) -> Mapping[str, object]:
    if not isinstance(given, dict):
        raise Invalid(
            "DESTINATION_SETTINGS_INVALID",
            "The settings are not an object.",
            hint="The destination type's JSON Schema says what is expected.",
            place="settings",
        )
    return cast("Mapping[str, object]", given)
