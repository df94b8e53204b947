"""The rows of a query that is only looked at, or why there are none."""

from __future__ import annotations

from datetime import date

import strawberry

from ampiq_gql.errors import UserError
from ampiq_gql.graphql.cells import Cells
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.downloads.links import TableFormat, rows_download_url
from ampiq_gql.graphql.downloads.sources import QuerySource
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.scalars import JSON
from ampiq_gql.graphql.types.downloads import DownloadFormatArgument, SafeForSpreadsheets
from ampiq_gql.queries import QueryResult
from ampiq_gql.warehouse.user_sql import ResultColumn

__all__ = ["QueryPreview", "QueryProblem"]


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
    text: strawberry.Private[str]

    @resolved("A path on this server that gives all rows of the SQL as a file, for ten minutes.")
    async def download_url(
        self,
        info: Info,
        format: DownloadFormatArgument = TableFormat.CSV,
        safe_for_spreadsheets: SafeForSpreadsheets = True,
    ) -> str | None:
        """Make a link; there is none to a query that is not run."""
        if self.problem is not None:
            return None
        return await info.context.run(
            rows_download_url,
            info.context.services.settings,
            QuerySource(text=self.text, id=None, may_read_pii=info.context.may_read_pii),
            format,
            name="query",
            actor=info.context.actor,
            is_for_spreadsheets=safe_for_spreadsheets,
        )

    @classmethod
    def from_domain(cls, text: str, result: QueryResult) -> QueryPreview:
        """Show the rows."""
        return cls(
            problem=None,
            columns=list(map(QueryColumn.from_domain, result.columns)),
            rows=Cells.of(result.rows),
            is_cut=result.is_cut,
            build_id=strawberry.ID(result.build_id),
            as_of=result.as_of,
            text=text,
        )

    @classmethod
    def refused(cls, text: str, error: UserError) -> QueryPreview:
        """Show why there are no rows."""
        return cls(
            problem=QueryProblem.from_domain(error),
            columns=[],
            rows=[],
            is_cut=False,
            build_id=None,
            as_of=None,
            text=text,
        )
