"""The examples of the reference are expressions, written as the formatter writes them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dsl.formatter import format_segment
from dsl.parser import parse

_PAGE = Path(__file__).parents[2] / "docs" / "language.md"
EXAMPLES = re.findall(r"```segment\n(.*?)\n```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_canonical(example: str) -> None:
    result = parse(example)
    assert result.tree is not None, result.diagnostics
    assert format_segment(result.tree) == example
