"""Rules of classification in the terminal."""

from __future__ import annotations

from pathlib import Path

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
