"""Did you mean: the nearest known names and values to what was written.

Nearness is similarity of letters, with two human habits added: words in another order
(`revenue lifetime`) and abbreviations (`IL` for `Illinois`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from dsl.vocabulary import SPELLINGS, spellings

__all__ = ["Candidate", "nearest", "quoted_name"]

_ENOUGH = 0.6
_SHORT = 3  # letters of an abbreviation such as a state's
_LONGEST = 200  # what is longer is no misspelt name, and would take minutes to compare
_KEYWORDS = frozenset(word for _, spelling in spellings(SPELLINGS) for word in spelling.split())
_BARE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*|file\.\w+)\Z")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could have been meant: what to write, and the other names it goes by."""

    text: str
    aliases: tuple[str, ...] = ()


def nearest(written: str, candidates: Iterable[Candidate], limit: int = 3) -> tuple[str, ...]:
    """Return the texts of the nearest candidates, best first; none when nothing is near."""
    if len(written) > _LONGEST:
        return ()
    key = written.casefold()
    matcher = SequenceMatcher(None, b=key, autojunk=False)
    scores: dict[str, float] = {}
    for candidate in candidates:
        names = (candidate.text, *candidate.aliases)
        score = max(_similarity(matcher, key, name.casefold()) for name in names)
        if score >= _ENOUGH:
            scores[candidate.text] = max(score, scores.get(candidate.text, 0.0))
    ranked = sorted(scores, key=lambda text: (-scores[text], len(text), text))
    return tuple(ranked[:limit])


def quoted_name(name: str) -> str:
    """Write a name, back-quoted when it must be."""
    is_bare = _BARE.match(name) is not None and name.casefold() not in _KEYWORDS
    return name if is_bare else f"`{name}`"


def _similarity(matcher: SequenceMatcher[str], written: str, name: str) -> float:
    """Compare a name with what was written, which the matcher has taken apart once for all."""
    if written == name:
        return 1.0
    matcher.set_seq1(name)
    is_near = matcher.real_quick_ratio() >= _ENOUGH and matcher.quick_ratio() >= _ENOUGH
    letters = matcher.ratio() if is_near else 0.0
    return max(letters, _shared_words(written, name), _abbreviation(written, name))


def _shared_words(left: str, right: str) -> float:
    """The share of words in common; names of several words are often recalled by some of them."""
    mine, others = set(re.split(r"[\W_]+", left)), set(re.split(r"[\W_]+", right))
    if len(mine) < 2:
        return 0.0
    return 0.95 * len(mine & others) / len(mine | others)


def _abbreviation(left: str, right: str) -> float:
    """Whether one is a short form of the other: the same first letter, the rest in order."""
    short, full = sorted((left, right), key=len)
    if not short or len(short) > _SHORT or len(full) <= len(short) or short[0] != full[0]:
        return 0.0
    letters = iter(full)
    if not all(letter in letters for letter in short):
        return 0.0
    return 0.75 if full.startswith(short) else 0.65
