"""Reading expressions: what they mean, where their parts stand, and what is never raised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings

from dsl import ast
from dsl.diagnostics import Severity
from dsl.parser import parse
from tests.dsl.corpus import ACCEPTANCE, ACCEPTED, REJECTED
from tests.dsl.strategies import texts

at = datetime.fromisoformat


def read(text: str) -> ast.Expression:
    result = parse(text)
    assert result.tree is not None, result.diagnostics
    return result.tree.include


def predicate(text: str) -> ast.Predicate:
    test = read(f"x {text}")
    assert isinstance(test, ast.Test)
    return test.predicate


def value(text: str) -> ast.Value:
    compare = predicate(f"= {text}")
    assert isinstance(compare, ast.Compare)
    return compare.value


def window(text: str) -> ast.Window:
    purchased = read(f"has purchased {text}")
    assert isinstance(purchased, ast.HasPurchased)
    assert purchased.window is not None
    return purchased.window


def nodes(node: ast.Node) -> Iterator[ast.Node]:
    yield node
    for part in fields(node):
        inner = getattr(node, part.name)
        for one in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(one, ast.Node):
                yield from nodes(one)


@pytest.mark.parametrize("text", [*ACCEPTANCE, *ACCEPTED])
def test_the_corpus_is_taken(text: str) -> None:
    assert parse(text).diagnostics == ()


@pytest.mark.parametrize(("text", "codes"), REJECTED)
def test_the_other_corpus_is_refused(text: str, codes: tuple[str, ...]) -> None:
    result = parse(text)
    assert tuple(finding.code for finding in result.diagnostics) == codes
    assert result.tree is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("at least 3 times", 3, None),
        (">= 3 times", 3, None),
        ("more than 3 times", 4, None),
        ("at most 3 times", None, 3),
        ("less than 3 times", None, 2),
        ("exactly 1 time", 1, 1),
        ("between 2 and 4 times", 2, 4),
        ("at least 3", 3, None),
    ],
)
def test_how_often(text: str, low: int | None, high: int | None) -> None:
    purchased = read(f"has purchased {text}")
    assert isinstance(purchased, ast.HasPurchased)
    assert purchased.times is not None
    assert (purchased.times.low, purchased.times.high) == (low, high)
    assert not purchased.times.is_bare


def test_a_bare_count_is_read_for_the_resolver_to_refuse() -> None:
    purchased = read("has purchased 3 times in last 2 days")
    assert isinstance(purchased, ast.HasPurchased)
    assert purchased.times is not None
    assert purchased.times.is_bare
    assert purchased.times.low == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"it""s"', 'it"s'),
        (r'"a \"b\" \\ \n \d"', 'a "b" \\ \n \\d'),
        (r"'it\'s'", "it's"),
        ("'it''s'", "it's"),
        ('"""raw \\n "x" """', 'raw \\n "x" '),
        ('"""two\nlines"""', "two\nlines"),
        ('""', ""),
        ('"“x”"', "“x”"),
    ],
)
def test_strings(text: str, expected: str) -> None:
    found = value(text)
    assert isinstance(found, ast.StringLiteral)
    assert found.value == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1_500", Decimal(1500)),
        ("0.25", Decimal("0.25")),
        ("-5", Decimal(-5)),
        (
            "12345678901234567890123456789012345.678",
            Decimal("12345678901234567890123456789012345.678"),
        ),
    ],
)
def test_numbers_are_exact(text: str, expected: Decimal) -> None:
    found = value(text)
    assert isinstance(found, ast.NumberLiteral)
    assert found.value == expected


def test_money_and_shares() -> None:
    money, share = value("€-49.90"), value("12.5 percent")
    assert isinstance(money, ast.MoneyLiteral)
    assert (money.symbol, money.amount) == ("€", Decimal("-49.90"))
    assert isinstance(share, ast.PercentLiteral)
    assert share.percent == Decimal("12.5")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01T15:30", at("2026-11-01T15:30")),
        ("2026-11-01 15:30:59", at("2026-11-01T15:30:59")),
        ("2026-11-01  00:00", at("2026-11-01")),
    ],
)
def test_datetimes(text: str, expected: datetime) -> None:
    found = value(text)
    assert isinstance(found, ast.DateTimeLiteral)
    assert found.value == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("like 'x'", "contains 'x'"),
        ("is not like 'x'", "does not contain 'x'"),
        ("is known", "is not null"),
        ("is unknown", "is null"),
        ("is not unknown", "is not null"),
        ("is exactly 3", "= 3"),
        ("is at least 3", ">= 3"),
        ("<> 3", "!= 3"),
        ("≤ 3", "<= 3"),
        ("outside 1 and 2", "not between 1 and 2"),
        ("is in list (1)", "in (1)"),
        ("was not before today", "on or after today"),
        ("is not on or after today", "before today"),
        ("in the past 3 days", "in last 3 day"),
        ("in current month", "in this months"),
    ],
)
def test_synonyms_say_the_same(one: str, other: str) -> None:
    assert ast.same(predicate(one), predicate(other))


def test_offsets_carry_their_sign() -> None:
    bound = window("after today - 3 months + 2 days")
    assert isinstance(bound, ast.DateBound)
    assert isinstance(bound.value, ast.Anchor)
    signed = [(offset.amount, offset.unit.value) for offset in bound.value.offsets]
    assert signed == [(-3, "month"), (2, "day")]


def test_between_dates_is_a_range_after_a_purchase_and_a_comparison_after_a_column() -> None:
    assert isinstance(window("between 2026-01-01 and today"), ast.DateRange)
    assert isinstance(predicate("between 2026-01-01 and today"), ast.CompareBetween)


def test_the_and_of_between_does_not_join() -> None:
    tree = read("a between 1 and 2 and b between 3 and 4")
    assert isinstance(tree, ast.AllOf)
    assert len(tree.operands) == 2


def test_parentheses_keep_groups_apart() -> None:
    tree = read("(a is 1 and b is 2) and c is 3")
    assert isinstance(tree, ast.AllOf)
    assert [type(operand) for operand in tree.operands] == [ast.AllOf, ast.Test]


def test_names_keep_their_quotes_apart_from_their_text() -> None:
    test = read("`Unified Loyalty`.tier is null")
    assert isinstance(test, ast.Test)
    name = test.operand.column
    assert name.table is not None
    assert (name.table.text, name.table.is_quoted) == ("Unified Loyalty", True)
    assert (name.column.text, name.column.is_quoted) == ("tier", False)


def test_negated_members() -> None:
    one, other = read('not member of list "A"'), read('not (member of list "A")')
    assert isinstance(one, ast.Member)
    assert one.is_negated
    assert isinstance(other, ast.Not)


@pytest.mark.parametrize("text", ACCEPTANCE)
def test_spans_hold_the_text_of_their_node_without_blanks(text: str) -> None:
    padded = f"\n  {text}  "
    tree = parse(padded).tree
    assert tree is not None
    for node in nodes(tree):
        written = padded[node.span.start : node.span.end]
        assert written == written.strip() != ""


def test_spans_count_code_points() -> None:
    test = read('`Größe 👕` is "é" and b is 1')
    assert isinstance(test, ast.AllOf)
    assert [(part.span.start, part.span.end) for part in test.operands] == [(0, 16), (21, 27)]


def test_a_parenthesised_operand_belongs_to_its_chain() -> None:
    text = "(a is 1 or b is 2) and (c is 3)"
    tree = read(text)
    assert (tree.span.start, tree.span.end) == (0, len(text))


# --- past mistakes --------------------------------------------------------------------------------


def test_all_mistakes_are_told_at_once() -> None:
    text = "city contians 'x' and a is New York and (b is 1 && c > 1,000) and d is 4"
    found = parse(text).diagnostics
    assert [finding.code for finding in found] == ["E101", "E101", "E107", "E105"]


def test_what_could_be_read_is_kept_for_further_checks() -> None:
    result = parse("foo bar and cty is 'x'")
    assert result.tree is None
    assert result.readable is not None
    tree = result.readable.include
    assert isinstance(tree, ast.AllOf)
    assert [type(operand) for operand in tree.operands] == [ast.Everyone, ast.Test]


def test_at_most_twenty_mistakes_are_told() -> None:
    assert len(parse(" and ".join(["a b"] * 100)).diagnostics) == 20


@given(texts([*ACCEPTANCE, *ACCEPTED, *(text for text, _ in REJECTED)]))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_parser(text: str) -> None:
    result = parse(text)
    assert (result.tree is None) is bool(result.diagnostics)
    for finding in result.diagnostics:
        assert finding.severity is Severity.ERROR
        for span in (finding.span, *(fix.span for fix in finding.fixes)):
            assert 0 <= span.start <= span.end <= len(text)


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'a is "{"x" * 65_536}"', "at most 64 KiB"),
        (" and ".join(["a is 1"] * 501), "at most 500 conditions"),
        (f"{'(' * 21}a is 1{')' * 21}", "at most 20 deep"),
        (f"{'not ' * 21}a is 1", "at most 20 deep"),
        (f"{'not (' * 11}a is 1{')' * 11}", "at most 20 deep"),
        (f"a in ({', '.join('1' * 10_001)})", "at most 10,000 items"),
        (f"a is {'9' * 5_000}", "at most 38 digits"),
    ],
)
def test_texts_beyond_the_limits_are_refused(text: str, message: str) -> None:
    (finding,) = parse(text).diagnostics
    assert finding.code == "E108"
    assert message in finding.message


@pytest.mark.parametrize(
    "text",
    [
        " and ".join(["a is 1"] * 500),
        f"{'(' * 20}a is 1{')' * 20}",
        f"{'not (' * 10}a is 1{')' * 10}",
        f"a is {'9' * 38}",
    ],
)
def test_texts_within_the_limits_are_taken(text: str) -> None:
    assert parse(text).tree is not None


@pytest.mark.parametrize(
    "text",
    ["(" * 60_000, "not " * 16_000, '"' * 60_000, "/*" * 30_000, "`" * 60_000, ") " * 30_000],
)
def test_hostile_texts_are_answered(text: str) -> None:
    assert parse(text).diagnostics
