"""The rules of classification."""

from __future__ import annotations

from datetime import datetime

import strawberry

from ampiq_gql.build.flags import rules as domain
from ampiq_gql.graphql.scalars import JSON

__all__ = ["ClassificationRule"]


@strawberry.type(
    description="A limit, or a list of words or exceptions, by which customers are classified."
)
class ClassificationRule:
    """A rule."""

    name: str = strawberry.field(description="Its name, such as `business_words`.")
    description: str = strawberry.field(description="What it says.")
    value: JSON = strawberry.field(
        description="What holds from the next build on: a number, a share of 0 to 1, or a list."
    )
    stated_value: JSON = strawberry.field(
        description="What the settings of the site say, and what holds unless it is edited."
    )
    decides: list[str] = strawberry.field(description="The columns that it decides on.")
    edited_by: str | None = strawberry.field(
        description="Who edited it last; null when it is as the settings say."
    )
    edited_at: datetime | None = strawberry.field(
        description="When it was edited last; null when it is as the settings say."
    )

    @classmethod
    def from_domain(cls, rule: domain.ClassificationRule) -> ClassificationRule:
        """Show a rule."""
        return cls(
            name=rule.name,
            description=rule.description,
            value=JSON(rule.value),
            stated_value=JSON(rule.stated),
            decides=list(rule.decides),
            edited_by=rule.edited_by,
            edited_at=rule.edited_at,
        )
