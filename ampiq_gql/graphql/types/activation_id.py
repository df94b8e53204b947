"""By what lists name customers."""

from __future__ import annotations

import strawberry

from ampiq_gql.catalog import activation_ids as domain
from ampiq_gql.graphql.types.customer_list import CustomerKey

__all__ = ["ActivationId"]


@strawberry.type(description="A key by which files and results of queries can name customers.")
class ActivationId:
    """A key."""

    key: CustomerKey = strawberry.field(description="What uploads and queries call it.")
    table: str = strawberry.field(description="The table that it is matched against.")
    column: str = strawberry.field(description="The column of that table.")
    label: str = strawberry.field(description="Its name for people.")
    singular: str = strawberry.field(description="What one of them is called.")
    plural: str = strawberry.field(description="What several of them are called.")
    is_pii: bool = strawberry.field(description="True for restricted personal data.")
    is_filled: bool = strawberry.field(
        description="True when somebody of the current build has one."
    )

    @classmethod
    def from_domain(cls, found: domain.ActivationId) -> ActivationId:
        """Show a key."""
        return cls(
            key=found.key,
            table=found.table,
            column=found.column,
            label=found.label,
            singular=found.singular,
            plural=found.plural,
            is_pii=found.is_pii,
            is_filled=found.is_filled,
        )
