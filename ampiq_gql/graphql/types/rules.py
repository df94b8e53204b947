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
    value: JSON | None = strawberry.field(
        description="What holds from the next build on: a number, a share of 0 to 1, a text, or a"
        " list; null when it is hidden."
    )
    stated_value: JSON | None = strawberry.field(
        description="What the settings of the site say, and what holds unless it is edited; null"
        " when it is hidden."
    )
    hides_personal_data: bool = strawberry.field(
        description="True when the values are hidden: among exceptions are names and addresses of"
        " people, and who asks may not read personal data."
    )
    decides: list[str] = strawberry.field(description="The columns that it decides on.")
    edited_by: str | None = strawberry.field(
        description="Who edited it last; null when it is as the settings say."
    )
    edited_at: datetime | None = strawberry.field(
        description="When it was edited last; null when it is as the settings say."
    )

    @classmethod
    def from_domain(
        cls, rule: domain.ClassificationRule, *, may_read_pii: bool
    ) -> ClassificationRule:
        """Show a rule."""
        is_hidden = rule.is_personal and not may_read_pii
        return cls(
            name=rule.name,
            description=rule.description,
            value=None if is_hidden else JSON(rule.value),
            stated_value=None if is_hidden else JSON(rule.stated),
            hides_personal_data=is_hidden,
            decides=list(rule.decides),
            edited_by=rule.edited_by,
            edited_at=rule.edited_at,
        )
