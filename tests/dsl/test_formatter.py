"""The canonical text: one spelling, lines that read well, and the same tree when read again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from dsl import ast
from dsl.formatter import WIDTH, format_segment
from dsl.parser import parse
from tests.dsl.corpus import ACCEPTANCE, ACCEPTED
from tests.dsl.strategies import segments


def formatted(text: str) -> str:
    result = parse(text)
    assert result.tree is not None, result.diagnostics
    return format_segment(result.tree, result.comments)


@pytest.mark.parametrize("number", range(1, len(ACCEPTANCE) + 1))
def test_the_acceptance_expressions_have_their_text(
    number: int, golden: Callable[[str, str], None]
) -> None:
    golden(f"dsl/expressions/{number:02}.fmt", formatted(ACCEPTANCE[number - 1]) + "\n")


@pytest.mark.parametrize("text", [*ACCEPTANCE, *ACCEPTED])
def test_the_corpus_says_the_same_when_formatted(text: str) -> None:
    again = parse(formatted(text))
    assert ast.same(parse(text).tree, again.tree)
    assert formatted(formatted(text)) == formatted(text)


@given(segments())
@settings(max_examples=50, deadline=None)
def test_every_tree_is_read_back_from_its_text(tree: ast.Segment) -> None:
    text = format_segment(tree)
    again = parse(text).tree
    assert again is not None, text
    assert ast.same(again, tree), text
    assert format_segment(again) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("CITY  IS EXACTLY 'Chicago'", 'CITY is "Chicago"'),
        ("a is 5 and b is not 6", "a = 5 and b != 6"),
        ("d = today and d != 2026-01-01", "d is today and d is not 2026-01-01"),
        ("(((a is 1)))", "a = 1"),
        ("not not a is 1", "not (not (a = 1))"),
        ("(a is 1 and b is 2) and c is 3", "(a = 1 and b = 2) and c = 3"),
        ("include everyone", "everyone"),
        ("a is 1 exclude b is 2", "include a = 1 exclude b = 2"),
        ("not member of list 'x'", 'not member of list "x"'),
        ("a > 1_500.50 and b > $1_000 and c > 60 percent", "a > 1500.50 and b > $1000 and c > 60%"),
        ("has purchased less than 3 times", "has purchased at most 2 times"),
        ("has purchased less than 0 times", "has purchased less than 0 times"),
        ("has purchased between 1 and 1 times", "has purchased exactly 1 time"),
        ("has purchased 3 time", "has purchased 3 times"),
        ("d in past 1 days", "d in last 1 day"),
        ("d after 2026-01-01 08:00:00", "d after 2026-01-01T08:00"),
        ("d after 2026-01-01 08:00:30", "d after 2026-01-01T08:00:30"),
        ("a is 'it\"s'", r'a is "it\"s"'),
        ('a is """two\nlines"""', 'a is """two\nlines"""'),
        ('a is """two\n""lines\\"""', 'a is """two\n""lines\\"""'),
    ],
)
def test_there_is_one_spelling(text: str, canonical: str) -> None:
    assert formatted(text) == canonical


def test_long_expressions_are_broken_at_their_joints() -> None:
    long = "x" * 30
    text = f"include a is 1 or (b is '{long}' and not (c is '{long}' or d is '{long}'))"
    assert formatted(f"{text} exclude e is 1") == "\n".join(
        [
            "include",
            "  a = 1",
            "  or (",
            f'    b is "{long}"',
            f'    and not (c is "{long}" or d is "{long}")',
            "  )",
            "exclude e = 1",
        ]
    )


def test_long_lists_are_filled() -> None:
    lines = formatted(f"a in ({', '.join(str(number) for number in range(200))})").split("\n")
    assert lines[0] == "a in ("
    assert lines[-1] == ")"
    assert all(line.startswith("  ") for line in lines[1:-1])
    assert all(WIDTH - 6 <= len(line) <= WIDTH for line in lines[1:-2])


def test_what_follows_a_broken_group_stands_behind_its_parenthesis() -> None:
    where = " and ".join(f"column_{number} is 'some text'" for number in range(5))
    lines = formatted(f"has purchased where ({where}) net of returns").split("\n")
    assert (lines[0], lines[-1]) == ("has purchased where (", ") net of returns")


def test_comments_at_line_starts_stay_with_what_follows() -> None:
    text = "\n".join(
        [
            "-- the coast",
            'state in ("WA", "OR") -- not kept: it stands behind something',
            "# who can be reached",
            "/* by mail or phone */",
            "and (email is not empty",
            "  -- phones count too",
            "  or phone is not empty)",
            "-- the end",
        ]
    )
    assert formatted(text) == "\n".join(
        [
            "-- the coast",
            'state in ("WA", "OR")',
            "# who can be reached",
            "/* by mail or phone */",
            "and (",
            "  email is not empty",
            "  -- phones count too",
            "  or phone is not empty",
            ")",
            "-- the end",
        ]
    )
    assert formatted(formatted(text)) == formatted(text)


def test_comments_before_exclude_stay_there() -> None:
    text = "include a is 1\n-- staff\nexclude b is 2"
    assert formatted(text) == "include a = 1\n-- staff\nexclude b = 2"


@pytest.mark.parametrize(
    "text",
    [
        'city in ("a",\n-- note\n"b")',
        'x is 1 and city in ("a",\n-- note\n"b")',
        "count of t where (a is 1)\n-- note\n>= 3",
        "(\n-- note\na is 1 or b is 2) and c is 3",
        "(\n-- note\na is 1) and b is 2",
        "not (a is 1 or\n-- one\nb in (1,\n-- two\n2)) and c is 1",
        "a is\n-- note\n1 exclude b is\n-- other\n1",
        "has purchased\n-- note\nin last 3 days where (a is 1\n-- end\n)",
    ],
)
def test_comments_inside_a_condition_find_a_place_where_they_stay(text: str) -> None:
    once = formatted(text)
    assert [line for line in once.splitlines() if line.lstrip().startswith("--")]
    assert formatted(once) == once
