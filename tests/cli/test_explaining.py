"""Why a customer is classified so, in the terminal."""

from __future__ import annotations

from pathlib import Path

from tests.cli.terminal import Ampiq


def test_all_flags_are_told_with_their_reasons(ampiq: Ampiq, shop_home: Path) -> None:
    ran = ampiq("explain", "c000", home=shop_home)
    assert ran.code == 0
    told = {line.split()[0]: line for line in ran.out.splitlines() if line.strip()}
    assert " true " in told["contactable_email"]
    assert " unknown " in told["is_employee"]


def test_one_flag_is_one_json_document(ampiq: Ampiq, shop_home: Path) -> None:
    found = ampiq("explain", "c059", "--flag", "is_purchaser", "--json", home=shop_home).json
    (flag,) = found["flags"]
    assert (flag["name"], flag["value"]) == ("is_purchaser", False)
    assert flag["why"] == "There are no orders up to the day of the build."


def test_an_unknown_customer_ends_with_1(ampiq: Ampiq, shop_home: Path) -> None:
    ran = ampiq("explain", "nobody", home=shop_home)
    assert (ran.code, "CUSTOMER_UNKNOWN" in ran.err) == (1, True)
