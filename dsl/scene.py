"""What stands before a place in a text: which words may follow, and what they would be about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lark import Token

from dsl.catalog import LINES_TABLE, list_prefix
from dsl.cursor import Cursor

__all__ = ["Scene", "scene_at"]

_OPERATORS = frozenset(
    {
        "EQUAL", "NOT_EQUAL", "LESS", "LESS_OR_EQUAL", "GREATER", "GREATER_OR_EQUAL",
        "TEXT_OPERATOR", "_IN", "_NOT_IN", "_BETWEEN", "_NOT_BETWEEN",
    }
)  # fmt: skip
_ABOUT_LINES = frozenset(
    {
        "_HAS_PURCHASED", "_HAS_NOT_PURCHASED", "_ONLY_PURCHASED", "_FIRST_PURCHASE",
        "_FIRST_PURCHASE_OF", "_REPEAT_PURCHASE", "_MOST_FREQUENT_ORDER", "_TOTAL_VALUE",
    }
)  # fmt: skip
_ABOUT_TABLES = frozenset({"ROW_QUANTIFIER", "_COUNT_OF", "AGGREGATE_OF"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The words before a place, as far as they decide what may follow.

    `compared` names the column left of the last operator (table first, when it is written),
    `rows_of` the table whose rows the open `where (…)` is about, `qualifier` the one before a dot.
    """

    accepted: frozenset[str]
    compared: tuple[str, ...] = ()
    rows_of: str | None = None
    qualifier: str | None = None
    list_kind: str | None = None
    is_after_table_word: bool = False


def scene_at(text: str) -> Scene:
    """Read the text, which may end anywhere between two words. Raises UnexpectedInput."""
    cursor = Cursor(text)
    tokens: list[Token] = []
    for token in cursor.tokens():
        cursor.take(token)
        tokens.append(token)
    last = tokens[-1] if tokens else None
    return Scene(
        accepted=cursor.accepted(),
        compared=_compared(tokens),
        rows_of=_rows_of(tokens),
        qualifier=_normalised(tokens[-2]) if last == "." else None,
        list_kind=last.lower() if last is not None and last.type == "LIST_KIND" else None,
        is_after_table_word=last is not None and last.type in _ABOUT_TABLES,
    )


def _compared(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The attribute before the last operator."""
    for index in range(len(tokens) - 1, 0, -1):
        if tokens[index].type in _OPERATORS:
            before = tokens[max(0, index - 3) : index]
            is_qualified = len(before) == 3 and before[1] == "."
            names = (before[0], before[2]) if is_qualified else before[-1:]
            return tuple(_normalised(name) for name in names if name.type == "NAME")
    return ()


def _rows_of(tokens: Sequence[Token]) -> str | None:
    """The table that the innermost open `where (…)` is about."""
    tables: list[str | None] = []
    about: str | None = None
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else token
        if token.type in _ABOUT_LINES:
            about = LINES_TABLE
        elif before.type in _ABOUT_TABLES and token.type == "NAME":
            about = _normalised(token)
        elif token.type == "LPAR":
            opens_rows = before.type in ("_WHERE", "_FIRST_PURCHASE_OF")
            tables.append(about if opens_rows else (tables[-1] if tables else None))
        elif token.type == "RPAR":
            tables.pop()
    return tables[-1] if tables else None


def _normalised(name: str) -> str:
    """A label as the name it stands for: `Lifetime Revenue` is lifetime_revenue."""
    if list_prefix(name):
        return name.replace("`", "").lower()
    return re.sub(r"\W+", "_", name.strip("`").lower()).strip("_")
