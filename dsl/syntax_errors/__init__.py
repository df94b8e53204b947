"""What to say where the grammar stops, and how to read on: a list of rules, the first that fits.

A rule sees the place where reading stopped (`Misfit`) and returns the diagnostic, in the words of
whoever writes segments, together with the way to go on looking for further mistakes.
"""

from __future__ import annotations

from collections.abc import Callable

from dsl.syntax_errors.extents import next_joint
from dsl.syntax_errors.foreign_signs import (
    curly_quotes,
    doubled_equals,
    doubled_sign,
    exclamation_mark,
    semicolon,
    thousands,
)
from dsl.syntax_errors.misfit import (
    CloseGroup,
    Explanation,
    GiveUp,
    LeaveOut,
    Misfit,
    Recovery,
    Replace,
    SkipTo,
)
from dsl.syntax_errors.parentheses import (
    empty_parentheses,
    exclude_inside,
    missing_parentheses,
    stray_parenthesis,
    unclosed_parenthesis,
)
from dsl.syntax_errors.unclosed import (
    quote_inside,
    text_that_swallows,
    unclosed_comment,
    unclosed_long_text,
    unclosed_name,
    unclosed_text,
)
from dsl.syntax_errors.words import (
    exclude_from_nobody,
    missing_comma,
    missing_in,
    missing_number,
    missing_quotes,
    misspelt_keyword,
    negated_window,
    or_more_times,
    unexpected,
)

__all__ = [
    "CloseGroup",
    "Explanation",
    "GiveUp",
    "LeaveOut",
    "Misfit",
    "Recovery",
    "Replace",
    "SkipTo",
    "explain",
    "next_joint",
]

# What is broken inside a word comes before what is wrong between words.
_RULES: tuple[Callable[[Misfit], Explanation | None], ...] = (
    unclosed_comment,
    unclosed_long_text,
    text_that_swallows,
    quote_inside,
    unclosed_text,
    unclosed_name,
    missing_parentheses,
    curly_quotes,
    doubled_sign,
    exclamation_mark,
    doubled_equals,
    semicolon,
    thousands,
    empty_parentheses,
    exclude_inside,
    unclosed_parenthesis,
    stray_parenthesis,
    exclude_from_nobody,
    missing_number,
    missing_in,
    negated_window,
    or_more_times,
    missing_quotes,
    missing_comma,
    misspelt_keyword,
    unexpected,
)


def explain(misfit: Misfit) -> Explanation:
    """Say what is wrong."""
    return next(found for rule in _RULES if (found := rule(misfit)) is not None)
