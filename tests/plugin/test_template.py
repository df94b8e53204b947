"""Names with variables."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.plugin import NameTemplate

NOW = datetime(2026, 3, 7, 8, 5, 9)  # noqa: DTZ001 - a wall clock
KNOWN = frozenset({"campaign_name", "segment_name"})


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{campaign_name}}", "Spring"),
        ("{{ campaign_name }}-{{segment_name}}", "Spring-"),
        ("{{now}}", "2026-03-07"),
        ("{{now|format}}", "2026-03-07"),
        ("{{now|format:'yyyyMMdd-HHmmss'}}", "20260307-080509"),
        ("{{now|format:'%Y dd'}}", "%Y 07"),
        ("no variables", "no variables"),
    ],
)
def test_variables_are_filled_in(template: str, expected: str) -> None:
    assert NameTemplate(template).render({"campaign_name": "Spring"}, now=NOW) == expected


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{{campaign_name}} {{now}}", None),
        ("{{campaing}}", "{{campaing}} is not a variable"),
        ("{{campaign_name", "not closed"),
        ("{{campaign_name|upper}}", "not closed or not spelled"),
    ],
)
def test_problems_are_told(template: str, problem: str | None) -> None:
    found = NameTemplate(template).problem(KNOWN)
    assert found is None if problem is None else problem in (found or "")


@given(st.text())
def test_no_text_breaks_the_template(text: str) -> None:
    template = NameTemplate(text)
    template.problem(KNOWN)
    template.render({}, now=NOW)
