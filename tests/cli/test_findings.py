"""Wrong expressions: a line with carets and a fix on standard error, nothing on standard output."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Ampiq

WRONG = (
    pytest.param('citty is "Seattle"', "citty", id="unknown column"),
    pytest.param('shoe_size >= "42"', '"42"', id="wrong type"),
    pytest.param(
        'city is "Seattle" or city is "Chicago" and gender is "F"', "and", id="mixed and/or"
    ),
    pytest.param('city is "Seattle', '"', id="unclosed string"),
)


@pytest.mark.parametrize("command", ["check", "count", "sql"])
@pytest.mark.parametrize(("expression", "marked"), WRONG)
def test_a_wrong_expression_is_marked_and_mended(
    ampiq: Ampiq, shop_home: Path, command: str, expression: str, marked: str
) -> None:
    ran = ampiq(command, expression, home=shop_home)
    assert (ran.code, ran.out) == (1, "")
    headline, source, carets, fix = ran.err.splitlines()[:4]
    assert headline.startswith("error E")
    assert source == f"  1 | {expression}"
    start, end = carets.index("^"), len(carets)
    assert marked in source[start:end]
    assert fix.startswith("  fix: ")


@pytest.mark.parametrize(("expression", "marked"), WRONG)
def test_every_fix_is_an_expression_that_is_right(
    ampiq: Ampiq, shop_home: Path, expression: str, marked: str
) -> None:
    ran = ampiq("check", expression, "--json", home=shop_home)
    assert (ran.code, ran.json["ok"]) == (1, False)
    finding = ran.json["diagnostics"][0]
    assert finding["severity"] == "error"
    assert finding["fixes"]
    for fix in finding["fixes"]:
        assert ampiq("check", fix["text"], home=shop_home).code == 0, fix


@pytest.mark.parametrize(("expression", "marked"), WRONG[2:])
def test_fmt_finds_what_can_be_found_without_data(
    ampiq: Ampiq, expression: str, marked: str
) -> None:
    ran = ampiq("fmt", expression)
    assert (ran.code, ran.out) == (1, "")
    assert "^" in ran.err
    assert not ampiq.home.exists()


def test_all_findings_are_shown_at_once(ampiq: Ampiq, shop_home: Path) -> None:
    ran = ampiq("check", 'citty is "x" and\nstatte is "y"', home=shop_home)
    assert [line for line in ran.err.splitlines() if line.startswith("error")] != []
    assert "1 | citty" in ran.err
    assert "2 | statte" in ran.err


def test_a_warning_goes_to_standard_error_only(ampiq: Ampiq, shop_home: Path) -> None:
    older = ("count", "l12m_order_frequency >= 1", "--as-of", "2026-01-31")
    ran = ampiq(*older, home=shop_home)
    assert ran.code == 0
    assert ran.out.strip().isdigit()
    assert ran.err.startswith("warning W211")
    assert ampiq(*older, "--json", home=shop_home).json["diagnostics"][0]["code"] == "W211"


def test_text_is_shown_as_it_was_typed(ampiq: Ampiq, shop_home: Path) -> None:
    """No markup, no emoji, no wrapping: the carets must stay below what they mark."""
    text = 'city is "[bold]:smile:[/bold]" and ' + "citty is null and " * 10 + "city is null"
    assert f"  1 | {text}\n" in ampiq("check", text, home=shop_home).err


@pytest.mark.parametrize("command", ["count", "sql", "fmt"])
def test_a_wrong_expression_as_json_is_one_document(
    ampiq: Ampiq, shop_home: Path, command: str
) -> None:
    ran = ampiq(command, 'city is "Seattle', "--json", home=shop_home)
    assert (ran.code, ran.err) == (1, "")
    problem = ran.json["error"]
    assert problem["code"] == "INVALID_EXPRESSION"
    assert [one["code"] for one in problem["diagnostics"]] == ["E102"]


@pytest.mark.parametrize(
    ("arguments", "code", "place"),
    [
        (["count", "everyone", "--as-of", "2026-01-01"], "NO_BUILD", "home"),
        (["export", "everyone", "--to", "all.txt"], "FILE_FORMAT_UNKNOWN", None),
        (["ingest", "no.csv", "--as", "orders"], "FILE_UNREADABLE", "no.csv"),
    ],
)
def test_what_is_wrong_is_one_document_too(
    ampiq: Ampiq, arguments: list[str], code: str, place: str | None
) -> None:
    ran = ampiq(*arguments, "--json")
    assert ran.code == 1
    assert ran.json["error"].keys() == {"code", "message", "hint", "place"}
    assert ran.json["error"]["code"] == code
    assert Path(ran.json["error"]["place"] or "").name == (place or "")
