"""Saved queries and their last run."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.downloads.links import TableFormat, rows_download_url
from ampiq_gql.graphql.downloads.sources import QuerySource
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.ids import encode_id
from ampiq_gql.graphql.node import Node
from ampiq_gql.graphql.scalars import Long
from ampiq_gql.graphql.segments.loaders import folders_by_id
from ampiq_gql.graphql.types.customer_list import CustomerKey
from ampiq_gql.graphql.types.downloads import DownloadFormatArgument, SafeForSpreadsheets
from ampiq_gql.graphql.types.folder import Folder
from ampiq_gql.graphql.types.query_preview import QueryProblem
from ampiq_gql.store import queries as stored
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.queries import QueryRecord, QueryStatus

__all__ = ["QueryRun", "QueryStatus", "SavedQuery"]

show_enum(
    QueryStatus,
    description="Where a saved query stands in its life.",
    values={
        QueryStatus.DRAFT: "Never activated: it does not run.",
        QueryStatus.NOT_RUN: "Active, and without a result yet.",
        QueryStatus.WAITING: "Its turn comes: after a build, queries run one by one.",
        QueryStatus.RUNNING: "A run is under way; the result of an earlier one stays until then.",
        QueryStatus.COMPLETED: "The last run left a result, within the last 30 days.",
        QueryStatus.INACTIVE: "The last run left a result, more than 30 days ago.",
        QueryStatus.FAILED: "The last run failed; the result of an earlier one stays.",
        QueryStatus.BROKEN: "The data no longer have what the SQL reads: see `brokenBy`.",
    },
)


@strawberry.type(description="How the last run of a saved query ended.")
class QueryRun:
    """The last run."""

    ended_at: datetime = strawberry.field(description="When it ended.")
    build_id: strawberry.ID | None = strawberry.field(
        description="The build that the present result was read from; null without a result."
    )
    as_of: date | None = strawberry.field(description="The day of that build.")
    row_count: Long | None = strawberry.field(description="How many rows the result has.")
    customers: Long | None = strawberry.field(
        description="How many customers it names; null for a query without a key."
    )
    problem: QueryProblem | None = strawberry.field(description="Why the last run failed.")

    @classmethod
    def from_domain(cls, run: stored.QueryRun) -> QueryRun:
        """Show a run."""
        return cls(
            ended_at=run.ended_at,
            build_id=None if run.build_id is None else strawberry.ID(run.build_id),
            as_of=run.as_of,
            row_count=None if run.rows is None else Long(run.rows),
            customers=None if run.customers is None else Long(run.customers),
            problem=None
            if run.problem_code is None
            else QueryProblem(
                code=run.problem_code, message=run.problem or "", place=None, hint=None
            ),
        )


@strawberry.type(
    description='SQL over the customer-360; with a key, expressions ask `member of query "name"`.'
)
class SavedQuery(Node):
    """A query."""

    name: str = strawberry.field(description="The name, unique whatever its case.")
    description: str = strawberry.field(description="What it is for.")
    text: str = strawberry.field(description="The SQL as it was saved last.")
    active_text: str | None = strawberry.field(
        description="The SQL that runs; null until it was activated."
    )
    has_draft: bool = strawberry.field(description="True when `text` is not yet what runs.")
    status: QueryStatus = strawberry.field(description="Where it stands.")
    broken_by: str | None = strawberry.field(
        description="What the newest build lacks for the SQL that runs; null when nothing."
    )
    key: CustomerKey | None = strawberry.field(
        description="The column that names customers, so that segments can use the result."
    )
    table_name: str | None = strawberry.field(
        description="Its result as a table in expressions, `query.locals`; null without a result."
    )
    refreshes: bool = strawberry.field(description="True when it runs after every build.")
    fewest_rows: int | None = strawberry.field(
        description="A result with fewer rows is not believed: the run fails."
    )
    most_rows: int | None = strawberry.field(
        description="A result with more rows is not believed: the run fails."
    )
    last_run: QueryRun | None = strawberry.field(description="The last run; null before it.")
    revision: int = strawberry.field(description="Grows by one with every change.")
    created_at: datetime = strawberry.field(description="When it was made.")
    created_by: str = strawberry.field(description="Who made it.")
    updated_at: datetime = strawberry.field(description="When it was changed last.")
    updated_by: str = strawberry.field(description="Who changed it last.")
    record: strawberry.Private[QueryRecord]

    @resolved("The folder that it lies in; null when in none.")
    async def folder(self, info: Info) -> Folder | None:
        """Load the folder."""
        if self.record.folder_id is None:
            return None
        found = await info.context.load(folders_by_id, self.record.folder_id)
        return None if found is None else Folder.from_domain(found)

    @resolved("A path on this server that gives all rows of the SQL as a file, for ten minutes.")
    async def download_url(
        self,
        info: Info,
        format: DownloadFormatArgument = TableFormat.CSV,
        safe_for_spreadsheets: SafeForSpreadsheets = True,
    ) -> str:
        """Make a link."""
        return await info.context.run(
            rows_download_url,
            info.context.services.settings,
            QuerySource(
                text=self.record.text,
                id=self.record.id,
                may_read_pii=info.context.may_read_pii,
            ),
            format,
            name=self.record.name,
            actor=info.context.actor,
            is_for_spreadsheets=safe_for_spreadsheets,
        )

    @classmethod
    def from_domain(cls, record: QueryRecord) -> SavedQuery:
        """Show a query."""
        return cls(
            id=encode_id("SavedQuery", record.id),
            name=record.name,
            description=record.description,
            text=record.text,
            active_text=record.active_text,
            has_draft=record.has_draft,
            status=record.status_at(utc_now()),
            broken_by=record.broken_by,
            key=None if record.key is None else CustomerKey(record.key),
            table_name=record.result_name,
            refreshes=record.refreshes,
            fewest_rows=record.fewest_rows,
            most_rows=record.most_rows,
            last_run=None if record.last_run is None else QueryRun.from_domain(record.last_run),
            revision=record.revision,
            created_at=record.created_at,
            created_by=record.created_by,
            updated_at=record.updated_at,
            updated_by=record.updated_by,
            record=record,
        )
