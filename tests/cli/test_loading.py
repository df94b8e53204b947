"""Files in, customer-360 out: what is loaded, what is refused, and that the totals add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Ampiq, Ran
from tests.shop import SHOP_DAY, write_shop_files

BROKEN = (
    b"order_id,customer_id,order_datetime,order_revenue\n"  # line 1
    b"o1,c1,2026-05-01 10:00:00,10.00\n"
    b"o2,c1,2026-31-99 10:00:00,11.00\n"  # 3: no such day
    b",c2,2026-05-03 10:00:00,12.00\n"  # 4: no order
    b"o4,c2,2026-05-04 10:00:00\n"  # 5: a field is missing
    b"o5,c\xff\xfe,2026-05-05 10:00:00,13.00\n"  # 6: not UTF-8
    b"o6,c3,2026-05-06 10:00:00,14.00\n"
)
BAD_LINES = [3, 4, 5, 6]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes(BROKEN)
    return path


def test_good_rows_are_loaded_and_bad_ones_kept_with_line_and_reason(
    ampiq: Ampiq, broken: Path
) -> None:
    ran = ampiq("ingest", broken, "--as", "orders", "--json")
    report = ran.json
    assert ran.code == 0
    assert report["rows_read"] == 6
    assert report["rows_quarantined"] == len(BAD_LINES)
    totals = (report["rows_loaded"], report["rows_quarantined"], report["rows_duplicate"])
    assert sum(totals) == report["rows_read"]
    rows = ampiq("quarantine", "show", str(report["load_number"]), "--json").json
    assert [row["line"] for row in rows] == BAD_LINES
    assert all(row["message"] and row["rule"] for row in rows)


def test_bad_rows_are_a_warning_for_people(ampiq: Ampiq, broken: Path) -> None:
    ran = ampiq("ingest", broken, "--as", "orders")
    assert ran.code == 0
    assert ran.out == "2 of 6 rows loaded, 0 merged, 4 quarantined\n"
    assert "warning: " in ran.err
    assert "orders.csv line " in ran.err
    assert "ampiq quarantine show 1" in ran.err


def test_strict_loads_nothing(ampiq: Ampiq, broken: Path) -> None:
    ran = ampiq("ingest", broken, "--as", "orders", "--strict")
    assert (ran.code, ran.out) == (1, "")
    assert "nothing was loaded" in ran.err
    again = ampiq("ingest", broken, "--as", "orders", "--json").json
    assert again["rows_read"] == 6  # it was not kept as loaded


def test_a_file_is_loaded_once(ampiq: Ampiq, broken: Path) -> None:
    ampiq("ingest", broken, "--as", "orders")
    again = ampiq("ingest", broken, "--as", "orders")
    assert again.code == 0
    assert again.out.startswith("0 of 0 rows loaded")
    assert again.err == f"{broken} was loaded before and is skipped\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["missing.csv", "--as", "orders"], 1, "missing.csv"),
        (["orders.csv", "--as", "ordres"], 2, "ordres"),
        (["--as", "orders"], 2, "FILE"),
    ],
)
def test_what_cannot_be_loaded_is_told(
    ampiq: Ampiq, broken: Path, arguments: list[str], code: int, said: str
) -> None:
    ran = ampiq("ingest", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def _load_shop(ampiq: Ampiq, folder: Path) -> None:
    for kind, file in write_shop_files(folder).items():
        assert ampiq("ingest", file, "--as", kind.value, "--source", "shop").code == 0


def _build(ampiq: Ampiq, *options: str) -> Ran:
    return ampiq("build", "--as-of", SHOP_DAY.isoformat(), *options)


def test_a_build_makes_what_has_been_loaded_into_tables_and_is_not_made_twice(
    ampiq: Ampiq, tmp_path: Path
) -> None:
    _load_shop(ampiq, tmp_path / "files")
    first = _build(ampiq, "--json").json
    assert first["build"]["as_of"] == "2026-06-30"
    assert {"name": "customer_360", "rows": 60} in first["tables"]
    assert first["skipped"] is False
    assert ampiq("count", "everyone").out == "60\n"

    again = _build(ampiq)
    assert again.out == f"build {first['build']['id']} is up to date: nothing has changed\n"

    of_another_day = ampiq("build", "--as-of", "2026-06-29")
    rows = [line.split() for line in of_another_day.out.splitlines()]
    assert ["customer_360", "60"] in rows
    assert "as of 2026-06-29 in " in of_another_day.out


def test_progress_is_a_line_per_step_where_nobody_watches(ampiq: Ampiq, broken: Path) -> None:
    err = ampiq("ingest", broken, "--as", "orders").err
    assert "Reading orders.csv: " in err
    assert "\r" not in err
    assert "\x1b" not in err
