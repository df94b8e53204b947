"""Who of a household spent most (§4): the first by lifetime revenue, then by the id's text."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from ampiq_gql.build.flags.inputs import FlagInputs
from ampiq_gql.build.flags.model import Evidence, Flag, Looked, Outcome

__all__ = ["household_flags"]


def household_flags(inputs: FlagInputs) -> Iterator[Flag]:
    """Yield the flag where there are households."""
    if inputs.households is None:
        return
    household, revenue = inputs.households, inputs.history.c.lifetime_order_revenue

    def most(seen: Evidence) -> str:
        return f"lifetime revenue {seen.shown('revenue')} is the highest of {_members(seen)}"

    def less(seen: Evidence) -> str:
        if not seen.has("revenue"):
            return f"there are no orders up to the day of the build, in {_members(seen)}"
        return f"lifetime revenue {seen.shown('revenue')} is not the highest of {_members(seen)}"

    yield Flag(
        name="is_primary_buyer_household",
        outcomes=(
            Outcome(
                value=None,
                condition=household.c.amperity_id.is_(None),
                words=lambda _: "no full address with a surname is known, so no household is",
            ),
            Outcome(
                value=True,
                condition=sa.and_(household.c.place == 1, revenue.is_not(None)),
                words=most,
            ),
        ),
        otherwise=False,
        otherwise_words=less,
        evidence={
            "revenue": Looked(value=revenue),
            "members": Looked(value=household.c.household_size),
        },
    )


def _members(seen: Evidence) -> str:
    return f"a household of {seen.shown('members')}"
