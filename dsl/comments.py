"""Comments that stand at the beginning of a line: the formatter keeps them, trees do not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Comment", "line_comments"]

_COMMENT = re.compile(r"--[^\n]*|#[^\n]*|/\*[\s\S]*?\*/")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as written, and where the word begins that follows it."""

    text: str
    before: int


def line_comments(text: str, words: Iterable[tuple[int, int]]) -> tuple[Comment, ...]:
    """Return the comments that begin a line, given where the words of the text start and end."""
    comments: list[Comment] = []
    gap_start = 0
    for start, end in (*words, (len(text), len(text))):
        found = _COMMENT.finditer(text, gap_start, max(gap_start, start))
        comments += [Comment(one[0].rstrip(), start) for one in found if _begins_line(one)]
        gap_start = end
    return tuple(comments)


def _begins_line(found: re.Match[str]) -> bool:
    line_start = found.string.rfind("\n", 0, found.start()) + 1
    return not found.string[line_start : found.start()].strip()
