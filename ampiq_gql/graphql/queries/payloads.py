"""What mutations of saved queries answer."""

from __future__ import annotations

from typing import Annotated, Self, TypeAlias, cast

import strawberry

from ampiq_gql import errors, queries
from ampiq_gql.graphql.problems import Conflict, InvalidInput, NotFound, UserError
from ampiq_gql.graphql.types.saved_query import SavedQuery
from ampiq_gql.graphql.types.uses import SegmentUse
from ampiq_gql.warehouse import user_sql

__all__ = [
    "ActivateQueryPayload",
    "ActivateQuerySuccess",
    "DeleteQueryPayload",
    "DeleteQuerySuccess",
    "QueryChanged",
    "QueryInUse",
    "RunQueryPayload",
    "RunQuerySuccess",
    "SaveQueryPayload",
    "SaveQuerySuccess",
    "SqlRefused",
]


@strawberry.type(
    description="The SQL is not run: it does more than read, or does not fit the data."
)
class SqlRefused(UserError):
    """What the guard says of a text."""

    answers_to = (user_sql.SqlRefused,)

    place: str | None = strawberry.field(description="Where in the text: `line 3, column 14`.")

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show the place too."""
        return cls(**cls.told(error), place=error.place)


@strawberry.type(description="The query was changed by somebody else; both texts are here.")
class QueryChanged(UserError):
    """A change from an older revision."""

    answers_to = (queries.QueryRevisionConflict,)

    theirs: str = strawberry.field(description="The SQL as it stands now.")
    yours: str = strawberry.field(description="The SQL that was not saved.")

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show both texts."""
        error = cast("queries.QueryRevisionConflict", error)
        return cls(**cls.told(error), theirs=error.theirs, yours=error.yours)


@strawberry.type(description="Segments name the query, so that its list cannot go.")
class QueryInUse(UserError):
    """The segments must go or change first."""

    answers_to = (queries.QueryInUse,)

    used_in: list[SegmentUse] = strawberry.field(description="The segments that name the query.")

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show what uses it."""
        error = cast("queries.QueryInUse", error)
        return cls(**cls.told(error), used_in=list(map(SegmentUse.from_domain, error.uses)))


@strawberry.type(description="The query was saved; what is active goes on until it is activated.")
class SaveQuerySuccess:
    """What `saveQuery` left."""

    query: SavedQuery = strawberry.field(description="The query as it stands now.")


@strawberry.type(description="The text of the query is what runs from now on.")
class ActivateQuerySuccess:
    """What `activateQuery` left."""

    query: SavedQuery = strawberry.field(description="The query as it stands now.")


@strawberry.type(description="The query ran and its result was kept.")
class RunQuerySuccess:
    """What `runQuery` left."""

    query: SavedQuery = strawberry.field(description="The query with its last run.")


@strawberry.type(description="The query was deleted, and its result with it.")
class DeleteQuerySuccess:
    """What `deleteQuery` removed."""

    deleted_id: strawberry.ID = strawberry.field(
        description="The id that finds nothing from now on."
    )
    name: str = strawberry.field(description="The name, free for other queries again.")


SaveQueryPayload: TypeAlias = Annotated[
    SaveQuerySuccess | SqlRefused | QueryChanged | QueryInUse | NotFound | Conflict | InvalidInput,
    strawberry.union("SaveQueryPayload", description="What `saveQuery` answers."),
]
ActivateQueryPayload: TypeAlias = Annotated[
    ActivateQuerySuccess | SqlRefused | QueryChanged | NotFound | Conflict | InvalidInput,
    strawberry.union("ActivateQueryPayload", description="What `activateQuery` answers."),
]
RunQueryPayload: TypeAlias = Annotated[
    RunQuerySuccess | SqlRefused | NotFound | Conflict | InvalidInput,
    strawberry.union("RunQueryPayload", description="What `runQuery` answers."),
]
DeleteQueryPayload: TypeAlias = Annotated[
    DeleteQuerySuccess | QueryInUse | QueryChanged | NotFound | Conflict | InvalidInput,
    strawberry.union("DeleteQueryPayload", description="What `deleteQuery` answers."),
]
