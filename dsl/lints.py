"""Lints: what is allowed and yet probably not meant. Pure functions that return warnings."""

from __future__ import annotations

from datetime import date

from dsl.catalog import Column
from dsl.diagnostics import Diagnostic, Fix, Severity, Span
from dsl.literals import quoted
from dsl.suggestions import Candidate, nearest

__all__ = [
    "drops_missing_values",
    "float_equality",
    "rfm_order",
    "several_currencies",
    "snapshot",
    "unseen_value",
]


def drops_missing_values(
    column: Column, name: str, test: Span, source: str, *, holders: str, is_denied: bool
) -> Diagnostic | None:
    """W204: a negative operator asks for a known value, and the column has gaps.

    `name` is the column as written, `holders` are what has it. Where the test `is_denied`, what it
    does not match stays.
    """
    if column.completion is None or column.completion >= 1:
        return None
    without = f"{holders} without a value in “{column.name}”"
    if is_denied:
        title, message = "take them away", f"{without} stay; to take them away"
        message += f" add “or {name} is null”"
    else:
        title, message = "keep them in", f"{without} are left out; add"
        message += f" “or {name} is null”, or use “not (…)”"
    fixes = (Fix(title, test, f"({source} or {name} is null)"),) if source else ()
    return Diagnostic("W204", message, test, Severity.WARNING, fixes)


def unseen_value(column: Column, value: str, at: Span) -> Diagnostic | None:
    """W205: the profile lists every value of the column, and this is none of them."""
    known = column.known_values
    if known is None or value.casefold() in {each.casefold() for each in known}:
        return None
    near = nearest(value, map(Candidate, sorted(known)))
    message = f"“{column.name}” never holds {quoted(value)}"
    if near:
        message += f"; did you mean {' or '.join(map(quoted, near))}?"
    fixes = tuple(Fix(f"write {quoted(each)}", at, quoted(each)) for each in near)
    return Diagnostic("W205", message, at, Severity.WARNING, fixes)


def float_equality(column: Column, at: Span) -> Diagnostic:
    """W305: binary fractions are seldom equal to a decimal one."""
    message = f"“{column.name}” holds inexact numbers; test a range instead of equality"
    return Diagnostic("W305", message, at, Severity.WARNING)


def rfm_order(column: Column, at: Span) -> Diagnostic:
    """W307: 999 is a lower number and a better customer than 1011."""
    message = (
        f"“{column.name}” puts three scores side by side and is not ordered; "
        "use “rfm at least 9-8-10”"
    )
    return Diagnostic("W307", message, at, Severity.WARNING)


def snapshot(column: str, built_on: date, asked_on: date, at: Span) -> Diagnostic:
    """W211: values of the build's day in an expression that is asked for another day."""
    message = f"“{column}” is as of the build, {built_on}, and not as of {asked_on}"
    return Diagnostic("W211", message, at, Severity.WARNING)


def several_currencies(currency: str, at: Span) -> Diagnostic:
    """W210: a sum over the lines of one currency where there are several."""
    message = f"orders are in several currencies; only those in {currency} are summed"
    return Diagnostic("W210", message, at, Severity.WARNING)
