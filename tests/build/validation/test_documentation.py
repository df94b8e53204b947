"""The documentation lists the checks as they are, and every check is told in full sentences."""

from __future__ import annotations

from pathlib import Path

from ampiq_gql.build.validation.checks import CHECKS
from ampiq_gql.build.validation.documentation import checks_table
from ampiq_gql.settings import ValidationLimits

PAGE = Path(__file__).parents[3] / "docs" / "validation.md"


def test_the_page_lists_all_checks() -> None:
    assert checks_table() in PAGE.read_text("utf-8"), (
        'renew it: python -c "from ampiq_gql.build.validation.documentation import *;'
        ' print(checks_table())"'
    )


def test_the_page_names_every_setting() -> None:
    text = PAGE.read_text("utf-8")
    assert [name for name in ValidationLimits.model_fields if f"`{name}`" not in text] == []


def test_checks_are_told_in_full_sentences() -> None:
    for check in CHECKS:
        for text in (check.meaning, check.advice):
            assert text[0].isupper(), check.id
            assert text.endswith("."), check.id
            assert "|" not in text, check.id


def test_a_check_means_one_thing_in_one_place() -> None:
    places = [(check.id, check.place, check.column) for check in CHECKS]
    assert len(set(places)) == len(places)
