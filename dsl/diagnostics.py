"""Diagnostics: what is wrong, where, and how to mend it (segments.md §8.8).

Stages never raise for the user's mistakes; they return these, all at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Diagnostic", "Fix", "Severity", "Span", "has_errors", "locate", "render"]


class Severity(StrEnum):
    """How bad it is: an error has no result, a warning has one that may surprise."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters (code points) of the source text."""

    start: int
    end: int

    def meets(self, other: Span) -> bool:
        """Tell whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def cover(self, other: Span) -> Span:
        """Return the smallest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend it: replace the text of `span` by `replacement`."""

    title: str
    span: Span
    replacement: str

    def apply(self, text: str) -> str:
        """Return `text` with the fix made."""
        return text[: self.span.start] + self.replacement + text[self.span.end :]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` is stable (`E201`); `message` is for people and names no internals."""

    code: str
    message: str
    span: Span
    severity: Severity = Severity.ERROR
    fixes: tuple[Fix, ...] = field(default=())


def has_errors(diagnostics: Sequence[Diagnostic]) -> bool:
    """Tell whether any of them is an error."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def locate(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column of `offset`, both counted from 1."""
    starts = [0, *(index + 1 for index, char in enumerate(text) if char == "\n")]
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def render(text: str, diagnostic: Diagnostic) -> str:
    """Return the finding as people read it in a terminal: message, source line, carets, fixes."""
    line, column = locate(text, diagnostic.span.start)
    source = text.split("\n")[line - 1]
    width = max(1, min(diagnostic.span.end - diagnostic.span.start, len(source) - column + 1))
    lead = "".join(char if char == "\t" else " " for char in source[: column - 1])
    gutter = f"{line} | "
    rows = [
        f"{diagnostic.severity.value} {diagnostic.code} at line {line}, column {column}: "
        f"{diagnostic.message}",
        f"  {gutter}{source}",
        f"  {' ' * (len(gutter) - 2)}| {lead}{'^' * width}",
    ]
    rows += [f"  fix: {fix.title}: {fix.apply(text)}" for fix in diagnostic.fixes]
    return "\n".join(rows)
