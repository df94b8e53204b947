"""Words that do not fit: unquoted texts, half-said windows, misspelt keywords, anything else."""

from __future__ import annotations

import re

from dsl.diagnostics import Fix, Span
from dsl.literals import quoted
from dsl.spelling import nearest_keyword
from dsl.syntax_errors.extents import text_end
from dsl.syntax_errors.misfit import Explanation, Misfit, Replace, explained
from dsl.vocabulary import expectations

__all__ = [
    "exclude_from_nobody",
    "missing_comma",
    "missing_in",
    "missing_number",
    "missing_quotes",
    "misspelt_keyword",
    "negated_window",
    "or_more_times",
    "unexpected",
]

_COMPARED = ("EQUAL", "NOT_EQUAL", "LPAR", "COMMA")
_ENDS = frozenset({"", "and", "or", "exclude", ")", ",", "("})


def exclude_from_nobody(misfit: Misfit) -> Explanation | None:
    """`exclude` at the very beginning."""
    if misfit.word.lower() != "exclude" or "_INCLUDE" not in misfit.expected:
        return None
    fix = Fix("start from everyone", Span(misfit.start, misfit.start), "everyone ")
    message = "“exclude” takes customers away; say first who is included"
    recovery = Replace("_EVERYONE", "everyone", misfit.start)
    return explained("E101", message, misfit.span, fix, recovery=recovery)


def missing_quotes(misfit: Misfit) -> Explanation | None:
    """`city is New York`, `email contains gmail.com`, `member of segment West`."""
    if misfit.word.lower() in _ENDS or misfit.word[0] in "\"'`":
        return None
    is_second_word = (
        misfit.follows("NAME")
        and misfit.before_previous is not None
        and misfit.before_previous.type in _COMPARED
        and re.match(r"\w", misfit.word) is not None
    )
    is_text_only = "STRING" in misfit.expected and "WHOLE" not in misfit.expected
    if not is_second_word and not is_text_only:
        return None
    start = misfit.previous.start_pos or 0 if is_second_word and misfit.previous else misfit.start
    span = Span(start, text_end(misfit.text, misfit.span.end))
    text = quoted(misfit.text[span.start : span.end])
    fix = Fix(f"write {text}", span, text)
    return explained("E101", "a text stands in quotes", span, fix)


def missing_number(misfit: Misfit) -> Explanation | None:
    """`in last month` may roll with the day or follow the calendar."""
    unit = misfit.word.lower().removesuffix("s")
    if not misfit.follows("LAST") or unit not in _UNITS or misfit.previous is None:
        return None
    span = Span(misfit.previous.start_pos or 0, misfit.span.end)
    written = misfit.text[span.start : span.end]
    fixes = (
        Fix(f"the {unit} that ends today", span, f"last 1 {unit}"),
        Fix(f"the {unit} of the calendar before this one", span, f"previous {unit}"),
    )
    message = f"“{written}” can be read in two ways; say how many, or “previous”"
    return explained("E101", message, span, *fixes)


_UNITS = frozenset({"hour", "day", "week", "month", "quarter", "year"})
_BARE_WINDOW = re.compile(
    r"(?P<word>last|past|next|this|current|previous)\s+(?P<count>\d+\s+)?"
    r"(?P<unit>hour|day|week|month|quarter|year)s?\b",
    re.IGNORECASE,
)
_WINDOW = re.compile(r"(?:last|past|next)\s+\d+\s+\w+|(?:this|current|previous|next)\s+\w+", re.I)


def missing_in(misfit: Misfit) -> Explanation | None:
    """`has purchased last month`, `birthdate next 7 days`."""
    found = _BARE_WINDOW.match(misfit.text, misfit.start)
    if found is None or "_IN" not in misfit.expected:
        return None
    unit = found["unit"].lower()
    windows: tuple[str, ...] = (found[0],)
    if found["word"].lower() in ("last", "past") and found["count"] is None:
        windows = (f"last 1 {unit}", f"previous {unit}")
    span = Span(*found.span())
    fixes = (Fix(f"write in {window}", span, f"in {window}") for window in windows)
    message = f"a window begins with “in”: in {' or in '.join(windows)}"
    return explained("E101", message, span, *fixes)


def negated_window(misfit: Misfit) -> Explanation | None:
    """`x not in last 30 days` leaves open what becomes of customers without a date."""
    found = _WINDOW.match(misfit.text, misfit.start)
    if found is None or not misfit.follows("_NOT_IN") or misfit.previous is None:
        return None
    span = Span(misfit.condition_start, found.end())
    operand = misfit.text[span.start : misfit.previous.start_pos].strip()
    fix = Fix("negate the whole condition", span, f"not ({operand} in {found[0]})")
    message = "“not in” takes a list of values; negate a window as a whole"
    return explained("E101", message, span, fix)


_OR_MORE = re.compile(
    r"(?P<count>\d+)\s*(?:\+|\b(?:or|and)\s+(?:(?P<more>more|over|above)|fewer|less|under|below)\b)"
    r"(?:\s*times?\b)?",
    re.IGNORECASE,
)


def or_more_times(misfit: Misfit) -> Explanation | None:
    """`has purchased 3 or more times`, `has purchased 3+ times`."""
    if not misfit.follows("WHOLE") or "_TIMES" not in misfit.expected or misfit.previous is None:
        return None
    found = _OR_MORE.match(misfit.text, misfit.previous.start_pos or 0)
    if found is None:
        return None
    bound = "at least" if found["more"] or "+" in found[0] else "at most"
    words = f"{bound} {found['count']} {'time' if found['count'] == '1' else 'times'}"
    span = Span(*found.span())
    message = f"“{found[0]}” reads “{words}” here"
    recovery = Replace("_TIMES", "times", found.end())
    return explained("E101", message, span, Fix(f"write {words}", span, words), recovery=recovery)


def missing_comma(misfit: Misfit) -> Explanation | None:
    """`state in ("CA" "OR")`."""
    if not misfit.is_in_list or "COMMA" not in misfit.expected:
        return None
    if re.match(r"[\w\"'$€£¥-]", misfit.word) is None:
        return None
    end = misfit.previous_end
    fix = Fix("put a comma between them", Span(end, misfit.start), ", ")
    message = "a comma is missing between two items of this list"
    return explained("E101", message, misfit.span, fix)


def misspelt_keyword(misfit: Misfit) -> Explanation | None:
    """`city contians "x"`, `has purchsed`: the nearest keyword that could stand there."""
    near = nearest_keyword(misfit.text, misfit.start, misfit.expected)
    if misfit.follows("NAME") and misfit.previous is not None:
        begun = misfit.previous.start_pos or 0
        from_name = nearest_keyword(misfit.text, begun, _BEGINNINGS, reach=misfit.previous_end - 1)
        if from_name and begun == misfit.condition_start:
            near = max(filter(None, (near, from_name)), key=lambda found: found.likeness)
    if near is None:
        return None
    written = misfit.text[near.span.start : near.span.end]
    fix = Fix(f"write {near.keyword}", near.span, near.keyword)
    message = f"“{written}” is not known here; did you mean “{near.keyword}”?"
    return explained("E101", message, near.span, fix)


_BEGINNINGS = frozenset(
    {
        "_EVERYONE", "_HAS_PURCHASED", "_HAS_NOT_PURCHASED", "_ONLY_PURCHASED", "_FIRST_PURCHASE",
        "_FIRST_PURCHASE_OF", "_REPEAT_PURCHASE", "_MOST_FREQUENT_ORDER", "_TOTAL_VALUE",
        "MEMBER_OF", "ROW_QUANTIFIER", "_COUNT_OF", "AGGREGATE_OF", "RFM_BOUND", "DATE_FUNCTION",
    }
)  # fmt: skip


def unexpected(misfit: Misfit) -> Explanation:
    """Anything else: what was found, and what could stand there."""
    phrases = expectations(misfit.expected)
    expected = ", ".join(phrases[:-1]) + (" or " if phrases[:-1] else "") + phrases[-1]
    if not misfit.word:
        span = Span(misfit.previous_end, misfit.previous_end)
        message = f"the expression ends too early; expected {expected}"
    else:
        span = misfit.span
        word = misfit.word if len(misfit.word) <= 40 else f"{misfit.word[:39]}…"
        message = f"“{word}” does not fit here; expected {expected}"
    return explained("E101", message, span)
