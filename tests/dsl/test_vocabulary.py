"""The words of messages and completions agree with the grammar."""

from __future__ import annotations

from pathlib import Path

import pytest

import dsl
from dsl.scene import scene_at
from dsl.vocabulary import SPELLINGS, expectations

GRAMMAR = (Path(dsl.__file__).parent / "grammar.lark").read_text(encoding="utf-8")
BEFORE = [
    "", "a ", "a is ", "has purchased ", "has purchased in ", "has purchased in last 3 ",
    "has purchased at least 3 ", "top ", "top 10% ", "member of ", "member of list ", "a in ",
    "a in (1 ", "a contains ", "count of ", "count of t ", "d after ", "d after today ",
    "d after 3 days ", "d after start of ", "rfm at least ", "sql", "any row in t ", "a is 1 ",
    "has purchased where (a is 1) ", "total value of orders ", "a = 0.5 * ", "not ",
]  # fmt: skip


@pytest.mark.parametrize("before", BEFORE)
def test_what_may_follow_can_always_be_said(before: str) -> None:
    phrases = expectations(scene_at(before).accepted)
    assert 1 <= len(phrases) <= 5
    assert not any(word.strip("“”").isupper() for phrase in phrases for word in phrase.split())


@pytest.mark.parametrize("terminal", SPELLINGS)
def test_every_terminal_with_a_spelling_is_in_the_grammar(terminal: str) -> None:
    assert f"\n{terminal}." in GRAMMAR


@pytest.mark.parametrize(
    "terminal",
    [line.split(".")[0] for line in GRAMMAR.splitlines() if line.startswith("_") and "." in line],
)
def test_every_keyword_of_the_grammar_has_a_spelling(terminal: str) -> None:
    assert terminal in SPELLINGS
