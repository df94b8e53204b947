"""Inputs of saved queries."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.ids import key_of
from ampiq_gql.graphql.types.customer_list import CustomerKey
from ampiq_gql.queries import SaveQuery
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.queries import QueryFilter, QueryStatus

__all__ = ["QueryInput", "RunQueryInput", "SaveQueryInput", "SavedQueryFilter"]


@strawberry.input(
    description=(
        "Which queries to list: filters of different kinds must all hold, of the values of one "
        "kind any."
    )
)
class SavedQueryFilter:
    """A filter of queries."""

    statuses: list[QueryStatus] | None = strawberry.field(
        default=None, description="Only queries of one of these statuses."
    )
    folder_ids: list[strawberry.ID | None] | None = strawberry.field(
        default=None, description="Only queries in one of these folders; null means in none."
    )
    created_by: list[str] | None = strawberry.field(
        default=None, description="Only queries made by one of these."
    )
    search: str | None = strawberry.field(
        default=None, description="Only queries whose name or SQL contains this text."
    )

    def to_domain(self) -> QueryFilter:
        """Return the filter of the store, as of now."""
        return QueryFilter(
            now=utc_now(),
            statuses=tuple(self.statuses or ()),
            folder_ids=tuple(
                None if one is None else key_of(one, "Folder") for one in self.folder_ids or ()
            ),
            created_by=tuple(self.created_by or ()),
            search=self.search,
        )


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
    folder_id: strawberry.ID | None = strawberry.field(
        default=None, description="The folder to lie in; an empty text takes it out of its folder."
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
            folder_id=self.folder_id and key_of(self.folder_id, "Folder", "folder_id"),
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
