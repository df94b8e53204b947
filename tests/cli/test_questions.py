"""Questions from the shell: check, fmt, sql, count, export."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.terminal import Ampiq
from tests.shop import customers

SEATTLE = 'city is "Seattle"'


@pytest.mark.parametrize(
    "expression",
    [
        SEATTLE,
        "has purchased at least 3 times in last 90 days",
        "gender is null",
        'city is "Seattle" and has purchased at least 3 times in last 90 days'
        ' where (product_category is "socks")',
    ],
)
def test_an_expression_and_its_opposite_are_everyone(
    ampiq: Ampiq, shop_home: Path, expression: str
) -> None:
    counts = [
        int(ampiq("count", text, home=shop_home).out)
        for text in (expression, f"not ({expression})", "everyone")
    ]
    assert counts[0] + counts[1] == counts[2] == len(customers())


def test_count_as_json_says_of_what(ampiq: Ampiq, shop_home: Path) -> None:
    found = ampiq("count", SEATTLE, "--json", home=shop_home).json
    assert found.keys() == {"count", "as_of", "build_id", "diagnostics"}
    assert (found["count"], found["as_of"], found["diagnostics"]) == (11, "2026-06-30", [])


def test_count_can_be_of_another_day(ampiq: Ampiq, shop_home: Path) -> None:
    asked = ("count", "has purchased in last 30 days", "--json")
    found = ampiq(*asked, "--as-of", "2025-06-30", home=shop_home).json
    assert found["as_of"] == "2025-06-30"
    assert found["count"] != ampiq(*asked, home=shop_home).json["count"]


@pytest.mark.parametrize("command", ["check", "fmt", "sql", "count"])
def test_a_dash_reads_standard_input(ampiq: Ampiq, shop_home: Path, command: str) -> None:
    piped = ampiq(command, "-", home=shop_home, stdin=f"{SEATTLE}\n")
    assert piped.code == 0
    assert piped == ampiq(command, SEATTLE, home=shop_home)


def test_the_mark_that_editors_put_before_a_text_is_not_read(ampiq: Ampiq) -> None:
    assert ampiq("fmt", "-", stdin=f"\ufeff{SEATTLE}").out == f"{SEATTLE}\n"


def test_what_is_no_text_is_refused(ampiq: Ampiq) -> None:
    ran = ampiq("fmt", "-", stdin=f"{SEATTLE} \udcff")  # how Python reads a wrong byte
    assert (ran.code, ran.out) == (1, "")
    assert "not UTF-8 text from character 19 on. (standard input)" in ran.err


def test_check_says_ok(ampiq: Ampiq, shop_home: Path) -> None:
    assert ampiq("check", SEATTLE, home=shop_home).out == "ok\n"
    assert ampiq("check", SEATTLE, "--json", home=shop_home).json == {
        "ok": True,
        "formatted": SEATTLE,
        "diagnostics": [],
    }


def test_fmt_prints_the_canonical_form_and_keeps_it(ampiq: Ampiq) -> None:
    once = ampiq("fmt", "CITY   IS 'Seattle'".replace("'", '"'))
    assert (once.code, once.err) == (0, "")
    assert ampiq("fmt", once.out).out == once.out
    assert ampiq("fmt", once.out, "--json").json == {"formatted": once.out.rstrip("\n")}
    assert not ampiq.home.exists()


@pytest.mark.parametrize("dialect", ["duckdb", "postgresql"])
def test_sql_is_printed_for_an_engine(ampiq: Ampiq, shop_home: Path, dialect: str) -> None:
    shown = ampiq("sql", SEATTLE, "--dialect", dialect, home=shop_home)
    assert shown.out.startswith("SELECT")
    assert "'seattle'" in shown.out
    as_json = ampiq("sql", SEATTLE, "--dialect", dialect, "--json", home=shop_home).json
    assert as_json == {"dialect": dialect, "text": shown.out.rstrip("\n")}


def test_export_writes_the_members(ampiq: Ampiq, shop_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "seattle.csv"
    columns = ("--columns", "customer_id, email")
    ran = ampiq("export", SEATTLE, "--to", file, *columns, home=shop_home)
    assert (ran.code, ran.out) == (0, "")
    assert f"11 customers written to {file}" in ran.err
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["amperity_id", "customer_id", "email"]
    seattle = {one.customer_id: one.email or "" for one in customers() if one.city == "Seattle"}
    assert {row["customer_id"]: row["email"] for row in rows} == seattle


def test_export_as_json_says_what_was_written(
    ampiq: Ampiq, shop_home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "all.parquet"
    ran = ampiq("export", "everyone", "--to", file, "--columns", "city", "--json", home=shop_home)
    assert ran.json == {"file": str(file), "customers": 60, "columns": ["amperity_id", "city"]}
    assert pq.read_metadata(file).num_rows == 60


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["everyone", "--columns", "citty"], 1, "Did you mean 'city'?"),
        (["citty is null"], 1, "^^^^^"),
        (["--segment", "Nobody knows it"], 1, "SEGMENT_NOT_FOUND"),
        ([], 2, "--segment"),
        (["everyone", "--segment", "Both"], 2, "--segment"),
        (["everyone", "--as-of", "30.06.2026"], 2, "“30.06.2026” is not a day such as 2026-03-31"),
        (["everyone", "--as-of", "2026-02-30"], 2, "“2026-02-30” is not a day"),
        (["everyone", "--columns", "city,,email"], 2, "a name is missing between the commas"),
        (["everyone", "--columns", ""], 2, "--columns"),
    ],
)
def test_an_export_that_cannot_be_made_writes_nothing(
    ampiq: Ampiq, shop_home: Path, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    ran = ampiq("export", *arguments, "--to", tmp_path / "all.csv", home=shop_home)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["check", "count", "sql"])
def test_before_the_first_build_the_way_on_is_shown(ampiq: Ampiq, command: str) -> None:
    ran = ampiq(command, "everyone")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error NO_BUILD: ")
    assert str(ampiq.home) in ran.err  # another than was meant, more often than not
    assert "fix: " in ran.err
    assert "ampiq build" in ran.err
