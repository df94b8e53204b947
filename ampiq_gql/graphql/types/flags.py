"""Flags of a customer with their reasons."""

from __future__ import annotations

import strawberry

from ampiq_gql.build.flags import explaining
from ampiq_gql.build.flags import service as domain
from ampiq_gql.graphql.scalars import JSON

__all__ = ["CustomerFlags", "FlagExplanation"]


@strawberry.type(description="A flag of a customer and why it is so.")
class FlagExplanation:
    """An explained flag."""

    name: str = strawberry.field(description="The column of `customer_attributes`.")
    value: JSON | None = strawberry.field(
        description="True, false or a text, as the build stored it; null when it is not known."
    )
    why: str = strawberry.field(description="The reasons as one sentence.")
    reasons: list[str] = strawberry.field(
        description="What was met or not, in words, with what was looked at."
    )

    @classmethod
    def from_domain(cls, found: explaining.FlagExplanation) -> FlagExplanation:
        """Show a flag."""
        value = None if found.value is None else JSON(found.value)
        return cls(name=found.name, value=value, why=found.why, reasons=list(found.reasons))


@strawberry.type(description="The flags of one customer, by the rules of the current build.")
class CustomerFlags:
    """Explained flags."""

    amperity_id: str = strawberry.field(description="The customer's id.")
    hides_personal_data: bool = strawberry.field(
        description="True when the caller may not read personal data: they are left out of words."
    )
    flags: list[FlagExplanation] = strawberry.field(description="The flags, in their order.")

    @classmethod
    def from_domain(cls, found: domain.CustomerFlags) -> CustomerFlags:
        """Show a customer."""
        return cls(
            amperity_id=str(found.amperity_id),
            hides_personal_data=found.hides_pii,
            flags=list(map(FlagExplanation.from_domain, found.flags)),
        )
