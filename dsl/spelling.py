"""Did you mean: the keyword nearest to what stands in the text."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher

from dsl.diagnostics import Span
from dsl.vocabulary import SPELLINGS, spellings

__all__ = ["NearKeyword", "nearest_keyword"]

_LIKENESS = 0.66  # `adn` for `and`, `wehre` for `where`; below that guesses mislead
_KEYWORDS = frozenset(keyword for _, keyword in spellings(SPELLINGS))
_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True, slots=True)
class NearKeyword:
    """A keyword that the words at `span` resemble."""

    span: Span
    keyword: str
    likeness: float


def nearest_keyword(
    text: str, start: int, terminals: Collection[str], *, reach: int = 0
) -> NearKeyword | None:
    """Return the keyword of these terminals that the words from `start` resemble most.

    Only runs of words that go beyond the offset `reach` count. None when nothing is near.
    """
    best: NearKeyword | None = None
    for _, keyword in spellings(terminals):
        length = len(keyword.split())
        spread = 1 if len(keyword) >= 6 else 0  # `haspurchased`, `every one`; not `a is` for `is`
        for words in range(length - spread, length + spread + 1):
            span = _words_at(text, start, words)
            if span is None or span.end <= reach:
                continue
            near = NearKeyword(span, keyword, _likeness(text[span.start : span.end], keyword))
            if near.likeness >= _LIKENESS and (best is None or near.likeness > best.likeness):
                best = near
    if best is None or text[best.span.start : best.span.end].lower() in _KEYWORDS:
        return None  # a keyword in the wrong place is not misspelt
    return best


def _words_at(text: str, start: int, count: int) -> Span | None:
    end = start
    for _ in range(count):
        found = _WORD.match(text, end if end == start else _skip_blanks(text, end))
        if found is None:
            return None
        end = found.end()
    return Span(start, end) if end > start else None


def _skip_blanks(text: str, offset: int) -> int:
    while offset < len(text) and text[offset].isspace():
        offset += 1
    return offset


def _likeness(words: str, keyword: str) -> float:
    if not keyword[0].isalpha() or len(words) > 2 * len(keyword):
        return 0.0
    spoken = re.sub(r"n'?t\b", " not", words.lower())  # `isn't`, `doesnt`
    return SequenceMatcher(None, " ".join(spoken.split()), keyword).ratio()
