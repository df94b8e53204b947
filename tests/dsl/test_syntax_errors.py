"""What people read when the grammar stops: messages with their carets, and fixes that work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dsl.diagnostics import render
from dsl.parser import parse
from tests.dsl.corpus import REJECTED


@pytest.mark.parametrize(
    ("text", "codes"), [(text, codes) for text, codes in REJECTED if len(codes) == 1]
)
def test_every_fix_of_a_single_mistake_mends_the_text(text: str, codes: tuple[str, ...]) -> None:
    (finding,) = parse(text).diagnostics
    for fix in finding.fixes:
        mended = fix.apply(text)
        assert parse(mended).diagnostics == (), mended


def test_messages_are_as_people_should_read_them(golden: Callable[[str, str], None]) -> None:
    told = [
        "\n".join([text or "(empty)", *(render(text, one) for one in parse(text).diagnostics)])
        for text, _ in REJECTED
    ]
    golden("dsl/syntax_errors.txt", "\n\n".join(told) + "\n")


@pytest.mark.parametrize("text", [text for text, _ in REJECTED])
def test_no_message_names_a_terminal(text: str) -> None:
    for finding in parse(text).diagnostics:
        capitals = [word for word in finding.message.split() if word.isupper() and "_" in word]
        assert capitals == []


def test_a_mixed_chain_shows_both_readings() -> None:
    text = "a is 1 or b is 2 and c is 3 or d is 4"
    (finding,) = parse(text).diagnostics
    assert [fix.apply(text) for fix in finding.fixes] == [
        "a is 1 or (b is 2 and c is 3) or d is 4",
        "(a is 1 or b is 2) and (c is 3 or d is 4)",
    ]


def test_a_mixed_chain_keeps_comments_and_inner_groups() -> None:
    text = "a is 1 and -- why\n(b is 2 or c is 3) or d is 4"
    (finding,) = parse(text).diagnostics
    assert finding.fixes[0].apply(text) == "(a is 1 and -- why\n(b is 2 or c is 3)) or d is 4"


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("d on 11/01/2026", ["d on 2026-11-01", "d on 2026-01-11"]),
        ("d on 11/11/2026", ["d on 2026-11-11"]),
        ("d on 31/12/26", ["d on 2026-12-31"]),
        ("d on 2026/11/01", ["d on 2026-11-01"]),
        ("d on 99/99/2026", []),
        ("d on 2026-02-31", ["d on 2026-02-28"]),
        ("d on 2024-02-31T10:00", ["d on 2024-02-29T10:00"]),
        ("d on 2026-13-01", []),
    ],
)
def test_dates_are_offered_as_they_may_be_meant(text: str, fixed: list[str]) -> None:
    (finding,) = parse(text).diagnostics
    assert finding.code == "E106"
    assert [fix.apply(text) for fix in finding.fixes] == fixed


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ('city is "Chicago', 8, 9),
        ('(a is 1 and (b is 2) and c is "x"', 0, 1),
        ("a in (1, 2 and b is 3", 5, 6),
        ("a is 1 /* b", 7, 9),
        ("a is 1 and", 10, 10),
        ("a is\n\n", 4, 4),
        ("a is 1 and b is 2 or c is 3", 18, 20),
    ],
)
def test_findings_point_at_the_cause(text: str, start: int, end: int) -> None:
    (finding,) = parse(text).diagnostics
    assert (finding.span.start, finding.span.end) == (start, end)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("evryone", "everyone"),
        ("has purchsed in last 3 days", "has purchased"),
        ("has nto purchased", "has not purchased"),
        ("frist purchase in last 3 days", "first purchase"),
        ("city contians 'x'", "contains"),
        ("city doesnt contain 'x'", "does not contain"),
        ("city isn't 'x'", "is not"),
        ("a betwen 1 and 2", "between"),
        ("a is 1 adn b is 2", "and"),
        ("a is 1 exlude b is 2", "exclude"),
        ("has purchased in lst 30 days", "last"),
        ("has purchased in last 30 dyas", "days"),
        ("has purchased wher (a is 1)", "where"),
        ("has purchased atleast 3 times", "at least"),
    ],
)
def test_misspelt_keywords_are_recognised(text: str, suggestion: str) -> None:
    finding = parse(text).diagnostics[0]
    assert [fix.replacement for fix in finding.fixes] == [suggestion]


def test_a_keyword_in_the_wrong_place_is_not_called_misspelt() -> None:
    for finding in parse("a is 1 among b").diagnostics:
        assert "did you mean" not in finding.message
