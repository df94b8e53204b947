"""Inputs of saved queries."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.ids import key_of
from ampiq_gql.graphql.types.customer_list import CustomerKey
from ampiq_gql.queries import SaveQuery

__all__ = ["QueryInput", "RunQueryInput", "SaveQueryInput"]


@strawberry.input(description="A new query (without `id`), or what is to change of one.")
class SaveQueryInput:
    """A query."""

    id: strawberry.ID | None = strawberry.field(
        default=None, description="The query to change; left out for a new one."
    )
    expected_revision: int | None = strawberry.field(
        default=None, description="The revision that the change was made from; needed with `id`."
    )
    name: str | None = strawberry.field(
        default=None, description="The name, 1 to 200 characters; needed for a new query."
    )
    text: str | None = strawberry.field(
        default=None,
        description="One SELECT over the tables of `tables`; needed for a new query.",
    )
    description: str | None = strawberry.field(
        default=None, description="What it is for, at most 2000 characters."
    )
    key: CustomerKey | None = strawberry.field(
        default=strawberry.UNSET,
        description="The column that names customers, so that segments can use it; null for none.",
    )
    refreshes: bool | None = strawberry.field(default=None, description="Run it after every build.")
    fewest_rows: int | None = strawberry.field(
        default=None, description="A result with fewer rows is not believed: the run fails."
    )
    most_rows: int | None = strawberry.field(
        default=None, description="A result with more rows is not believed: the run fails."
    )

    def to_domain(self) -> SaveQuery:
        """Return what the service takes."""
        return SaveQuery(
            id=None if self.id is None else key_of(self.id, "SavedQuery"),
            revision=self.expected_revision,
            name=self.name,
            text=self.text,
            description=self.description,
            key=self.key or None,
            is_plain=self.key is None,
            refreshes=self.refreshes,
            fewest_rows=self.fewest_rows,
            most_rows=self.most_rows,
        )


@strawberry.input(description="A query, as it was read.")
class QueryInput:
    """Which query, guarded against lost changes."""

    id: strawberry.ID = strawberry.field(description="The query's id.")
    expected_revision: int | None = strawberry.field(
        default=None, description="Refuse when the query is at another revision."
    )


@strawberry.input(description="Which query to run.")
class RunQueryInput:
    """Which query."""

    id: strawberry.ID = strawberry.field(description="The query's id.")
