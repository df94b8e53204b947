"""The terminals of the grammar in words: how each is spelled, and how people are told of it.

Messages and completions come from here, so that no name of a terminal ever reaches a user.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

__all__ = ["SPELLINGS", "expectations", "spellings"]

_COMPARISONS: Mapping[str, tuple[str, ...]] = {
    "EQUAL": ("is", "="),
    "NOT_EQUAL": ("is not", "!="),
    "GREATER": (">", "more than", "is more than", "is greater than"),
    "GREATER_OR_EQUAL": (">=", "is at least", "is greater than or equal to"),
    "LESS": ("<", "less than", "is less than"),
    "LESS_OR_EQUAL": ("<=", "is at most", "is less than or equal to"),
}

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "_INCLUDE": ("include",),
    "_EXCLUDE": ("exclude",),
    "_AND": ("and",),
    "_OR": ("or",),
    "_NOT": ("not",),
    "_WHERE": ("where",),
    "_AMONG": ("among",),
    "_BY": ("by",),
    "_EVERYONE": ("everyone",),
    "_HAS_PURCHASED": ("has purchased",),
    "_HAS_NOT_PURCHASED": ("has not purchased", "has never purchased"),
    "_ONLY_PURCHASED": ("only purchased",),
    "_FIRST_PURCHASE": ("first purchase",),
    "_FIRST_PURCHASE_OF": ("first purchase of",),
    "_REPEAT_PURCHASE": ("repeat purchase",),
    "_MOST_FREQUENT_ORDER": ("most frequent order",),
    "_TOTAL_VALUE": ("total value of orders",),
    "MEMBER_OF": ("member of", "not member of"),
    "LIST_KIND": ("segment", "list", "file", "query", "campaign"),
    "ROW_QUANTIFIER": ("any row in", "no row in", "every row in"),
    "_COUNT_OF": ("count of",),
    "AGGREGATE_OF": ("sum of", "avg of", "min of", "max of", "distinct of"),
    "RANK": ("top", "bottom"),
    "RFM_BOUND": ("rfm at least", "rfm at most"),
    "_SQL": ("sql",),
    "DATE_FUNCTION": (
        "anniversary of",
        "age of",
        "days since",
        "days until",
        "day of",
        "weekday of",
        "month of",
        "year of",
    ),
    **_COMPARISONS,
    "_BETWEEN": ("between",),
    "_NOT_BETWEEN": ("not between", "outside"),
    "_IN": ("in",),
    "_NOT_IN": ("not in",),
    "TEXT_OPERATOR": (
        "contains",
        "does not contain",
        "starts with",
        "does not start with",
        "ends with",
        "does not end with",
        "matches case",
    ),
    "NULL_TEST": (
        "is null",
        "is not null",
        "is empty",
        "is not empty",
        "is true",
        "is not true",
        "is false",
        "is not false",
    ),
    "DATE_OPERATOR": ("on", "not on", "after", "before", "on or after", "on or before"),
    "MATCH": ("any of", "all of"),
    "AT_LEAST": ("at least",),
    "AT_MOST": ("at most",),
    "EXACTLY": ("exactly",),
    "_TIMES": ("times",),
    "NET_OF_RETURNS": ("net of returns",),
    "LAST": ("last",),
    "NEXT": ("next",),
    "THIS": ("this",),
    "PREVIOUS": ("previous",),
    "EDGE_OF": ("start of", "end of"),
    "UNIT": ("days", "weeks", "months", "quarters", "years", "hours"),
    "_AGO": ("ago",),
    "DAY_WORD": ("today", "yesterday", "tomorrow", "now"),
    "BOOLEAN": ("true", "false"),
}

_Concepts = tuple[tuple[frozenset[str], str], ...]

# Where all terminals of a row are accepted, its phrase says everything that matters.
_ANSWERS: _Concepts = (
    (
        frozenset({"_EVERYONE", "NAME"}),
        'a condition such as city is "Chicago" or has purchased in last 30 days',
    ),
    (
        frozenset({"EQUAL", "_BETWEEN", "TEXT_OPERATOR"}),
        "an operator such as is, contains, >=, between or in",
    ),
    (frozenset({"STRING", "WHOLE", "NAME"}), 'a value such as "Chicago", 500 or 2026-11-01'),
    (frozenset({"DATE", "DAY_WORD"}), "a date such as 2026-11-01, today or 30 days ago"),
)
# Where several rows fit, all their phrases are told.
_CONCEPTS: _Concepts = (
    (frozenset({"EQUAL", "GREATER"}), "a comparison such as = or >="),
    (frozenset({"AT_LEAST", "AT_MOST"}), "how often, such as at least 3 times"),
    (frozenset({"DATE_OPERATOR", "_IN"}), "a window such as in last 30 days or after 2026-11-01"),
    (frozenset({"LAST", "THIS"}), "last 30 days, this month or another window"),
    (frozenset({"PERCENT", "WHOLE"}), "a number or a share such as 500 or 10%"),
    (frozenset({"LIST_KIND"}), "segment, list, file, query or campaign"),
    (frozenset({"UNIT"}), "a unit such as days, weeks, months or years"),
    (frozenset({"RFM_SCORE"}), "a score such as 9-8-10, each part from 1 to 10"),
    (frozenset({"STRING"}), "a text in quotes"),
    (frozenset({"NAME"}), "the name of an attribute or a table"),
)

_SIGNS: Mapping[str, str] = {
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
}
_SINGLE_WORDS = (
    "_WHERE",
    "_AMONG",
    "_BY",
    "_TIMES",
    "_AGO",
    "NET_OF_RETURNS",
    "MATCH",
    "THIS",
    "LPAR",
    "RPAR",
    "COMMA",
    "_AND",
    "_OR",
    "_EXCLUDE",
    "$END",
)


def spellings(terminals: Collection[str]) -> list[tuple[str, str]]:
    """Return (terminal, spelling) of every keyword among the terminals."""
    return [
        (terminal, spelling)
        for terminal, words in SPELLINGS.items()
        if terminal in terminals
        for spelling in words
    ]


def expectations(terminals: Collection[str], *, limit: int = 5) -> list[str]:
    """Say in at most `limit` phrases what may stand where these terminals are accepted."""
    accepted = set(terminals)
    for answer, phrase in _ANSWERS:
        if answer <= accepted:
            return [phrase]
    if "$END" in accepted:
        accepted.discard("UNIT")  # `a is 1` could go on as `1 day ago`, but nobody means that
    phrases = [phrase for concept, phrase in _CONCEPTS if concept <= accepted]
    told = {name for concept, _ in _CONCEPTS if concept <= accepted for name in concept}
    if "WHOLE" in accepted and not phrases:
        phrases.append("a whole number")
    rest = [name for name in _SINGLE_WORDS if name in accepted - told]
    return (phrases + [_quoted(name) for name in rest])[:limit]


def _quoted(terminal: str) -> str:
    if terminal == "$END":
        return "the end"
    return f"“{_SIGNS.get(terminal) or SPELLINGS[terminal][0]}”"
