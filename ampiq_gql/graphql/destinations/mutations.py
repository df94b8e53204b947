"""Commands about destinations and deliveries."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.destinations.arguments import (
    CreateDestinationInput,
    DeleteDestinationInput,
    DeliverSegmentInput,
    DeliveryInput,
    TestDestinationInput,
    UpdateDestinationInput,
)
from ampiq_gql.graphql.destinations.payloads import (
    CancelDeliveryPayload,
    CancelDeliverySuccess,
    CreateDestinationPayload,
    CreateDestinationSuccess,
    DeleteDestinationPayload,
    DeleteDestinationSuccess,
    DeliverSegmentPayload,
    DeliverSegmentSuccess,
    RetryDeliveryPayload,
    RetryDeliverySuccess,
    TestDestinationPayload,
    TestDestinationSuccess,
    UpdateDestinationPayload,
    UpdateDestinationSuccess,
)
from ampiq_gql.graphql.fields import Input, command
from ampiq_gql.graphql.ids import key_of
from ampiq_gql.graphql.types.delivery import Delivery
from ampiq_gql.graphql.types.destination import ConnectionCheck, Destination
from ampiq_gql.plugin import CheckLevel

__all__ = ["DestinationMutation"]


@strawberry.type
class DestinationMutation:
    """Mutations of destinations and deliveries."""

    @command("Make a destination, once a test of its connection has passed.")
    async def create_destination(
        self, info: Info, input: Input[CreateDestinationInput]
    ) -> CreateDestinationPayload:
        """Make a destination."""
        destinations = info.context.services.delivery.destinations
        record = await info.context.run(destinations.create, input.to_domain(), info.context.actor)
        return CreateDestinationSuccess(destination=Destination.from_domain(record))

    @command("Change a destination, once a test of its connection has passed.")
    async def update_destination(
        self, info: Info, input: Input[UpdateDestinationInput]
    ) -> UpdateDestinationPayload:
        """Change a destination."""
        destinations = info.context.services.delivery.destinations
        record = await info.context.run(destinations.update, input.to_domain(), info.context.actor)
        return UpdateDestinationSuccess(destination=Destination.from_domain(record))

    @command("Delete a destination; its deliveries stay in the history.")
    async def delete_destination(
        self, info: Info, input: Input[DeleteDestinationInput]
    ) -> DeleteDestinationPayload:
        """Delete a destination."""
        destinations = info.context.services.delivery.destinations
        record = await info.context.run(
            destinations.delete,
            key_of(input.id, "Destination"),
            info.context.actor,
            revision=input.expected_revision,
        )
        return DeleteDestinationSuccess(deleted_id=input.id, name=record.name)

    @command("Try the connection of a destination; nothing is sent.")
    async def test_destination(
        self, info: Info, input: Input[TestDestinationInput]
    ) -> TestDestinationPayload:
        """Test a destination."""
        destinations = info.context.services.delivery.destinations
        checks = await info.context.run(destinations.test, key_of(input.id, "Destination"))
        return TestDestinationSuccess(
            passed=all(check.level is not CheckLevel.FAIL for check in checks),
            checks=list(map(ConnectionCheck.from_domain, checks)),
        )

    @command("Send the customers of a segment to a destination, in the background.")
    async def deliver_segment(
        self, info: Info, input: Input[DeliverSegmentInput]
    ) -> DeliverSegmentPayload:
        """Plan a delivery and begin it."""
        delivery = info.context.services.delivery
        record = await info.context.run(
            delivery.deliver_segment,
            input.to_domain(),
            info.context.actor,
            may_read_pii=info.context.may_read_pii,
        )
        return DeliverSegmentSuccess(delivery=Delivery.from_domain(record))

    @command("Ask a delivery to stop after the rows that are under way.")
    async def cancel_delivery(
        self, info: Info, input: Input[DeliveryInput]
    ) -> CancelDeliveryPayload:
        """Cancel a delivery."""
        delivery = info.context.services.delivery
        key = key_of(input.id, "Delivery")
        record = await info.context.run(delivery.cancel, key, info.context.actor)
        return CancelDeliverySuccess(delivery=Delivery.from_domain(record))

    @command("Try a delivery again that failed for now; accepted rows are not sent twice.")
    async def retry_delivery(self, info: Info, input: Input[DeliveryInput]) -> RetryDeliveryPayload:
        """Try a delivery again."""
        delivery = info.context.services.delivery
        key = key_of(input.id, "Delivery")
        record = await info.context.run(delivery.retry, key, info.context.actor)
        return RetryDeliverySuccess(delivery=Delivery.from_domain(record))
