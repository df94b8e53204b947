"""Text to syntax tree: `parse` never raises and tells everything that it finds wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dsl.ast import Segment
from dsl.comments import Comment, line_comments
from dsl.cursor import ends
from dsl.diagnostics import Diagnostic, Fix, Span
from dsl.reader import read
from dsl.transformer import to_syntax_tree

__all__ = ["MAX_BYTES", "ParseResult", "parse"]

MAX_BYTES = 64 * 1024
_BLANK = re.compile(r"(?:\s|--[^\n]*|#[^\n]*|/\*[\s\S]*?\*/)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseResult:
    """The tree of a text; None exactly when the diagnostics hold an error.

    `readable` is the tree of whatever could be read, with `everyone` in the place of the rest: good
    for telling more about the text, not for asking who belongs to it. `unread` are the places
    where it does not say what is written.
    """

    text: str
    tree: Segment | None
    diagnostics: tuple[Diagnostic, ...] = ()
    readable: Segment | None = None
    unread: tuple[Span, ...] = ()
    comments: tuple[Comment, ...] = ()


@lru_cache(maxsize=256)
def parse(text: str) -> ParseResult:
    """Read one expression. Never raises; a text read a moment ago is not read again."""
    if problem := _too_long(text) or _empty(text):
        return ParseResult(text=text, tree=None, diagnostics=(problem,))
    reading = read(text)
    tree = None if reading.tree is None else to_syntax_tree(reading.tree)
    return ParseResult(
        text=text,
        tree=None if reading.findings else tree,
        diagnostics=reading.findings,
        readable=tree,
        unread=reading.unread,
        # For the formatter, which writes no text with errors.
        comments=() if reading.findings else line_comments(text, map(ends, reading.tokens)),
    )


def _too_long(text: str) -> Diagnostic | None:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size <= MAX_BYTES:
        return None
    message = f"an expression has at most 64 KiB of text, and this one has {size // 1024 + 1}"
    return Diagnostic("E108", message, Span(0, 0))


def _empty(text: str) -> Diagnostic | None:
    if _BLANK.fullmatch(text) is None:
        return None
    end = Span(len(text), len(text))
    is_blank = not text.strip()
    fix = Fix("write everyone", Span(0, len(text)) if is_blank else end, _everyone(text))
    message = "there is no condition here; “everyone” stands for all customers"
    return Diagnostic("E104", message, Span(0, 0), fixes=(fix,))


def _everyone(text: str) -> str:
    """The word, on a line of its own after comments."""
    return "everyone" if not text.strip() or text.endswith("\n") else "\neveryone"
