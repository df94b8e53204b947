"""User errors of segments that front-ends show in their own way."""

from __future__ import annotations

from typing import Self, cast

import strawberry

from ampiq_gql import errors
from ampiq_gql.graphql.ids import encode_id
from ampiq_gql.graphql.problems import UserError
from ampiq_gql.graphql.types.diagnostics import Diagnostic
from ampiq_gql.graphql.types.uses import SegmentUse
from ampiq_gql.segments import errors as domain

__all__ = ["InvalidExpression", "SegmentInUse", "SegmentNameTaken"]


@strawberry.type(description="The expression has errors, or names what does not exist.")
class InvalidExpression(UserError):
    """All that is wrong with an expression, at once."""

    answers_to = (domain.InvalidExpression,)

    expression: str = strawberry.field(
        description="The text that the places of the diagnostics refer to."
    )
    diagnostics: list[Diagnostic] = strawberry.field(
        description="Every finding, warnings included, in the order of the text."
    )

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show the findings too."""
        error = cast("domain.InvalidExpression", error)
        return cls(
            **cls.told(error),
            expression=error.text,
            diagnostics=[Diagnostic.from_domain(error.text, one) for one in error.diagnostics],
        )


@strawberry.type(description="Another segment has the name already.")
class SegmentNameTaken(UserError):
    """Names of segments are unique, whatever their case."""

    answers_to = (domain.SegmentNameTaken,)

    existing_segment_id: strawberry.ID | None = strawberry.field(
        description="The id of the segment that has the name; null when it is not visible."
    )

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show which one it is."""
        error = cast("domain.SegmentNameTaken", error)
        existing = error.existing_id
        return cls(
            **cls.told(error),
            existing_segment_id=None if existing is None else encode_id("Segment", existing),
        )


@strawberry.type(description="Other things build on the segment, so that it cannot go.")
class SegmentInUse(UserError):
    """The users must go or change first."""

    answers_to = (domain.SegmentInUse,)

    used_in: list[SegmentUse] = strawberry.field(description="What builds on the segment.")

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show what uses it."""
        error = cast("domain.SegmentInUse", error)
        return cls(**cls.told(error), used_in=list(map(SegmentUse.from_domain, error.uses)))
