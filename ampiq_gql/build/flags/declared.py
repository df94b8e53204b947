"""All flags that can be worked out of what there is, in the order in which they are told."""

from __future__ import annotations

from ampiq_gql.build.flags.households import household_flags
from ampiq_gql.build.flags.inputs import FlagInputs
from ampiq_gql.build.flags.kinds import kind_flags
from ampiq_gql.build.flags.life_cycle import life_cycle_flags
from ampiq_gql.build.flags.model import Flag
from ampiq_gql.build.flags.reach import reach_flags

__all__ = ["declared_flags"]


def declared_flags(inputs: FlagInputs) -> tuple[Flag, ...]:
    """Return the flags; those of consent and households are there
    when there are such."""
    return (
        *reach_flags(inputs),
        *life_cycle_flags(inputs),
        *kind_flags(inputs),
        *household_flags(inputs),
    )
