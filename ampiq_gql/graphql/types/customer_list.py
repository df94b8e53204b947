"""Uploaded lists of customers, and what came of each upload."""

from __future__ import annotations

from datetime import datetime

import strawberry

from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.ids import encode_id
from ampiq_gql.graphql.node import Node
from ampiq_gql.plugin import CustomerKey
from ampiq_gql.store.lists import ListRecord

__all__ = ["CustomerKey", "CustomerList"]

show_enum(
    CustomerKey,
    description="What the rows of a list name customers by.",
    values={
        CustomerKey.AMPERITY_ID: "The customer's id in the customer-360.",
        CustomerKey.CUSTOMER_ID: "The customer's id in the source.",
        CustomerKey.EMAIL: "An email address; several customers may share one.",
    },
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
    created_at: datetime = strawberry.field(description="When it was uploaded.")
    created_by: str = strawberry.field(description="Who uploaded it.")

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
            created_at=record.created_at,
            created_by=record.created_by,
        )
