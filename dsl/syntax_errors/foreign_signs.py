"""Signs that other languages and word processors write, and how they are written here."""

from __future__ import annotations

import re

from dsl.diagnostics import Fix, Span
from dsl.literals import quoted
from dsl.syntax_errors.extents import CURLY_MARKS
from dsl.syntax_errors.misfit import (
    Explanation,
    LeaveOut,
    Misfit,
    Recovery,
    Replace,
    SkipTo,
    explained,
)

__all__ = [
    "curly",
    "curly_quotes",
    "doubled_equals",
    "doubled_sign",
    "exclamation_mark",
    "semicolon",
    "thousands",
]

_CURLY = re.compile(r"[“”„‟«]([^“”„‟»\n]*)[“”‟»\"]|[‘’‚‛]([^‘’‚‛\n]*)['‘’‛]")
_OPERATORS = {"&": ("and", "_AND"), "|": ("or", "_OR")}


def curly_quotes(misfit: Misfit) -> Explanation | None:
    """`city is “Chicago”`, as word processors write it."""
    if misfit.word not in CURLY_MARKS or not misfit.word:
        return None
    found = _CURLY.match(misfit.text, misfit.start)
    if found is None:
        return curly(misfit.span, '"', SkipTo(misfit.span.end))
    inner = found[1] if found[1] is not None else found[2]
    recovery = Replace("STRING", '""', found.end()) if "STRING" in misfit.expected else LeaveOut()
    return curly(Span(*found.span()), quoted(inner), recovery)


def curly(span: Span, replacement: str, recovery: Recovery) -> Explanation:
    """Explain typographic quotes; `replacement` is what stands in their place."""
    message = "typographic quotes do not work here; write straight ones"
    return _foreign(span, message, "use straight quotes", replacement, recovery)


def doubled_sign(misfit: Misfit) -> Explanation | None:
    """`&&`, `||` and their single forms."""
    sign = misfit.word
    if sign not in _OPERATORS:
        return None
    word, terminal = _OPERATORS[sign]
    end = misfit.start + (2 if misfit.rest.startswith(sign * 2) else 1)
    span = Span(misfit.start, end)
    is_joint = not misfit.expected.isdisjoint({"_AND", "_OR"})
    recovery = Replace(terminal, word, end) if is_joint else LeaveOut()
    spaced = _spaced(misfit.text, span, word)
    message = f"“{misfit.text[span.start : end]}” is written “{word}”"
    return _foreign(span, message, f"write {word}", spaced, recovery)


def exclamation_mark(misfit: Misfit) -> Explanation | None:
    """`!(city is "Chicago")`."""
    if misfit.word != "!" or "_NOT" not in misfit.expected:
        return None
    recovery = Replace("_NOT", "not", misfit.span.end)
    spaced = _spaced(misfit.text, misfit.span, "not")
    return _foreign(misfit.span, "“!” is written “not”", "write not", spaced, recovery)


def doubled_equals(misfit: Misfit) -> Explanation | None:
    """`==`, `=>` and `=<`: the equals sign was read already."""
    written = {"=": "=", ">": ">=", "<": "<="}.get(misfit.word)
    is_sign = misfit.previous == "=" and misfit.previous_end == misfit.start
    if written is None or not is_sign:
        return None
    end = misfit.start + len(misfit.rest) - len(misfit.rest.lstrip("=<>"))
    span = Span(misfit.start - 1, end)
    message = f"“{misfit.text[span.start : end]}” is written “{written}”"
    return _foreign(span, message, f"write {written}", written, SkipTo(end))


def semicolon(misfit: Misfit) -> Explanation | None:
    """A semicolon at the end, as in SQL."""
    if misfit.word != ";":
        return None
    message = "an expression needs no semicolon"
    return _foreign(misfit.span, message, "leave it out", "", SkipTo(misfit.span.end))


def thousands(misfit: Misfit) -> Explanation | None:
    """`> 1,000`."""
    if misfit.previous is None or misfit.word != ",":
        return None
    found = re.compile(r"-?[$€£¥]?-?\d{1,3}(,\d{3})+(\.\d+)?(?!\d)").match(
        misfit.text, misfit.previous.start_pos or 0
    )
    if found is None or found.end() <= misfit.start:
        return None
    number = found[0].replace(",", "_")
    message = f"thousands are grouped by “_”, since a comma parts the items of a list: {number}"
    fix = Fix(f"write {number}", Span(*found.span()), number)
    span = Span(*found.span())
    return explained("E105", message, span, fix, recovery=SkipTo(found.end()))


def _foreign(
    span: Span, message: str, title: str, replacement: str, recovery: Recovery
) -> Explanation:
    """A sign of another language stands where one of ours is meant."""
    fix = Fix(title, span, replacement)
    return explained("E107", message, span, fix, recovery=recovery)


def _spaced(text: str, span: Span, word: str) -> str:
    """The word with the blanks that it needs on either side."""
    before = "" if span.start == 0 or text[span.start - 1].isspace() else " "
    after = "" if text[span.end : span.end + 1].isspace() else " "
    return f"{before if text[span.start - 1 : span.start] != '(' else ''}{word}{after}"
