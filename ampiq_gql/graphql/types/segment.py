"""Saved segments."""

from __future__ import annotations

from datetime import datetime

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.ids import encode_id
from ampiq_gql.graphql.insights.loaders import count_customers
from ampiq_gql.graphql.node import Node
from ampiq_gql.graphql.paging import After, Before, Connection, First, Last, connection
from ampiq_gql.graphql.segments.loaders import (
    folders_by_id,
    uses_by_segment,
    version_counts,
    versions_by_segment,
)
from ampiq_gql.graphql.segments.reads import segment_sql
from ampiq_gql.graphql.types.audience import (
    AsOf,
    CustomerColumns,
    CustomersAfter,
    FirstCustomers,
    customers_of,
    insights_of,
)
from ampiq_gql.graphql.types.customers import CustomerPage
from ampiq_gql.graphql.types.folder import Folder
from ampiq_gql.graphql.types.insights import Insights
from ampiq_gql.graphql.types.sql import DialectArgument, SqlText
from ampiq_gql.graphql.types.uses import SegmentUse
from ampiq_gql.store.paging import PageRequest
from ampiq_gql.store.segments import (
    SegmentKind,
    SegmentRecord,
    SegmentStatus,
    SegmentVersionRecord,
)

__all__ = ["Segment", "SegmentKind", "SegmentStatus", "SegmentVersion"]

show_enum(
    SegmentKind,
    description="How a segment is defined.",
    values={
        SegmentKind.VISUAL: "By an expression of the segment language.",
        SegmentKind.SQL: "By one SELECT that returns customer ids.",
    },
)
show_enum(
    SegmentStatus,
    description="Where a segment stands in its life.",
    values={
        SegmentStatus.DRAFT: "Being worked on; it cannot be used by campaigns or other segments.",
        SegmentStatus.ACTIVE: "Ready for use.",
    },
)


@strawberry.type(description="A segment as one save has left it.")
class SegmentVersion:
    """A version."""

    revision: int = strawberry.field(description="The revision that the save has made.")
    name: str = strawberry.field(description="The name at that time.")
    kind: SegmentKind = strawberry.field(description="How it was defined.")
    status: SegmentStatus = strawberry.field(description="Where it stood in its life.")
    expression: str = strawberry.field(description="The definition at that time.")
    description: str | None = strawberry.field(
        description="What the segment was for; null when nobody said."
    )
    labels: list[str] = strawberry.field(description="The labels at that time, sorted.")
    saved_at: datetime = strawberry.field(description="When it was saved.")
    saved_by: str = strawberry.field(description="Who saved it.")

    @classmethod
    def from_domain(cls, version: SegmentVersionRecord) -> SegmentVersion:
        """Show a version."""
        return cls(
            revision=version.revision,
            name=version.name,
            kind=version.kind,
            status=version.status,
            expression=version.text,
            description=version.description or None,
            labels=list(version.labels),
            saved_at=version.saved_at,
            saved_by=version.saved_by,
        )


@strawberry.type(description="A saved, named rule over customers.")
class Segment(Node):
    """A segment."""

    name: str = strawberry.field(
        description="The name, unique whatever its case; it may change, the id never does."
    )
    kind: SegmentKind = strawberry.field(description="How the segment is defined.")
    status: SegmentStatus = strawberry.field(description="Where it stands in its life.")
    expression: str | None = strawberry.field(
        description="The definition, in the words of the segment language or in SQL."
    )
    description: str | None = strawberry.field(
        description="What the segment is for; null when nobody said."
    )
    labels: list[str] = strawberry.field(description="The labels, sorted.")
    revision: int = strawberry.field(
        description="A number that grows by one with every change; send it with the next one."
    )
    created_at: datetime = strawberry.field(description="When the segment was made.")
    created_by: str = strawberry.field(description="Who made it.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    updated_by: str = strawberry.field(description="Who changed it last.")
    record: strawberry.Private[SegmentRecord]

    # What is evaluated may be null: a segment that no longer fits the data must not take the whole
    # list it stands in with it.
    @resolved("How many customers it holds; null, with an error, when it no longer fits the data.")
    async def count(self, info: Info, as_of: AsOf = None) -> int | None:
        """Count the customers."""
        return await count_customers(info.context, self.record, as_of)

    @resolved("The statement that selects its customers; null, with an error, as `count` is.")
    async def segment_sql(self, info: Info, dialect: DialectArgument = None) -> SqlText | None:
        """Write the statement out."""
        services = info.context.services
        return await info.context.run(segment_sql, services, self.record, None, dialect)

    @resolved("Its figures, beside those of all customers; null, with an error, as `count` is.")
    async def insights(self, info: Info, as_of: AsOf = None) -> Insights | None:
        """Measure the segment."""
        return await insights_of(info, self.record, as_of)

    @resolved("Its customers, page by page by their ids; null, with an error, as `count` is.")
    async def customers(
        self,
        info: Info,
        first: FirstCustomers = 100,
        after: CustomersAfter = None,
        columns: CustomerColumns = None,
    ) -> CustomerPage | None:
        """Read one page."""
        return await customers_of(
            info, self.record, first=first, after=after, columns=columns, as_of=None
        )

    @resolved("The folder that it lies in; null when in none.")
    async def folder(self, info: Info) -> Folder | None:
        """Load the folder."""
        if self.record.folder_id is None:
            return None
        found = await info.context.load(folders_by_id, self.record.folder_id)
        return None if found is None else Folder.from_domain(found)

    @resolved("Every state that a save has left it in, the newest first.")
    async def versions(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[SegmentVersion]:
        """List the versions."""
        request = PageRequest(first=first, after=after, last=last, before=before)
        page = await info.context.load(versions_by_segment, (self.record.id, request))
        return connection(
            page,
            SegmentVersion.from_domain,
            lambda context: context.load(version_counts, self.record.id),
        )

    @resolved("What builds on it; empty when it can be deleted.")
    async def used_in(self, info: Info) -> list[SegmentUse]:
        """Return the users."""
        uses = await info.context.load(uses_by_segment, self.record.id)
        return [SegmentUse.from_domain(use) for use in uses]

    @classmethod
    def from_domain(cls, record: SegmentRecord) -> Segment:
        """Show a saved segment."""
        return cls(
            id=encode_id("Segment", record.id),
            name=record.name,
            kind=record.kind,
            status=record.status,
            expression=record.text,
            description=record.description or None,
            labels=list(record.labels),
            revision=record.revision,
            created_at=record.created_at,
            created_by=record.created_by,
            updated_at=record.updated_at,
            updated_by=record.updated_by,
            record=record,
        )
