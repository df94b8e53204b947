"""What the resolver finds wrong, collected in one pass, and the words it says it in."""

from __future__ import annotations

from dataclasses import dataclass, field

from dsl.ast import Node
from dsl.catalog import DataType
from dsl.diagnostics import Diagnostic, Fix, Severity, Span

__all__ = ["Findings", "type_in_words"]

ENOUGH = 40

_TYPE_WORDS = {
    DataType.STRING: "text",
    DataType.BOOLEAN: "true or false",
    DataType.DATE: "a date",
    DataType.DATETIME: "a date and time",
    DataType.INTEGER: "a whole number",
    DataType.DECIMAL: "a number",
    DataType.FLOAT: "a number",
}


def type_in_words(type_: DataType) -> str:
    """Return what a column of the type holds."""
    return _TYPE_WORDS[type_]


@dataclass(slots=True)
class Findings:
    """Diagnostics about one text; the same finding at the same place is kept once."""

    text: str = ""
    _found: dict[tuple[str, Span, str], Diagnostic] = field(default_factory=dict)

    def error(self, code: str, message: str, at: Node | Span, *fixes: Fix) -> None:
        """Add an error."""
        self.add(Diagnostic(code, message, _span(at), fixes=fixes))

    def warn(self, code: str, message: str, at: Node | Span, *fixes: Fix) -> None:
        """Add a warning."""
        self.add(Diagnostic(code, message, _span(at), Severity.WARNING, fixes))

    def add(self, diagnostic: Diagnostic) -> None:
        """Add a finding made elsewhere."""
        key = (diagnostic.code, diagnostic.span, diagnostic.message)
        self._found.setdefault(key, diagnostic)

    def source(self, at: Node | Span) -> str:
        """Return the text of a node as written; empty when the text is not known."""
        span = _span(at)
        return self.text[span.start : span.end]

    @property
    def are_enough(self) -> bool:
        """Tell whether more than a reader takes in was found: what follows needs no advice."""
        return len(self._found) >= ENOUGH

    @property
    def in_order(self) -> tuple[Diagnostic, ...]:
        """All findings by their place in the text."""
        return tuple(sorted(self._found.values(), key=lambda each: (each.span, each.code)))


def _span(at: Node | Span) -> Span:
    return at if isinstance(at, Span) else at.span
