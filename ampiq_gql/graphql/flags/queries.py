"""Root fields that explain the flags of a customer, and the rules behind them."""

from __future__ import annotations

from typing import Annotated

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.flags.reads import flags_of
from ampiq_gql.graphql.types.flags import CustomerFlags
from ampiq_gql.graphql.types.rules import ClassificationRule

__all__ = ["FlagQuery"]


@strawberry.type
class FlagQuery:
    """Root fields about flags."""

    @resolved(
        "The flags of a customer, such as `is_business` and `churn_trigger`, each with the reasons "
        "for its value; null when there is no such customer."
    )
    async def customer_flags(
        self,
        info: Info,
        amperity_id: Annotated[
            str,
            strawberry.argument(
                description="The customer's id, or the source's key for who may read personal data."
            ),
        ],
        flag: Annotated[
            str | None, strawberry.argument(description="One flag, when the others do not matter.")
        ] = None,
    ) -> CustomerFlags | None:
        """Explain one customer."""
        context = info.context
        service, may_read_pii = context.services.flags, context.may_read_pii
        found = await context.run(flags_of, service, amperity_id, flag, may_read_pii=may_read_pii)
        return None if found is None else CustomerFlags.from_domain(found)

    @resolved("The limits, words and exceptions by which the next build classifies customers.")
    async def classification_rules(self, info: Info) -> list[ClassificationRule]:
        """List the rules."""
        found = await info.context.run(info.context.services.rules.all)
        may_read_pii = info.context.may_read_pii
        return [ClassificationRule.from_domain(one, may_read_pii=may_read_pii) for one in found]
