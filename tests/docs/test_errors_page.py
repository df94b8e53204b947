"""The page of errors tells every code there is, its meaning and the way out."""

from __future__ import annotations

import re

import pytest

from ampiq_gql.graphql.faults import ErrorCode
from tests.docs.error_codes import ROOT, told_codes
from tests.docs.errors_page import TOP_LEVEL, errors_page

PAGE = ROOT / "docs" / "errors.md"
# Codes that people have written down in other pages.
WELL_KNOWN = {"SEGMENT_NAME_TAKEN", "REVISION_CONFLICT", "NO_BUILD", "E201", "W211", "LIST_IN_USE"}


def test_the_page_is_what_the_source_says(request: pytest.FixtureRequest) -> None:
    page = errors_page(told_codes())
    if request.config.getoption("--golden"):
        PAGE.write_text(page, encoding="utf-8")
    assert page == PAGE.read_text(encoding="utf-8"), "make golden writes the page anew"


def test_every_code_has_a_meaning() -> None:
    told = told_codes()
    assert told.keys() >= WELL_KNOWN
    assert [code for code, one in told.items() if not (one.messages or one.about)] == []


def test_every_code_of_errors_is_explained() -> None:
    assert TOP_LEVEL.keys() == set(ErrorCode)


def test_no_code_of_an_error_escapes_the_reader() -> None:
    """Whatever is raised with a text in capitals first is on the page."""
    raised = re.compile(r'raise \w+\(\s*"([A-Z]+(?:_[A-Z0-9]+)+)"')
    sources = [file for part in ("ampiq_gql", "plugins") for file in (ROOT / part).rglob("*.py")]
    found = {code for file in sources for code in raised.findall(file.read_text("utf-8"))}
    assert found
    assert found - told_codes().keys() == set()
