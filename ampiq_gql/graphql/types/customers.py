"""Customers of a segment: a table of rows, not an object per customer."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import strawberry

from ampiq_gql.errors import Invalid
from ampiq_gql.graphql.cells import Cells
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.downloads.links import TableFormat, download_url
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.ids import encode_id, key_of
from ampiq_gql.graphql.insights.loaders import Source, count_customers
from ampiq_gql.graphql.paging import PageInfo
from ampiq_gql.graphql.scalars import JSON
from ampiq_gql.graphql.types.columns import DataType, Unit
from ampiq_gql.graphql.types.downloads import DownloadFormatArgument, SafeForSpreadsheets
from ampiq_gql.insights import customers as domain
from dsl.catalog import ID_COLUMN, UNIVERSE_TABLE

__all__ = ["CustomerColumn", "CustomerPage", "customer_cursor", "customer_id"]

CURSOR = "Customer"


@strawberry.type(description="One column of a page of customers.")
class CustomerColumn:
    """A column that was chosen."""

    name: str = strawberry.field(description="The column's name in expressions.")
    table: str = strawberry.field(description="The table that the column is read from.")
    label: str = strawberry.field(description="The friendly name, for a heading.")
    type: DataType = strawberry.field(description="What the cells hold.")
    unit: Unit | None = strawberry.field(
        description="What a number counts; null for other types and where it is not known."
    )

    @classmethod
    def from_domain(cls, chosen: domain.CustomerColumn) -> CustomerColumn:
        """Show a chosen column."""
        return cls(
            name=chosen.name,
            table=chosen.table.name,
            label=chosen.column.label,
            type=chosen.column.type,
            unit=chosen.column.unit,
        )


ID = CustomerColumn(
    name=ID_COLUMN,
    table=UNIVERSE_TABLE,
    label="Customer",
    type=DataType.STRING,
    unit=None,
)


@strawberry.type(description="One page of the customers of a segment, in the order of their ids.")
class CustomerPage:
    """Rows of customers."""

    columns: list[CustomerColumn] = strawberry.field(
        description="The columns of every row; the customer's id is always the first."
    )
    rows: list[list[JSON | None]] = strawberry.field(
        description=(
            "The cells, row by row: exact numbers as text, days and times in the site's time zone "
            "as ISO 8601 text, null where nothing is known."
        )
    )
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")
    source: strawberry.Private[Source]
    as_of: strawberry.Private[date]

    @resolved("How many customers the segment holds.")
    async def total_count(self, info: Info) -> int:
        """Count the segment."""
        return await count_customers(info.context, self.source, self.as_of)

    @resolved("A path on this server that gives all the customers as a file, for ten minutes.")
    async def download_url(
        self,
        info: Info,
        format: DownloadFormatArgument = TableFormat.CSV,
        safe_for_spreadsheets: SafeForSpreadsheets = True,
    ) -> str:
        """Make a link."""
        settings = info.context.services.settings
        return await info.context.run(
            download_url,
            settings,
            self.source,
            format,
            columns=[ID_COLUMN, *(f"{one.table}.{one.name}" for one in self.columns[1:])],
            as_of=self.as_of,
            actor=info.context.actor,
            may_read_pii=info.context.may_read_pii,
            is_for_spreadsheets=safe_for_spreadsheets,
        )

    @classmethod
    def from_domain(
        cls, page: domain.CustomerPage, source: Source, *, after: str | None
    ) -> CustomerPage:
        """Show a page that began after the cursor `after`."""
        ends = [customer_cursor(page.rows[at][0]) for at in (0, -1)] if page.rows else [None, None]
        return cls(
            columns=[ID, *map(CustomerColumn.from_domain, page.columns)],
            rows=Cells.of(page.rows),
            page_info=PageInfo(
                has_next_page=page.has_next_page,
                has_previous_page=after is not None,
                start_cursor=ends[0],
                end_cursor=ends[1],
            ),
            source=source,
            as_of=page.as_of,
        )


def customer_cursor(amperity_id: UUID) -> str:
    """Return the cursor of a customer."""
    return encode_id(CURSOR, str(amperity_id))


def customer_id(cursor: str | None) -> UUID | None:
    """Return the customer that a cursor stands at. Raises `Invalid` for any other text."""
    if cursor is None:
        return None
    try:
        return UUID(key_of(cursor, CURSOR))
    except (Invalid, ValueError) as error:
        message = f"`after` is not a cursor of this list: {cursor!r}."
        raise Invalid("PAGE_INVALID", message, place="after") from error
