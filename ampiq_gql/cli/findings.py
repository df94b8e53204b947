"""What is wrong with an expression, as the shell shows it: caret lines, or JSON."""

from __future__ import annotations

from collections.abc import Iterable

from ampiq_gql.cli.terminal import say
from dsl import Diagnostic
from dsl.diagnostics import locate, render

__all__ = ["diagnostic_json", "say_diagnostics"]


def say_diagnostics(text: str, diagnostics: Iterable[Diagnostic]) -> None:
    """Print each finding with its source line, carets and fixes."""
    for diagnostic in diagnostics:
        say(render(text, diagnostic))


def diagnostic_json(text: str, diagnostic: Diagnostic) -> dict[str, object]:
    """Return a finding as `--json` shows it; offsets count characters from 0, lines from 1."""
    line, column = locate(text, diagnostic.span.start)
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "start": diagnostic.span.start,
        "end": diagnostic.span.end,
        "line": line,
        "column": column,
        "fixes": [{"title": fix.title, "text": fix.apply(text)} for fix in diagnostic.fixes],
    }
