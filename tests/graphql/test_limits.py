"""How much a document may ask: refused flat, quickly, and fragments followed."""

import time

import pytest
from graphql import parse

from ampiq_gql.graphql.limits import (
    MAX_ALIASES,
    MAX_BRACKETS,
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_DIRECTIVES,
    exceeded_limit,
    refused_text,
)


def nested(levels: int) -> str:
    return "{ a " * levels + "}" * levels


def aliased(count: int) -> str:
    return "{ " + " ".join(f"a{at}: x" for at in range(count)) + " }"


def fragment_bomb(levels: int, width: int) -> str:
    spreads = [" ".join([f"...F{level + 1}"] * width) for level in range(levels)]
    fragments = [
        f"fragment F{level} on Query {{ b{level}: x {spread} }}"
        for level, spread in enumerate(spreads)
    ]
    return "\n".join(["{ ...F0 }", *fragments, f"fragment F{levels} on Query {{ last: x }}"])


@pytest.mark.parametrize(
    ("document", "words"),
    [
        pytest.param(nested(MAX_DEPTH + 2), "nests too deeply", id="depth"),
        pytest.param(aliased(MAX_ALIASES + 1), "too many aliases", id="aliases"),
        pytest.param(
            "{ x " + "@include(if: true) " * (MAX_DIRECTIVES + 1) + "}",
            "too many directives",
            id="directives",
        ),
        pytest.param(fragment_bomb(10, 10), "too many aliases", id="fragment bomb"),
        pytest.param(
            "{ ...A } fragment A on Query { a { ...B } } fragment B on Query "
            + nested(MAX_DEPTH + 1),
            "nests too deeply",
            id="depth through fragments",
        ),
    ],
)
def test_a_document_over_a_limit_is_refused(document: str, words: str) -> None:
    refused = exceeded_limit(parse(document))
    assert refused is not None
    assert words in refused.message
    assert refused.actual > refused.limit


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(nested(MAX_DEPTH + 1), id="deepest"),
        pytest.param(aliased(MAX_ALIASES), id="most aliases"),
        pytest.param("{ __schema " + nested(MAX_DEPTH + 5) + "}", id="introspection"),
        pytest.param("{ ...A } fragment A on Query { x ...A }", id="fragment inside itself"),
        pytest.param("{ ...Gone }", id="unknown fragment"),
    ],
)
def test_a_document_within_the_limits_passes(document: str) -> None:
    assert exceeded_limit(parse(document)) is None


def test_a_fragment_bomb_is_refused_quickly() -> None:
    document = parse(fragment_bomb(10, 10))
    began = time.perf_counter()
    exceeded_limit(document)
    assert time.perf_counter() - began < 0.05


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        pytest.param("{x}" + " " * MAX_CHARACTERS, True, id="too long"),
        pytest.param("{" * (MAX_BRACKETS + 1), True, id="braces"),
        pytest.param("{x(a:" + "[" * (MAX_BRACKETS + 1), True, id="lists"),
        pytest.param('{x(a:"' + "{" * 100 + '")}', False, id="braces in a string"),
        pytest.param('{x(a:"""' + '{ " ' * 100 + '""")}', False, id="braces in a block string"),
        pytest.param("{x # " + "{" * 100 + "\n}", False, id="braces in a comment"),
    ],
)
def test_a_text_is_refused_before_it_is_parsed(text: str, is_refused: bool) -> None:
    assert (refused_text(text) is not None) == is_refused
