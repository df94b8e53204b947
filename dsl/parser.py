"""Text to syntax tree: `parse` never raises and tells everything that it finds wrong."""

from __future__ import annotations

from dataclasses import dataclass

from lark import Lark
from lark.exceptions import UnexpectedInput

from dsl.ast import Segment
from dsl.diagnostics import Diagnostic, Span
from dsl.transformer import to_syntax_tree

__all__ = ["ParseResult", "parse"]

_LARK = Lark.open(
    "grammar.lark",
    rel_to=__file__,
    parser="lalr",
    lexer="contextual",
    propagate_positions=True,
    maybe_placeholders=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseResult:
    """The tree of a text; None exactly when the diagnostics hold an error."""

    text: str
    tree: Segment | None
    diagnostics: tuple[Diagnostic, ...] = ()


def parse(text: str) -> ParseResult:
    """Read one expression. Never raises."""
    try:
        return ParseResult(text=text, tree=to_syntax_tree(_LARK.parse(text)))
    except UnexpectedInput as error:
        start = error.pos_in_stream if error.pos_in_stream is not None else len(text)
        problem = Diagnostic("E101", "this does not fit here", Span(start, start + 1))
        return ParseResult(text=text, tree=None, diagnostics=(problem,))
