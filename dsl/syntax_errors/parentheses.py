"""Parentheses that are missing, empty or too many."""

from __future__ import annotations

import re

from dsl.diagnostics import Fix, Span
from dsl.syntax_errors.extents import CURLY_MARKS, closing_parenthesis, next_joint
from dsl.syntax_errors.misfit import CloseGroup, Explanation, Misfit, SkipTo, explained
from dsl.syntax_errors.unclosed import unclosed

__all__ = [
    "empty_parentheses",
    "exclude_inside",
    "missing_parentheses",
    "stray_parenthesis",
    "unclosed_parenthesis",
]


def empty_parentheses(misfit: Misfit) -> Explanation | None:
    """`state in ()`, `where ()`."""
    if misfit.word != ")" or not misfit.follows("LPAR") or misfit.opener is None:
        return None
    span = Span(misfit.opener.start_pos or 0, misfit.span.end)
    message = "this list is empty" if misfit.is_in_list else "these parentheses are empty"
    return explained("E104", message, span)


def exclude_inside(misfit: Misfit) -> Explanation | None:
    """`(state is "IL" exclude city is "Chicago")`: only the whole text has exclusions."""
    opener = misfit.opener
    if opener is None or misfit.is_in_list or misfit.word.lower() != "exclude":
        return None
    close = closing_parenthesis(misfit.text, misfit.span.end)
    if close is None or "RPAR" not in misfit.expected:
        return None
    inner = Span(opener.end_pos or 0, close)
    kept = misfit.text[inner.start : misfit.start].strip()
    taken = misfit.text[misfit.span.end : close].strip()
    message = "“exclude” stands outside of parentheses only; inside write “and not (…)”"
    is_whole = kept and taken and not _DANGLING.search(kept) and "exclude" not in taken.lower()
    fix = Fix("write and not", inner, f"({kept}) and not ({taken})")
    fixes = (fix,) if is_whole else ()
    return explained("E101", message, misfit.span, *fixes, recovery=SkipTo(close))


def unclosed_parenthesis(misfit: Misfit) -> Explanation | None:
    """A group that is open at the end, or a list that is open where a condition follows."""
    opener = misfit.opener
    ends_here = misfit.word.lower() in ("", "exclude") or (
        misfit.is_in_list and misfit.word.lower() in ("and", "or", "where", "among")
    )
    if opener is None or not ends_here or "RPAR" not in misfit.expected:
        return None
    end = misfit.previous_end
    fix = Fix("close it", Span(end, end), ")")
    message = "this parenthesis is never closed"
    return unclosed(opener.start_pos or 0, 1, message, fix, CloseGroup())


def stray_parenthesis(misfit: Misfit) -> Explanation | None:
    """A closing parenthesis too many."""
    if misfit.word != ")" or misfit.opener is not None:
        return None
    fix = Fix("leave it out", misfit.span, "")
    message = "this parenthesis closes nothing"
    recovery = SkipTo(misfit.span.end)
    return explained("E102", message, misfit.span, fix, recovery=recovery)


def missing_parentheses(misfit: Misfit) -> Explanation | None:
    """`where product_category is "socks"`, `state in "CA", "OR"`."""
    if misfit.previous is None or not misfit.word:
        return None
    is_group = misfit.follows("_WHERE", "_AMONG", "_FIRST_PURCHASE_OF")
    is_list = misfit.follows("_IN", "_NOT_IN", "MATCH") and misfit.word[0] in _LIST_SIGNS
    if not is_group and not is_list:
        return None
    end = next_joint(misfit.text, misfit.start, misfit.start)
    inner = misfit.text[misfit.start : end].rstrip()
    span = Span(misfit.start, misfit.start + len(inner))
    fix = Fix("put it in parentheses", span, f"({inner})")
    message = f"what follows “{misfit.previous.lower()}” stands in parentheses"
    return explained("E101", message, span, fix)


_DANGLING = re.compile(r"\b(?:and|or|not)$", re.IGNORECASE)
_LIST_SIGNS = f"\"'0123456789$€£¥{CURLY_MARKS}"
