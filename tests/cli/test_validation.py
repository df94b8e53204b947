"""Builds that are refused, what was found, and what works, in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Ampiq

GOOD = "order_id,product_id,revenue,order_date,customer_id\no1,p1,5,2025-06-01,1\n"
LOST = "lost,p1,7,,1\n"
DAY = ("--as-of", "2025-06-30")
OVERRIDES = ("--override", "ord.orphan_order", "--override", "rec.source_c360")


@pytest.fixture
def loaded(ampiq: Ampiq, tmp_path: Path) -> Ampiq:
    """A home with lines, one of which no order dates."""
    file = tmp_path / "items.csv"
    file.write_text(GOOD + LOST)
    assert ampiq("ingest", file, "--as", "order-items").code == 0
    return ampiq


def test_the_report_of_a_good_build_ends_with_0(ampiq: Ampiq, shop_home: Path) -> None:
    ran = ampiq("validate", home=shop_home)
    assert (ran.code, ran.err) == (0, "")
    assert "noted id.null_orders  unified_transactions.amperity_id of shop: 6 of 300" in ran.out
    assert "0 errors, 0 overridden, 0 warnings" in ran.out
    assert "db.unique" not in ran.out
    assert "passed db.unique" in ampiq("validate", "--all", home=shop_home).out


def test_the_report_is_one_json_document(ampiq: Ampiq, shop_home: Path) -> None:
    report = ampiq("validate", "--json", home=shop_home).json
    found = next(one for one in report["results"] if one["id"] == "id.null_orders")
    assert (found["status"], found["failing"], found["share"]) == ("noted", "6", 0.02)
    assert "FROM c360.unified_transactions" in found["sql"]


def test_a_refused_build_lists_its_errors_and_the_way_out(loaded: Ampiq) -> None:
    ran = loaded("build", *DAY)
    assert (ran.code, ran.out) == (1, "")
    assert "error BUILD_CHECKS_FAILED" in ran.err
    assert "- ord.orphan_order on order-items: 1 of 1 rows. Load the orders" in ran.err
    assert "--override ord.orphan_order" in ran.err

    ran = loaded("validate")
    assert ran.code == 1
    assert "ampiq validate --refused" in ran.err

    ran = loaded("validate", "--refused")
    assert ran.code == 1
    assert "error ord.orphan_order  order-items: 1 of 1 rows (100.0%)" in ran.out
    assert "order_id, product_id: lost, p1" in ran.out
    assert ", not published: 2 errors" in ran.out


def test_an_override_publishes_and_is_shown(loaded: Ampiq) -> None:
    assert loaded("build", *DAY, *OVERRIDES, "--reason", "receipts of 2019").code == 0
    ran = loaded("validate")
    assert ran.code == 0
    assert "overridden ord.orphan_order" in ran.out
    assert ": receipts of 2019" in ran.out


@pytest.mark.parametrize(
    "options",
    [
        OVERRIDES,
        (*OVERRIDES, "--reason", " "),
        ("--reason", "just so"),
        (*OVERRIDES, *("--reason", "a") * 3),
    ],
)
def test_an_override_needs_its_reason(ampiq: Ampiq, options: tuple[str, ...]) -> None:
    ran = ampiq("build", *DAY, *options)
    assert ran.code == 2
    assert "--reason" in ran.err


def test_the_page_is_written(ampiq: Ampiq, shop_home: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    ran = ampiq("validate", "--html", page, home=shop_home)
    assert (ran.code, ran.out) == (0, "")
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>\n<html")
    ran = ampiq("validate", "--html", tmp_path / "no" / "report.html", home=shop_home)
    assert ran.code == 1
    assert "FILE_NOT_WRITTEN" in ran.err


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--build", "nothing"), "no report of a build 'nothing'"), (("--refused",), "not refused")],
)
def test_a_report_that_is_not_there_is_told(
    ampiq: Ampiq, shop_home: Path, options: tuple[str, ...], said: str
) -> None:
    ran = ampiq("validate", *options, home=shop_home)
    assert ran.code == 1
    assert said in ran.err


def test_before_the_first_build_there_is_no_report(ampiq: Ampiq) -> None:
    ran = ampiq("validate")
    assert ran.code == 1
    assert "NO_BUILD" in ran.err


def test_features_say_what_to_supply(ampiq: Ampiq, shop_home: Path) -> None:
    ran = ampiq("features", home=shop_home)
    assert ran.code == 0
    assert "segments: ready. Segments have all that they need." in ran.out
    assert "insights: degraded. Insights work, and would tell more with loyalty_id." in ran.out
    assert "merged_customers.loyalty_id" in ran.out
    found = {one["feature"]: one for one in ampiq("features", "--json", home=shop_home).json}
    assert found["predictions"]["state"] == "degraded"


def test_before_the_first_build_every_feature_is_missing(ampiq: Ampiq) -> None:
    states = {one["feature"]: one["state"] for one in ampiq("features", "--json").json}
    assert set(states.values()) == {"missing"}
