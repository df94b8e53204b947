"""Rules of classification in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Ampiq


def test_rules_are_listed_set_and_reset(ampiq: Ampiq, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert "business_words" in ampiq("rules", "list", home=home).out
    ran = ampiq("rules", "set", "own_email_domains", "acme.com", home=home)
    assert (ran.code, ran.err.strip()) == (
        0, "own_email_domains is acme.com from the next build on.",
    )  # fmt: skip
    found = ampiq("rules", "set", "new_days", "12", "--json", home=home).json
    assert (found["value"], found["statedValue"], found["editedBy"] is None) == (12, 30, False)
    found = ampiq("rules", "reset", "new_days", "--json", home=home).json
    assert (found["value"], found["editedBy"]) == (30, None)


def test_a_wrong_rule_ends_with_1(ampiq: Ampiq, tmp_path: Path) -> None:
    ran = ampiq("rules", "set", "new_day", "12", home=tmp_path / "home")
    assert (ran.code, "Did you mean new_days" in ran.err) == (1, True)


def test_a_rule_without_a_value_is_shown_as_such(ampiq: Ampiq) -> None:
    ran = ampiq("rules", "reset", "consent_brand")
    assert ran.err.strip() == "consent_brand is (none) from the next build on."


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("churn_days", "1", "2", "3"), "churn_days: its number 4 is missing."),
        (("business_words", "inc", ""), "business_words: its word 2 is empty."),
        (("churn_days", "1", "2", "x", "4", "5"), "churn_days: at its place 3: "),
    ],
)
def test_a_wrong_value_is_told_in_words(ampiq: Ampiq, words: tuple[str, ...], told: str) -> None:
    ran = ampiq("rules", "set", *words)
    assert (ran.code, told in ran.err) == (1, True)
