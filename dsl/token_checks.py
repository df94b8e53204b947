"""Literals that can be read but not meant: impossible or foreign dates, stray thousands.

Such a token is told of and replaced by a sound one, so that reading goes on behind it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime

from lark import Token

from dsl.cursor import ends, make_token
from dsl.diagnostics import Diagnostic, Fix, Span

__all__ = ["MAX_DIGITS", "check_token"]

MAX_DIGITS = 38
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+$")


def check_token(token: Token, text: str) -> tuple[Token, tuple[Diagnostic, ...]]:
    """Return the token, or a sound one in its place with what is wrong with it."""
    match token.type:
        case "DATE" | "DATETIME":
            problem = _impossible_date(token)
        case "FOREIGN_DATE":
            problem = _foreign_date(token)
        case "WHOLE" | "DECIMAL" | "NEGATIVE" | "MONEY" | "PERCENT":
            problem = _too_long(token) or _stray_thousands(token, text)
        case _:
            problem = None
    if problem is None:
        return token, ()
    return _sound(token), (problem,)


def _sound(token: Token) -> Token:
    start, end = ends(token)
    match token.type:
        case "DATE" | "FOREIGN_DATE":
            return make_token("DATE", "2000-01-01", start, end)
        case "DATETIME":
            return make_token("DATETIME", "2000-01-01T00:00", start, end)
        case "MONEY":
            return make_token("MONEY", "$1", start, end)
        case _:
            return make_token(token.type, "1", start, end)


def _span(token: Token) -> Span:
    return Span(*ends(token))


def _impossible_date(token: Token) -> Diagnostic | None:
    try:
        datetime.fromisoformat(re.sub(r"(?i)T| +", "T", token))
    except ValueError:
        return Diagnostic(
            "E106", f"“{token}” is not in the calendar", _span(token), fixes=_clamped(token)
        )
    return None


def _clamped(token: Token) -> tuple[Fix, ...]:
    """The last day of that month, when it is only the day that is too high."""
    year, month, day = int(token[:4]), int(token[5:7]), int(token[8:10])
    if year == 0 or not 1 <= month <= 12 or day <= 28:
        return ()
    last = date(year, month, monthrange(year, month)[1]).isoformat()
    return (Fix(f"write {last}", Span(_span(token).start, _span(token).start + 10), last),)


def _foreign_date(token: Token) -> Diagnostic:
    readings = dict.fromkeys(_readings([int(part) for part in re.split(r"[/.-]", token)]))
    fixes = tuple(Fix(f"{day.day} {day:%B %Y}", _span(token), day.isoformat()) for day in readings)
    message = "dates are written year-month-day, such as 2026-11-01"
    if len(fixes) > 1:
        message += "; this one can be read in two ways"
    return Diagnostic("E106", message, _span(token), fixes=fixes)


def _readings(parts: list[int]) -> list[date]:
    """Every day that the three numbers can mean: year first, month first or day first."""
    first, second, third = parts
    year = third if third > 99 else 2000 + third
    orders = (
        [(first, second, third)] if first > 31 else [(year, first, second), (year, second, first)]
    )
    return [day for order in orders if (day := _day(*order)) is not None]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _too_long(token: Token) -> Diagnostic | None:
    if sum(char.isdigit() for char in token) <= MAX_DIGITS:
        return None
    return Diagnostic("E108", f"a number has at most {MAX_DIGITS} digits", _span(token))


def _stray_thousands(token: Token, text: str) -> Diagnostic | None:
    """`(1,000, 2,000)` is read as four items; the second one gives it away."""
    if token.type != "WHOLE" or len(token) != 3 or token[0] != "0":
        return None
    span = _span(token)
    found = _THOUSANDS.search(text, max(0, span.start - 64), span.end)
    if found is None:
        return None
    number = found[0].replace(",", "_")
    message = f"thousands are grouped by “_”, since a comma parts the items of a list: {number}"
    fix = Fix(f"write {number}", Span(*found.span()), number)
    return Diagnostic("E105", message, Span(*found.span()), fixes=(fix,))
