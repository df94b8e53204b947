"""User errors of lists that front-ends show in their own way."""

from __future__ import annotations

from typing import Self, cast

import strawberry

from ampiq_gql import errors
from ampiq_gql.graphql.problems import UserError
from ampiq_gql.graphql.types.uses import SegmentUse
from ampiq_gql.segments import errors as domain

__all__ = ["ListInUse"]


@strawberry.type(description="Segments name the list, or queries read it, so that it cannot go.")
class ListInUse(UserError):
    """The users must go or change first."""

    answers_to = (domain.ListInUse,)

    used_in: list[SegmentUse] = strawberry.field(description="What uses the list.")

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show what uses it."""
        error = cast("domain.ListInUse", error)
        return cls(**cls.told(error), used_in=list(map(SegmentUse.from_domain, error.uses)))
