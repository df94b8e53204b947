"""Trees as JSON: all the way there and back, and the identity of definitions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from dsl import ast
from dsl.parser import parse
from dsl.tree_json import TreeJsonError, definition_hash, from_json, to_json
from tests.dsl.corpus import ACCEPTANCE, ACCEPTED
from tests.dsl.strategies import segments


def tree(text: str) -> ast.Segment:
    found = parse(text).tree
    assert found is not None
    return found


def through_text(data: dict[str, Any]) -> dict[str, Any]:
    again: dict[str, Any] = json.loads(json.dumps(data))
    return again


@pytest.mark.parametrize("number", range(1, len(ACCEPTANCE) + 1))
def test_the_acceptance_expressions_have_their_tree(
    number: int, golden: Callable[[str, str], None]
) -> None:
    text = json.dumps(to_json(tree(ACCEPTANCE[number - 1])), indent=1, ensure_ascii=False)
    golden(f"dsl/expressions/{number:02}.json", text + "\n")


@pytest.mark.parametrize("text", [*ACCEPTANCE, *ACCEPTED])
def test_the_corpus_comes_back_with_its_spans(text: str) -> None:
    assert from_json(through_text(to_json(tree(text)))) == tree(text)


@given(segments())
@settings(max_examples=25, deadline=None)
def test_every_tree_comes_back(random: ast.Segment) -> None:
    assert ast.same(from_json(through_text(to_json(random))), random)


def test_an_empty_include_is_everyone() -> None:
    assert ast.same(from_json({"v": 1, "op": "segment", "include": None}), tree("everyone"))


def test_a_group_of_one_is_that_one() -> None:
    (operand,) = [to_json(tree("a is 1"))["include"]]
    data = {"v": 1, "op": "segment", "include": {"op": "all", "operands": [operand]}}
    assert ast.same(from_json(data), tree("a is 1"))


# --- definitions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        'city   is  "Chicago" and revenue >= 5',
        'city is exactly "Chicago"\n-- a comment\nand revenue is at least 5.00',
        "include (((city is 'Chicago'))) and (revenue ≥ 5)",
    ],
)
def test_the_same_definition_has_the_same_hash(text: str) -> None:
    assert definition_hash(tree(text)) == definition_hash(
        tree('city is "Chicago" and revenue >= 5')
    )


@pytest.mark.parametrize(
    "text",
    [
        'city is "chicago" and revenue >= 5',
        'revenue >= 5 and city is "Chicago"',
        'city is "Chicago" or revenue >= 5',
        'city is "Chicago" and revenue >= 5.01',
        'city is "Chicago" and revenue >= $5',
    ],
)
def test_another_definition_has_another_hash(text: str) -> None:
    assert definition_hash(tree(text)) != definition_hash(
        tree('city is "Chicago" and revenue >= 5')
    )


def test_the_hash_does_not_change_from_one_release_to_the_next() -> None:
    assert definition_hash(tree("everyone")) == (
        "182d7b741daed5be3b493b51bdd7ab3f7235c08f05ba57d22e967d46b263cc1d"
    )


# --- what is refused ------------------------------------------------------------------------------


def changed(text: str, *path: str | int, to: object) -> dict[str, Any]:
    """The JSON of a text with one part changed."""
    data = through_text(to_json(tree(text)))
    place: Any = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return data


NAME = ("include", "operand", "column", "column", "text")
VALUE = ("include", "predicate", "value")
DEEP: dict[str, Any] = {"op": "everyone"}
for _ in range(300):
    DEEP = {"op": "not", "operand": DEEP}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"v": 2}, "version 2 is not 1"),
        ({"v": 1, "op": "all", "operands": []}, "fields"),
        (changed("a is 1", "include", to={"op": "nonsense"}), "'nonsense' is no part"),
        (changed("a is 1", "include", "extra", to=1), "'extra'"),
        (changed("a is 1", "include", to={"op": "any", "operands": []}), "this group is empty"),
        (changed("a is 1", "include", to={"op": "string", "value": "x"}), "StringLiteral has no"),
        (changed("a is 1", *VALUE, "value", to=5), "int has no place here"),
        (changed("a is 1", *VALUE, "value", to="NaN"), "str has no place here"),
        (changed("a is 1", *VALUE, "value", to="9" * 39), "str has no place here"),
        (changed("d is 2026-01-01", *VALUE, "value", to="1/1/26"), "is no date"),
        (
            changed("d is 2026-01-01T10:00", *VALUE, "value", to="2026-01-01T10:00Z"),
            "no expression",
        ),
        (changed("a is 1", "include", "predicate", "operator", to="=="), "is no Comparison"),
        (changed("a is 1", "include", "span", to=[1]), "two offsets"),
        (changed("a is 1", *NAME, to="a is 1 or b"), "no expression can say this"),
        (changed("`a` is 1", *NAME, to="a` is 1 or `b"), "no expression can say this"),
        (changed("a is 1", "include", to=DEEP), "nested too deep"),
        (changed("a in (1)", "include", "predicate", "values", to=[]), "no expression"),
    ],
)
def test_what_is_no_tree_is_refused(data: dict[str, Any], message: str) -> None:
    with pytest.raises(TreeJsonError, match=message):
        from_json(data)
