"""How far a word, a quoted text or a condition reaches, judged by the raw text alone."""

from __future__ import annotations

import re

__all__ = ["CURLY_MARKS", "closing_parenthesis", "next_joint", "text_end", "word_at"]

CURLY_MARKS = "“”„‟«»‘’‚‛"

# What is quoted is sought this far and no farther: a text of nothing but opening quotes would else
# be read anew from each of them to its end, which took half a minute for 60 kB.
_STRING = r'"""[\s\S]{0,255}?"""|"(?:\\.|""|[^"\\\n]){0,255}"|\'(?:\\.|\'\'|[^\'\\\n]){0,255}\''
_WORD = re.compile(rf"{_STRING}|\w+(?:[.:/-]\w+)*|\S")
# A text ends before the blanks behind it, which are looked at from their beginning only.
_TEXT = re.compile(r"[^\n]*?(?<!\s)(?=\s+(?:and|or|exclude)\b|\s*[),“”„‟‘’]|\s*$)", re.I | re.M)
_PIECE = re.compile(
    rf"{_STRING}|“[^“”\n]*”|`[^`\n]*`|--[^\n]*|#[^\n]*|/\*[\s\S]{{0,255}}?\*/"
    r"|(?P<joint>\b(?:and|or|exclude)\b|&&|\|\|)|(?P<between>\b(?:between|outside)\b)|\w+|[\s\S]",
    re.IGNORECASE,
)


def word_at(text: str, start: int) -> str:
    """Return the word, quoted text or sign that begins there; empty at the end."""
    found = _WORD.match(text, start)
    return found[0] if found else ""


def text_end(text: str, start: int) -> int:
    """Return where a text without its closing quotes was meant to end: before the next joint."""
    found = _TEXT.match(text, start)
    return found.end() if found else len(text)


def closing_parenthesis(text: str, start: int) -> int | None:
    """Return where the parenthesis closes that is open at `start`, if it does."""
    depth = 0
    for piece in _PIECE.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if depth < 0:
            return piece.start()
    return None


def next_joint(text: str, start: int, beyond: int) -> int:
    """Return where the condition that begins at `start` ends: the next joint from `beyond` on.

    Joints are `and`, `or`, `exclude` and the closing parenthesis around the condition; those in
    inner parentheses, texts and comments, and the `and` of `between`, are none.
    """
    depth = betweens = 0
    for piece in _PIECE.finditer(text, start):
        if piece[0] == "(":
            depth += 1
        elif piece[0] == ")":
            if depth == 0 and piece.start() >= beyond:
                return piece.start()
            depth = max(0, depth - 1)
        elif depth == 0 and piece["between"]:
            betweens += 1
        elif depth == 0 and piece["joint"]:
            if betweens and piece[0].lower() == "and":
                betweens -= 1
            elif piece.start() >= beyond:
                return piece.start()
    return len(text)
