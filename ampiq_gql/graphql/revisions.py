"""The guard against lost changes, the same for everything that has a revision."""

from __future__ import annotations

from typing import Protocol, Self, cast

import strawberry

from ampiq_gql import campaigns, delivery, errors, segments
from ampiq_gql.graphql.problems import UserError

__all__ = ["RevisionConflict"]


class _Revisions(Protocol):
    """What errors about revisions tell."""

    expected: int | None
    found: int | None


@strawberry.type(description="The thing was changed by somebody else since it was read.")
class RevisionConflict(UserError):
    """A change from an older revision."""

    answers_to = (
        segments.RevisionConflict,
        campaigns.CampaignRevisionConflict,
        delivery.DestinationRevisionConflict,
    )

    expected_revision: int | None = strawberry.field(
        description="The revision that the change was made from; null when none was given."
    )
    current_revision: int | None = strawberry.field(
        description="The present revision; null when the thing is gone."
    )

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show both revisions."""
        revisions = cast("_Revisions", error)
        return cls(
            **cls.told(error),
            expected_revision=revisions.expected,
            current_revision=revisions.found,
        )
