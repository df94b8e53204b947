"""What a rule is made of: outcomes in their order, each with a condition and with its words.

The first outcome whose condition is true decides the value. The same conditions, asked of one
customer, say which of them were met, so an explanation cannot say other than the column does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from types import MappingProxyType
from typing import TypeAlias

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value

__all__ = ["HIDDEN", "Evidence", "Flag", "FlagValue", "Looked", "Outcome", "Words"]

FlagValue: TypeAlias = bool | str | None

HIDDEN = "(hidden)"
"""Stands for personal data before those who may not read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Something that a rule looked at; `column` (table, name) decides who may see it."""

    value: Value
    column: tuple[str, str] | None = None


class Evidence:
    """What was looked at for one customer, as it may be shown."""

    def __init__(self, values: Mapping[str, object], hidden: frozenset[str]) -> None:
        self._values = values
        self._hidden = hidden

    def has(self, name: str) -> bool:
        """Say whether there is a value at all, which everybody may know."""
        return self._values[name] is not None

    def number(self, name: str) -> Decimal:
        """Return a number, 0 when it is unknown."""
        return Decimal(str(self._values[name] or 0))

    def shown(self, name: str) -> str:
        """Return the value in words, or `HIDDEN`."""
        return HIDDEN if name in self._hidden else _in_words(self._values[name])

    def part(self, text: str, *, of: str) -> str:
        """Return a part of a value in quotes, or `HIDDEN` when the value is."""
        return HIDDEN if of in self._hidden else f"“{text}”"


Words: TypeAlias = Callable[[Evidence], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One way to come to a value: when, and in which words."""

    value: FlagValue
    condition: sa.ColumnElement[bool]
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A rule. `otherwise` holds when no outcome's condition is true."""

    name: str
    outcomes: tuple[Outcome, ...]
    otherwise: FlagValue
    otherwise_words: Words
    evidence: Mapping[str, Looked] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def expression(self) -> Value:
        """The value as the build stores it."""
        is_text = any(isinstance(one.value, str) for one in self.outcomes)
        kind = sa.Text() if is_text else sa.Boolean()
        if not self.outcomes:
            return _literal(self.otherwise, kind)
        cases = [
            (sa.or_(*(one.condition for one in alike)), _literal(value, kind))
            for value, alike in groupby(self.outcomes, key=lambda one: one.value)
        ]
        return sa.case(*cases, else_=_literal(self.otherwise, kind))

    def decide(
        self, met: tuple[bool, ...], evidence: Evidence
    ) -> tuple[FlagValue, tuple[str, ...]]:
        """Return the value and its reasons, of the conditions that are met.

        All reasons that lead to the value are told, up to the first outcome of another one.
        """
        first = next((place for place, is_met in enumerate(met) if is_met), None)
        if first is None:
            return self.otherwise, (self.otherwise_words(evidence),)
        value = self.outcomes[first].value
        reasons: list[str] = []
        for outcome, is_met in list(zip(self.outcomes, met, strict=True))[first:]:
            if outcome.value != value:
                break
            if is_met:
                reasons.append(outcome.words(evidence))
        return value, tuple(dict.fromkeys(reasons))


def _literal(value: FlagValue, kind: sa.types.TypeEngine[bool] | sa.types.TypeEngine[str]) -> Value:
    if value is None:
        return sa.cast(sa.null(), kind)
    if isinstance(value, bool):
        return sa.true() if value else sa.false()
    return sa.literal(value, sa.Text())


def _in_words(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case Decimal():
            return f"{value:,.2f}"
        case int() | float():
            return f"{value:,}"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return f"“{value}”"
