"""What can be typed next in an expression."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.enums import show_enum
from dsl import completion as domain
from dsl.completion import CompletionKind

__all__ = ["Completion"]

show_enum(
    CompletionKind,
    description="What a proposal is.",
    values={
        CompletionKind.KEYWORD: "Words of the language.",
        CompletionKind.COLUMN: "A column of the customer-360.",
        CompletionKind.TABLE: "A table of the customer-360.",
        CompletionKind.LIST: "The name of a segment, file, query or campaign.",
        CompletionKind.VALUE: "A value that a column is known to have.",
    },
)


@strawberry.type(description="A text that can be typed at the cursor.")
class Completion:
    """A proposal."""

    text: str = strawberry.field(description="The text to put in the place of the range.")
    kind: CompletionKind = strawberry.field(description="What it is.")
    start: int = strawberry.field(
        description="Where the replaced range begins, in characters from 0."
    )
    end: int = strawberry.field(description="Where the replaced range ends, exclusive.")
    detail: str | None = strawberry.field(
        description="What to show beside it, such as a column's type; null for nothing."
    )

    @classmethod
    def from_domain(cls, proposal: domain.Completion) -> Completion:
        """Show a proposal."""
        return cls(
            text=proposal.text,
            kind=proposal.kind,
            start=proposal.start,
            end=proposal.end,
            detail=proposal.detail or None,
        )
