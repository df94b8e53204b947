"""Uploaded lists of customers, and what came of each upload."""

from __future__ import annotations

from datetime import datetime

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.downloads.links import TableFormat, rows_download_url
from ampiq_gql.graphql.downloads.sources import UnmatchedSource
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.ids import encode_id
from ampiq_gql.graphql.node import Node
from ampiq_gql.graphql.types.columns import DataType
from ampiq_gql.graphql.types.downloads import DownloadFormatArgument, SafeForSpreadsheets
from ampiq_gql.plugin import CustomerKey
from ampiq_gql.store import lists as stored
from ampiq_gql.store.lists import ListRecord
from dsl.catalog import FILE_PREFIX

__all__ = ["CustomerKey", "CustomerList", "ListColumn"]

show_enum(
    CustomerKey,
    description="What the rows of a list name customers by.",
    values={
        CustomerKey.AMPERITY_ID: "The customer's id in the customer-360.",
        CustomerKey.CUSTOMER_ID: "The customer's id in the source.",
        CustomerKey.EMAIL: "An email address; several customers may share one.",
        CustomerKey.PHONE: "A phone number, compared in international form; some share one.",
        CustomerKey.LOYALTY_ID: "The number in a loyalty program.",
    },
)


@strawberry.type(description="A column of an uploaded file.")
class ListColumn:
    """A column."""

    name: str = strawberry.field(description="Its name in expressions and in SQL.")
    label: str = strawberry.field(description="What the file calls it.")
    type: DataType = strawberry.field(description="What all of its values are.")
    is_pii: bool = strawberry.field(description="True for restricted personal data.")
    filled: int = strawberry.field(description="How many rows have a value.")
    distinct: int = strawberry.field(description="How many different values there are.")

    @classmethod
    def from_domain(cls, column: stored.ListColumn) -> ListColumn:
        """Show a column."""
        return cls(
            name=column.name,
            label=column.label,
            type=DataType(column.type),
            is_pii=column.is_pii,
            filled=column.filled,
            distinct=column.distinct,
        )


@strawberry.type(description='A list of customers; expressions ask `member of file "its name"`.')
class CustomerList(Node):
    """A list; rowCount = matched + unmatched + duplicates + blank."""

    name: str = strawberry.field(description="The name, unique whatever its case.")
    key: CustomerKey = strawberry.field(description="What its rows named customers by.")
    customers: int = strawberry.field(description="How many customers are on the list.")
    row_count: int = strawberry.field(description="How many rows the upload had.")
    matched: int = strawberry.field(description="How many rows named a customer.")
    unmatched: int = strawberry.field(description="How many rows named nobody.")
    duplicates: int = strawberry.field(description="How many rows repeated one above.")
    blank: int = strawberry.field(description="How many rows named nothing.")
    conflicts: int = strawberry.field(
        description="How many keys have rows that differ; all of these rows are kept."
    )
    table_name: str = strawberry.field(
        description="Its name as a table in expressions: `file.survey`; SQL reads `upload_survey`."
    )
    table_row_count: int = strawberry.field(
        description="How many rows the table has: each different row once for each customer."
    )
    has_one_row_each: bool = strawberry.field(
        description="True when no customer has several rows in it."
    )
    columns: list[ListColumn] = strawberry.field(description="The columns of the file.")
    expires_at: datetime | None = strawberry.field(
        description="When it is deleted, also when segments name it; null for never."
    )
    created_at: datetime = strawberry.field(description="When it was uploaded.")
    created_by: str = strawberry.field(description="Who uploaded it: its owner.")
    list_id: strawberry.Private[str]

    @resolved("A path on this server that gives the rows that named nobody, for ten minutes.")
    async def unmatched_download_url(
        self,
        info: Info,
        format: DownloadFormatArgument = TableFormat.CSV,
        safe_for_spreadsheets: SafeForSpreadsheets = True,
    ) -> str:
        """Make a link."""
        return await info.context.run(
            rows_download_url,
            info.context.services.settings,
            UnmatchedSource(list_id=self.list_id, may_read_pii=info.context.may_read_pii),
            format,
            name=f"{self.name} unmatched",
            actor=info.context.actor,
            is_for_spreadsheets=safe_for_spreadsheets,
        )

    @classmethod
    def from_domain(cls, record: ListRecord) -> CustomerList:
        """Show a list."""
        return cls(
            id=encode_id("CustomerList", record.id),
            name=record.name,
            key=CustomerKey(record.key),
            customers=record.customers,
            row_count=record.rows,
            matched=record.matched,
            unmatched=record.unmatched,
            duplicates=record.duplicates,
            blank=record.blank,
            conflicts=record.conflicts,
            table_name=f"{FILE_PREFIX}{record.slug}",
            table_row_count=record.table_rows,
            has_one_row_each=record.has_one_row_each,
            columns=list(map(ListColumn.from_domain, record.columns)),
            expires_at=record.expires_at,
            list_id=record.id,
            created_at=record.created_at,
            created_by=record.created_by,
        )
