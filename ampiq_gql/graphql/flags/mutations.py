"""Commands that edit the rules of classification."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import Input, command
from ampiq_gql.graphql.problems import Conflict, InvalidInput, NotFound
from ampiq_gql.graphql.scalars import JSON
from ampiq_gql.graphql.types.rules import ClassificationRule

__all__ = ["FlagMutation"]


@strawberry.input(description="What a rule is to be.")
class RuleInput:
    """A change of one rule."""

    name: str = strawberry.field(description="The rule, such as `business_words`.")
    value: JSON | None = strawberry.field(
        description="A number, a share of 0 to 1, a text, or a list; null for what the settings"
        " say."
    )


@strawberry.input(description="Which rules to change: all of them, or none when one is wrong.")
class EditClassificationRulesInput:
    """Changes of rules."""

    rules: list[RuleInput] = strawberry.field(description="The rules that change.")


@strawberry.type(description="The rules were changed; the next build follows them.")
class EditClassificationRulesSuccess:
    """What `editClassificationRules` left."""

    rules: list[ClassificationRule] = strawberry.field(description="All rules as they stand now.")


EditClassificationRulesPayload: TypeAlias = Annotated[
    EditClassificationRulesSuccess | NotFound | Conflict | InvalidInput,
    strawberry.union(
        "EditClassificationRulesPayload", description="What `editClassificationRules` answers."
    ),
]


@strawberry.type
class FlagMutation:
    """Mutations of rules."""

    @command("Change limits, words and exceptions of classification, from the next build on.")
    async def edit_classification_rules(
        self, info: Info, input: Input[EditClassificationRulesInput]
    ) -> EditClassificationRulesPayload:
        """Edit rules."""
        edit = info.context.services.rules.edit
        changes = {one.name: one.value for one in input.rules}
        found = await info.context.run(edit, changes, info.context.actor)
        may_read_pii = info.context.may_read_pii
        return EditClassificationRulesSuccess(
            rules=[ClassificationRule.from_domain(one, may_read_pii=may_read_pii) for one in found]
        )
