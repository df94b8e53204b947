"""Saved queries, their last run, and the rows of a query that is only looked at."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from ampiq_gql.errors import UserError
from ampiq_gql.graphql.cells import Cells
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.ids import encode_id
from ampiq_gql.graphql.node import Node
from ampiq_gql.graphql.scalars import JSON, Long
from ampiq_gql.graphql.types.customer_list import CustomerKey
from ampiq_gql.queries import QueryResult
from ampiq_gql.store import queries as stored
from ampiq_gql.store.queries import QueryRecord, QueryStatus
from ampiq_gql.warehouse.user_sql import ResultColumn

__all__ = ["QueryPreview", "QueryProblem", "QueryRun", "QueryStatus", "SavedQuery"]

show_enum(
    QueryStatus,
    description="Where a saved query stands in its life.",
    values={
        QueryStatus.DRAFT: "Never activated: it does not run.",
        QueryStatus.NOT_RUN: "Active, and without a result yet.",
        QueryStatus.COMPLETED: "The last run left a result.",
        QueryStatus.FAILED: "The last run failed; the result of an earlier one stays.",
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


@strawberry.type(description="Why a query is not run, or why its run failed.")
class QueryProblem:
    """A finding about a query."""

    code: str = strawberry.field(description="A stable code, such as `SQL_COLUMN_UNKNOWN`.")
    message: str = strawberry.field(description="What was found, in plain words.")
    place: str | None = strawberry.field(description="Where: `line 3, column 14`.")
    hint: str | None = strawberry.field(description="How to mend it, where that is known.")

    @classmethod
    def from_domain(cls, error: UserError) -> QueryProblem:
        """Show an error."""
        return cls(code=error.code, message=error.message, place=error.place, hint=error.hint)


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
    key: CustomerKey | None = strawberry.field(
        description="The column that names customers, so that segments can use the result."
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
            status=record.status,
            key=None if record.key is None else CustomerKey(record.key),
            refreshes=record.refreshes,
            fewest_rows=record.fewest_rows,
            most_rows=record.most_rows,
            last_run=None if record.last_run is None else QueryRun.from_domain(record.last_run),
            revision=record.revision,
            created_at=record.created_at,
            created_by=record.created_by,
            updated_at=record.updated_at,
            updated_by=record.updated_by,
        )


@strawberry.type(description="A column of a query's result.")
class QueryColumn:
    """A column."""

    name: str = strawberry.field(description="Its name in the result.")
    is_pii: bool = strawberry.field(
        description="True when its values are, or are made of, restricted personal data."
    )

    @classmethod
    def from_domain(cls, column: ResultColumn) -> QueryColumn:
        """Show a column."""
        return cls(name=column.name, is_pii=column.is_pii)


@strawberry.type(description="The first rows of a query, or why it is not run.")
class QueryPreview:
    """A look at a query."""

    problem: QueryProblem | None = strawberry.field(
        description="Why there are no rows; null when there is nothing wrong."
    )
    columns: list[QueryColumn] = strawberry.field(description="The columns of the result.")
    rows: list[list[JSON | None]] = strawberry.field(
        description="The cells, row by row: exact numbers, days and times as text."
    )
    is_cut: bool = strawberry.field(description="True when the result has more rows than these.")
    build_id: strawberry.ID | None = strawberry.field(description="The build that was read.")
    as_of: date | None = strawberry.field(description="The day of that build.")

    @classmethod
    def from_domain(cls, result: QueryResult) -> QueryPreview:
        """Show the rows."""
        return cls(
            problem=None,
            columns=list(map(QueryColumn.from_domain, result.columns)),
            rows=Cells.of(result.rows),
            is_cut=result.is_cut,
            build_id=strawberry.ID(result.build_id),
            as_of=result.as_of,
        )

    @classmethod
    def refused(cls, error: UserError) -> QueryPreview:
        """Show why there are no rows."""
        problem = QueryProblem.from_domain(error)
        return cls(problem=problem, columns=[], rows=[], is_cut=False, build_id=None, as_of=None)
