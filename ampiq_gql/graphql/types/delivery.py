"""Deliveries: runs that send customers to destinations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.destinations.loaders import destinations_by_id, row_errors_by_delivery
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.ids import encode_id
from ampiq_gql.graphql.node import Node
from ampiq_gql.graphql.scalars import Long
from ampiq_gql.graphql.segments.loaders import segments_by_id
from ampiq_gql.graphql.types.destination import Destination
from ampiq_gql.graphql.types.segment import Segment
from ampiq_gql.store import deliveries as stored
from ampiq_gql.store.deliveries import DeliveryRecord, DeliveryState
from ampiq_gql.store.delivery_ledger import RowErrorRecord
from ampiq_gql.store.paging import PageRequest

__all__ = ["Artefact", "Delivery", "DeliveryProblem", "DeliveryState", "RowError"]

show_enum(
    DeliveryState,
    description="Where a delivery stands.",
    values={
        DeliveryState.PENDING: "It is planned, and will begin.",
        DeliveryState.VALIDATING: "Settings, credentials and columns are being checked.",
        DeliveryState.SENDING: "Rows are being sent.",
        DeliveryState.SUCCEEDED: "All rows were accepted.",
        DeliveryState.SUCCEEDED_WITH_ROW_ERRORS: "Rows were accepted, some were rejected.",
        DeliveryState.FAILED_RETRYABLE: "It failed for now; trying again may help.",
        DeliveryState.FAILED: "It failed; trying again will not help.",
        DeliveryState.UNKNOWN: "It broke off, and nobody can tell what arrived.",
        DeliveryState.SKIPPED: "There was nothing to send.",
        DeliveryState.CANCELLED: "It was stopped by a person.",
    },
)


@strawberry.type(description="Something that a delivery left at its destination.")
class Artefact:
    """A file or an object."""

    name: str = strawberry.field(description="Its name.")
    location: str = strawberry.field(description="Where it is.")
    row_count: Long = strawberry.field(description="How many rows it holds.")
    byte_count: Long = strawberry.field(description="Its size in bytes.")
    sha256: str | None = strawberry.field(
        description="The SHA-256 of its content in hexadecimal; null when it is not known."
    )

    @classmethod
    def from_domain(cls, artefact: stored.ArtefactRecord) -> Artefact:
        """Show an artefact."""
        return cls(
            name=artefact.name,
            location=artefact.location,
            row_count=Long(artefact.row_count),
            byte_count=Long(artefact.byte_count),
            sha256=artefact.sha256,
        )


@strawberry.type(description="Why a delivery failed.")
class DeliveryProblem:
    """The reason and the way out."""

    code: str = strawberry.field(description="A stable upper-case code.")
    message: str = strawberry.field(description="What happened, in plain words.")
    hint: str | None = strawberry.field(
        description="How to mend it; null when there is no known way."
    )

    @classmethod
    def from_domain(cls, problem: stored.DeliveryProblem) -> DeliveryProblem:
        """Show a problem."""
        return cls(code=problem.code, message=problem.message, hint=problem.hint)


@strawberry.type(description="A row that the destination rejected.")
class RowError:
    """One customer who did not arrive."""

    customer_id: str = strawberry.field(description="The customer's id.")
    code: str = strawberry.field(description="A stable upper-case code.")
    message: str = strawberry.field(description="Why it was rejected, without personal data.")
    is_retryable: bool = strawberry.field(description="True when trying again may help.")

    @classmethod
    def from_domain(cls, row: RowErrorRecord) -> RowError:
        """Show a rejected row."""
        return cls(
            customer_id=row.row_key,
            code=row.code,
            message=row.message,
            is_retryable=row.is_retryable,
        )


@strawberry.type(description="One run that sends customers to a destination.")
class Delivery(Node):
    """A delivery."""

    state: DeliveryState = strawberry.field(description="Where it stands.")
    destination_name: str = strawberry.field(
        description="The destination's name when the delivery was planned."
    )
    segment_name: str | None = strawberry.field(
        description="The segment's name when it was planned; null for a campaign's delivery."
    )
    campaign_name: str | None = strawberry.field(
        description="The campaign's name when it was planned; null for a segment's delivery."
    )
    treatment_name: str | None = strawberry.field(
        description="The treatment's name when it was planned; null for a segment's delivery."
    )
    columns: list[str] = strawberry.field(description="The columns that are sent, in order.")
    as_of: date = strawberry.field(
        description="The day that the segment stands for, in the site's time zone."
    )
    build_id: strawberry.ID = strawberry.field(description="The build that the rows are read from.")
    rows_accepted: Long = strawberry.field(description="How many rows were accepted so far.")
    rows_rejected: Long = strawberry.field(description="How many rows were rejected so far.")
    artefacts: list[Artefact] = strawberry.field(description="What it left at the destination.")
    problem: DeliveryProblem | None = strawberry.field(
        description="Why it failed; null when it did not."
    )
    attempts: int = strawberry.field(description="How often it was begun.")
    created_at: datetime = strawberry.field(description="When it was planned.")
    created_by: str = strawberry.field(description="Who asked for it.")
    started_at: datetime | None = strawberry.field(
        description="When it began; null when it has not."
    )
    ended_at: datetime | None = strawberry.field(
        description="When it ended; null while it has not."
    )
    record: strawberry.Private[DeliveryRecord]

    @resolved("The destination; null when it was deleted since.")
    async def destination(self, info: Info) -> Destination | None:
        """Load the destination."""
        found = await info.context.load(destinations_by_id, self.record.destination_id)
        return None if found is None else Destination.from_domain(found)

    @resolved("The segment; null for a campaign's delivery and when it was deleted since.")
    async def segment(self, info: Info) -> Segment | None:
        """Load the segment."""
        if self.record.segment_id is None:
            return None
        found = await info.context.load(segments_by_id, self.record.segment_id)
        return None if found is None else Segment.from_domain(found)

    @resolved("The rejected rows, by customer id.")
    async def row_errors(
        self,
        info: Info,
        first: Annotated[
            int, strawberry.argument(description="How many to return, at most 1000.")
        ] = 100,
    ) -> list[RowError]:
        """Read the ledger."""
        limit = PageRequest(first=first).rows
        rows = await info.context.load(row_errors_by_delivery, (self.record.id, limit))
        return list(map(RowError.from_domain, rows))

    @classmethod
    def from_domain(cls, record: DeliveryRecord) -> Delivery:
        """Show a delivery."""
        problem = record.problem
        return cls(
            id=encode_id("Delivery", record.id),
            state=record.state,
            destination_name=record.destination_name,
            segment_name=record.segment_name,
            campaign_name=record.campaign_name,
            treatment_name=record.treatment_name,
            columns=list(record.columns),
            as_of=record.as_of,
            build_id=strawberry.ID(record.build_id),
            rows_accepted=Long(record.rows_accepted),
            rows_rejected=Long(record.rows_rejected),
            artefacts=list(map(Artefact.from_domain, record.artefacts)),
            problem=None if problem is None else DeliveryProblem.from_domain(problem),
            attempts=record.attempts,
            created_at=record.created_at,
            created_by=record.created_by,
            started_at=record.started_at,
            ended_at=record.ended_at,
            record=record,
        )
