"""Texts, comments and names that are opened and never closed."""

from __future__ import annotations

import re

from dsl.diagnostics import Fix, Span
from dsl.literals import quoted
from dsl.syntax_errors.extents import CURLY_MARKS, text_end
from dsl.syntax_errors.foreign_signs import curly
from dsl.syntax_errors.misfit import (
    Explanation,
    GiveUp,
    LeaveOut,
    Misfit,
    Recovery,
    Replace,
    SkipTo,
    explained,
)

__all__ = [
    "quote_inside",
    "text_that_swallows",
    "unclosed",
    "unclosed_comment",
    "unclosed_long_text",
    "unclosed_name",
    "unclosed_text",
]

_NAME = re.compile(r"[^`\n]*?(?=\s*(?:[=<>!,()]|\b(?:is|in|contains|between|and|or)\b|$))", re.M)


def unclosed_comment(misfit: Misfit) -> Explanation | None:
    """`/* …` to the end of the text."""
    if not misfit.rest.startswith("/*"):
        return None
    end = len(misfit.text)
    fix = Fix("close it at the end", Span(end, end), " */")
    return unclosed(misfit.start, 2, "this comment is never closed", fix, GiveUp())


def unclosed_text(misfit: Misfit) -> Explanation | None:
    """`city is "Chicago`."""
    mark = misfit.word
    if mark not in ("'", '"'):
        return None
    end = text_end(misfit.text, misfit.start + 1)
    is_curly = misfit.text[end : end + 1] in tuple(CURLY_MARKS)
    recovery: Recovery = LeaveOut()
    if "STRING" in misfit.expected:
        recovery = Replace("STRING", '""', end + is_curly)
    if is_curly:
        return curly(Span(end, end + 1), mark, recovery)
    fix = Fix("close the quotes", Span(end, end), mark)
    return unclosed(misfit.start, 1, "the quotes opened here are never closed", fix, recovery)


def unclosed_long_text(misfit: Misfit) -> Explanation | None:
    """`sql(\"\"\"SELECT …`: its first two quotes were read as an empty text."""
    if misfit.previous != '""' or misfit.previous_end != misfit.start or misfit.word[:1] != '"':
        return None
    body = misfit.text.rstrip()
    end = len(body) - (misfit.opener is not None and body.endswith(")"))
    fix = Fix("close the quotes", Span(end, end), '"""')
    message = "the three quotes opened here are never closed"
    return unclosed(misfit.start - 2, 3, message, fix, GiveUp())


def text_that_swallows(misfit: Misfit) -> Explanation | None:
    """`city is "Chicago and state is "IL"`: the first text ends where the second begins."""
    text = misfit.previous
    if text is None or text.type != "STRING" or misfit.previous_end != misfit.start:
        return None
    start = text.start_pos or 0
    end = text_end(misfit.text, start + 1)
    if end >= misfit.previous_end - 1:
        return None
    if misfit.text[end] in CURLY_MARKS:
        return curly(Span(end, end + 1), text[0], LeaveOut())
    fix = Fix("close the quotes", Span(end, end), text[0])
    return unclosed(
        start, 1, "the quotes opened here are not closed where they should be", fix, LeaveOut()
    )


def quote_inside(misfit: Misfit) -> Explanation | None:
    """`city is 'O'Hare'`: the quote of a word ends the text that it stands in."""
    text = misfit.previous
    if text is None or text.type != "STRING" or misfit.previous_end != misfit.start:
        return None
    start, end = text.start_pos or 0, text_end(misfit.text, misfit.start)
    if end - misfit.start < 2 or misfit.text[end - 1] != text[0]:
        return None
    whole = quoted(misfit.text[start + 1 : end - 1])
    fix = Fix(f"write {whole}", Span(start, end), whole)
    message = "this quote ends the text too early; inside a text it is doubled or follows a \\"
    at = Span(misfit.start - 1, misfit.start)
    return explained("E102", message, at, fix, recovery=SkipTo(end))


def unclosed_name(misfit: Misfit) -> Explanation | None:
    """`` `Lifetime revenue >= 3 ``."""
    if not misfit.rest.startswith("`"):
        return None
    found = _NAME.match(misfit.text, misfit.start + 1)
    end = found.end() if found else len(misfit.text)
    fix = Fix("close the name", Span(end, end), "`")
    return unclosed(misfit.start, 1, "the name opened here is never closed", fix, LeaveOut())


def unclosed(start: int, width: int, message: str, fix: Fix, recovery: Recovery) -> Explanation:
    """Explain what is opened at `start` by so many characters and never closed."""
    span = Span(start, start + width)
    return explained("E102", message, span, fix, recovery=recovery)
