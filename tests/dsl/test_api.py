"""The public face of the language, and what it may not know."""

from __future__ import annotations

import subprocess
import sys

import pytest

import dsl
from dsl import AsOf, check
from tests.dsl.fixture import AS_OF, CATALOG

PUBLIC = """
AsOf Checked Diagnostic Fix ParseResult Resolution ResolvedSegment SegmentKey SegmentReference
Severity Span check compile_ids definition_hash format_segment has_errors locate parse render
resolve
"""


def test_the_public_names_are_these() -> None:
    assert sorted(dsl.__all__) == sorted(PUBLIC.split())
    assert all(hasattr(dsl, name) for name in dsl.__all__)


def test_the_language_imports_no_server_and_no_database() -> None:
    code = (
        "import sys, dsl\n"
        "strangers = {'ampiq_gql', 'strawberry', 'starlette', 'duckdb', 'psycopg', 'plugins'}\n"
        "print(sorted(strangers & set(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert output.stdout.decode().strip() == "[]"


def test_a_good_text_is_read_formatted_hashed_and_resolved() -> None:
    checked = check('city = "Chicago"  exclude has purchased', CATALOG, AsOf.on(AS_OF))
    assert checked.formatted == 'include city is "Chicago" exclude has purchased'
    assert checked.tree is not None
    assert checked.definition_hash == dsl.definition_hash(checked.tree)
    assert checked.segment is not None
    assert checked.diagnostics == ()


@pytest.mark.parametrize("text", ["", "city is (", "city and or", 'city is "x', "\x00", "{" * 99])
def test_a_text_that_cannot_be_read_has_findings_and_no_segment(text: str) -> None:
    checked = check(text, CATALOG, AsOf.on(AS_OF))
    assert checked.diagnostics
    assert (checked.tree, checked.formatted, checked.segment) == (None, None, None)


def test_warnings_leave_the_segment_usable() -> None:
    checked = check("predicted_score = 0.5", CATALOG, AsOf.on(AS_OF))
    assert [each.code for each in checked.diagnostics] == ["W305"]
    assert checked.segment is not None
