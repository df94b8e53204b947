"""The place where reading stopped, what is wrong there, and the ways to read on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from lark import Token

from dsl.diagnostics import Diagnostic, Fix, Span
from dsl.syntax_errors.extents import word_at

__all__ = [
    "CloseGroup",
    "Explanation",
    "GiveUp",
    "LeaveOut",
    "Misfit",
    "Recovery",
    "Replace",
    "SkipTo",
    "explained",
]


@dataclass(frozen=True, slots=True)
class SkipTo:
    """Go on at `offset`, as if what lies before it were not there."""

    offset: int


@dataclass(frozen=True, slots=True)
class Replace:
    """Go on at `end`, as if `terminal` stood before it."""

    terminal: str
    value: str
    end: int


@dataclass(frozen=True, slots=True)
class CloseGroup:
    """Go on as if the missing parenthesis were there."""


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Leave out this condition and go on after it."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Nothing sensible can follow."""


Recovery: TypeAlias = SkipTo | Replace | CloseGroup | LeaveOut | GiveUp


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is wrong, and how to read on."""

    diagnostic: Diagnostic
    recovery: Recovery = LeaveOut()


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """The place where the grammar has no rule for what follows."""

    text: str
    start: int
    expected: frozenset[str]
    previous: Token | None
    before_previous: Token | None
    condition_start: int
    opener: Token | None  # the innermost parenthesis that is still open
    is_in_list: bool

    @property
    def rest(self) -> str:
        """The text from here on."""
        return self.text[self.start :]

    @property
    def word(self) -> str:
        """The word, quoted text or sign that stands here; empty at the end."""
        return word_at(self.text, self.start)

    @property
    def span(self) -> Span:
        """Where that word stands."""
        return Span(self.start, self.start + len(self.word))

    @property
    def previous_end(self) -> int:
        """Where the readable part ends."""
        return self.previous.end_pos or 0 if self.previous else 0

    def follows(self, *terminals: str) -> bool:
        """Tell whether the last readable word is one of these terminals."""
        return self.previous is not None and self.previous.type in terminals


def explained(
    code: str, message: str, span: Span, *fixes: Fix, recovery: Recovery = LeaveOut()
) -> Explanation:
    """Return an explanation that leaves out the condition, unless another way is given."""
    return Explanation(Diagnostic(code, message, span, fixes=fixes), recovery)
