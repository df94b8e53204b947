"""Kept builds in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.store.paging import PageRequest
from tests.cli.terminal import Ampiq

ORDERS = "order_id,customer_id,order_date,total\no1,1,2025-06-01,5\n"


@pytest.fixture
def built(ampiq: Ampiq, tmp_path: Path) -> Ampiq:
    """A home with two builds."""
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS)
    assert ampiq("ingest", file, "--as", "orders").code == 0
    for day in ("2025-06-29", "2025-06-30"):
        assert ampiq("build", "--as-of", day).code == 0
    return ampiq


def ids(ampiq: Ampiq) -> list[str]:
    return [build["id"] for build in ampiq("builds", "list", "--json").json]


def test_builds_are_listed_with_what_tells_them_apart(built: Ampiq) -> None:
    newest, oldest = built("builds", "list", "--json").json
    assert (newest["is_current"], oldest["is_current"]) == (True, False)
    assert (newest["info"]["as_of"], oldest["info"]["as_of"]) == ("2025-06-30", "2025-06-29")
    assert newest["info"]["row_counts"]["unified_transactions"] == 1
    assert newest["size_bytes"] > 0
    ran = built("builds", "list")
    assert ran.code == 0
    assert [part for part in ran.out.split() if part in ("current", "clean")] == [
        "current", "clean", "clean",
    ]  # fmt: skip


def test_an_older_build_is_shown_again_and_the_log_says_by_whom(built: Ampiq) -> None:
    newest, oldest = ids(built)
    ran = built("builds", "use", oldest)
    assert (ran.code, ran.out) == (0, f"build {oldest} as of 2025-06-29 is the current one\n")
    assert [build["is_current"] for build in built("builds", "list", "--json").json] == [
        False, True,
    ]  # fmt: skip
    store = Store.open(Settings(home=built.home))
    with store.begin() as work:
        (entry,) = work.audit.list_page(PageRequest(first=10), target_type="build").items
    store.close()
    assert (entry.action, entry.target_id, entry.details) == (
        "build.use", oldest, {"before": newest},
    )  # fmt: skip


def test_the_current_build_stays_and_another_goes(built: Ampiq) -> None:
    newest, oldest = ids(built)
    ran = built("builds", "drop", newest)
    assert ran.code == 1
    assert "BUILD_IS_CURRENT" in ran.err
    ran = built("builds", "drop", oldest)
    assert (ran.code, ran.out) == (0, f"build {oldest} is gone\n")
    assert ids(built) == [newest]


@pytest.mark.parametrize("command", ["use", "drop"])
def test_an_unknown_build_is_told(built: Ampiq, command: str) -> None:
    ran = built("builds", command, "nothing")
    assert ran.code == 1
    assert "No build 'nothing' is kept." in ran.err
    assert "ampiq builds list" in ran.err


def test_the_plan_shows_the_graph_in_build_order(built: Ampiq, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text("order_id,customer_id,order_date,total\no2,1,2025-06-02,7\n")
    assert built("ingest", file, "--as", "orders").code == 0
    ran = built("build", "--plan", "--as-of", "2025-06-30", "--json")
    tables = {table["name"]: table for table in ran.json["tables"]}
    names = list(tables)
    for name, table in tables.items():
        assert all(names.index(read) < names.index(name) for read in table["reads"])
    assert tables["unified_transactions"]["action"] == "incremental"
    assert tables["unified_transactions"]["former_rows"] == 1
    assert tables["sources.orders"]["reason"] == "some rows have changed"
    assert (ran.json["full_reason"], ran.json["is_current"]) == (None, False)
    assert len(ids(built)) == 2  # nothing was built

    ran = built("build", "--plan", "--full")
    assert ran.code == 0
    assert ran.out.startswith("a full build: a full build was asked for\n")
    assert "  └ sources.order_items, sources.orders, sources.products" in ran.out
    assert "anew         1 rows" in ran.out


def test_a_full_build_is_made_although_nothing_has_changed(built: Ampiq) -> None:
    day = ("--as-of", "2025-06-30", "--json")
    assert built("build", *day).json["skipped"] is True
    assert built("build", *day, "--full").json["skipped"] is False
