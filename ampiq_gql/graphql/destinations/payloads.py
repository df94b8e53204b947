"""What mutations of destinations and deliveries answer."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from ampiq_gql.graphql.destinations.problems import (
    ConnectionFailed,
    DestinationNameTaken,
    DestinationSettingsInvalid,
)
from ampiq_gql.graphql.problems import Conflict, InvalidInput, NotFound
from ampiq_gql.graphql.revisions import RevisionConflict
from ampiq_gql.graphql.segments.problems import InvalidExpression
from ampiq_gql.graphql.types.delivery import Delivery
from ampiq_gql.graphql.types.destination import ConnectionCheck, Destination

__all__ = [
    "CancelDeliveryPayload",
    "CancelDeliverySuccess",
    "CreateDestinationPayload",
    "CreateDestinationSuccess",
    "DeleteDestinationPayload",
    "DeleteDestinationSuccess",
    "DeliverSegmentPayload",
    "DeliverSegmentSuccess",
    "RetryDeliveryPayload",
    "RetryDeliverySuccess",
    "TestDestinationPayload",
    "TestDestinationSuccess",
    "UpdateDestinationPayload",
    "UpdateDestinationSuccess",
]


@strawberry.type(description="The destination was made.")
class CreateDestinationSuccess:
    """What `createDestination` made."""

    destination: Destination = strawberry.field(description="The new destination.")


@strawberry.type(description="The destination was changed.")
class UpdateDestinationSuccess:
    """What `updateDestination` changed."""

    destination: Destination = strawberry.field(description="The destination as it stands now.")


@strawberry.type(description="The destination was deleted.")
class DeleteDestinationSuccess:
    """What `deleteDestination` removed."""

    deleted_id: strawberry.ID = strawberry.field(
        description="The id that finds nothing from now on."
    )
    name: str = strawberry.field(description="The name, free for other destinations again.")


@strawberry.type(description="The connection was tried; the checks tell how it went.")
class TestDestinationSuccess:
    """What `testDestination` found."""

    passed: bool = strawberry.field(description="True when no check failed.")
    checks: list[ConnectionCheck] = strawberry.field(description="All checks that were made.")


@strawberry.type(description="The delivery was planned and goes on in the background.")
class DeliverSegmentSuccess:
    """What `deliverSegment` began."""

    delivery: Delivery = strawberry.field(
        description="The delivery; fetch it again to see how far it came."
    )


@strawberry.type(description="The delivery was asked to stop.")
class CancelDeliverySuccess:
    """What `cancelDelivery` asked for."""

    delivery: Delivery = strawberry.field(description="The delivery as it stands now.")


@strawberry.type(description="The delivery goes on in the background.")
class RetryDeliverySuccess:
    """What `retryDelivery` began."""

    delivery: Delivery = strawberry.field(description="The delivery as it stands now.")


CreateDestinationPayload: TypeAlias = Annotated[
    CreateDestinationSuccess
    | DestinationSettingsInvalid
    | ConnectionFailed
    | DestinationNameTaken
    | NotFound
    | Conflict
    | InvalidInput,
    strawberry.union("CreateDestinationPayload", description="What `createDestination` answers."),
]
UpdateDestinationPayload: TypeAlias = Annotated[
    UpdateDestinationSuccess
    | DestinationSettingsInvalid
    | ConnectionFailed
    | DestinationNameTaken
    | RevisionConflict
    | NotFound
    | Conflict
    | InvalidInput,
    strawberry.union("UpdateDestinationPayload", description="What `updateDestination` answers."),
]
DeleteDestinationPayload: TypeAlias = Annotated[
    DeleteDestinationSuccess | RevisionConflict | NotFound | Conflict | InvalidInput,
    strawberry.union("DeleteDestinationPayload", description="What `deleteDestination` answers."),
]
TestDestinationPayload: TypeAlias = Annotated[
    TestDestinationSuccess | DestinationSettingsInvalid | NotFound | Conflict | InvalidInput,
    strawberry.union("TestDestinationPayload", description="What `testDestination` answers."),
]
DeliverSegmentPayload: TypeAlias = Annotated[
    DeliverSegmentSuccess | InvalidExpression | NotFound | Conflict | InvalidInput,
    strawberry.union("DeliverSegmentPayload", description="What `deliverSegment` answers."),
]
CancelDeliveryPayload: TypeAlias = Annotated[
    CancelDeliverySuccess | NotFound | Conflict | InvalidInput,
    strawberry.union("CancelDeliveryPayload", description="What `cancelDelivery` answers."),
]
RetryDeliveryPayload: TypeAlias = Annotated[
    RetryDeliverySuccess | NotFound | Conflict | InvalidInput,
    strawberry.union("RetryDeliveryPayload", description="What `retryDelivery` answers."),
]
