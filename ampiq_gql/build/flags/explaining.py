"""From the conditions of rules and what they looked at to values with their reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ampiq_gql.build.flags.inputs import FlagInputs
from ampiq_gql.build.flags.model import Evidence, Flag, FlagValue
from ampiq_gql.warehouse import AnySelect, Row

__all__ = ["FlagExplanation", "conditions", "explained"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagExplanation:
    """A flag of one customer and why it is so; NULL (None) is told like any other value."""

    name: str
    value: FlagValue
    reasons: tuple[str, ...]

    @property
    def why(self) -> str:
        """The reasons as a sentence."""
        text = "; ".join(self.reasons)
        return f"{text[:1].upper()}{text[1:]}."


def conditions(inputs: FlagInputs, flags: Iterable[Flag]) -> AnySelect:
    """Select each customer with every condition and all evidence of the flags, in their order."""
    columns: list[sa.ColumnElement[object]] = []
    for flag in flags:
        columns += [sa.func.coalesce(one.condition, sa.false()) for one in flag.outcomes]
        columns += [looked.value for looked in flag.evidence.values()]
    numbered = (column.label(f"part_{place}") for place, column in enumerate(columns))
    return sa.select(inputs.people.c.amperity_id, *numbered).select_from(inputs.joined())


def explained(
    flags: Sequence[Flag], parts: Row, hidden: frozenset[tuple[str, str]]
) -> tuple[FlagExplanation, ...]:
    """Read a row of `conditions` without its id; values of `hidden` columns are left out."""
    rest = iter(parts)
    found: list[FlagExplanation] = []
    for flag in flags:
        met = tuple(bool(next(rest)) for _ in flag.outcomes)
        values = {name: next(rest) for name in flag.evidence}
        unseen = frozenset(
            name for name, looked in flag.evidence.items() if looked.column in hidden
        )
        value, reasons = flag.decide(met, Evidence(values, unseen))
        found.append(FlagExplanation(name=flag.name, value=value, reasons=reasons))
    return tuple(found)
