"""SQL from the shell: looked at, written to files, saved, run, and used in expressions."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ampiq_gql.segments import SaveSegment
from ampiq_gql.services import Services
from ampiq_gql.store import PageRequest, Store
from tests.cli.terminal import Ampiq
from tests.shop import customers, make_shop

CITIES = "SELECT city, count(*) AS n FROM merged_customers WHERE city IS NOT NULL GROUP BY city"
IN_CHICAGO = "SELECT amperity_id FROM merged_customers WHERE city = 'Chicago'"
CHICAGOANS = sum(customer.city == "Chicago" for customer in customers())


def test_rows_are_shown(ampiq: Ampiq, shop_home: Path) -> None:
    shown = ampiq("query", CITIES, home=shop_home)
    assert shown.code == 0
    assert ["Chicago", str(CHICAGOANS)] in [line.split() for line in shown.out.splitlines()]


def test_json_tells_which_columns_are_personal(ampiq: Ampiq, shop_home: Path) -> None:
    text = "SELECT email, city FROM merged_customers"
    found = ampiq("query", text, "--first", "2", "--json", home=shop_home).json
    assert found["columns"][0] == {"name": "email", "is_pii": True}
    assert (len(found["rows"]), found["isCut"], found["asOf"]) == (2, True, "2026-06-30")


def test_all_rows_go_to_a_file(ampiq: Ampiq, shop_home: Path, tmp_path: Path) -> None:
    text = "SELECT customer_id, city FROM merged_customers"
    for name in ("all.csv", "all.parquet"):
        assert ampiq("query", text, "--to", tmp_path / name, home=shop_home).code == 0
    rows = csv.DictReader((tmp_path / "all.csv").read_text("utf-8").splitlines())
    assert {row["customer_id"] for row in rows} == {one.customer_id for one in customers()}
    assert pq.read_metadata(tmp_path / "all.parquet").num_rows == len(customers())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT emial FROM merged_customers", "SQL_COLUMN_UNKNOWN"),
        ("SELECT * FROM read_csv('/etc/passwd')", "SQL_CONSTRUCT_REFUSED"),
        ("DROP TABLE merged_customers", "SQL_NOT_ONE_SELECT"),
    ],
)
def test_what_is_refused_ends_with_1(ampiq: Ampiq, shop_home: Path, text: str, code: str) -> None:
    refused = ampiq("query", text, home=shop_home)
    assert (refused.code, refused.out) == (1, "")
    assert code in refused.err


def test_a_saved_query_becomes_a_list(ampiq: Ampiq) -> None:
    make_shop(ampiq.home)
    saved = ampiq("queries", "save", "Chicago", IN_CHICAGO, "--key", "amperity_id", "--json")
    assert saved.json["status"] == "NOT_RUN"
    assert ampiq("queries", "run", "Chicago").err == (
        f"Chicago is completed: {CHICAGOANS} rows, {CHICAGOANS} customers\n"
    )
    assert ampiq("count", 'member of query "Chicago"').out == f"{CHICAGOANS}\n"
    (listed,) = json.loads(ampiq("queries", "list", "--json").out)
    assert (listed["name"], listed["last_run"]["customers"]) == ("Chicago", CHICAGOANS)
    again = ampiq("queries", "save", "Chicago", IN_CHICAGO + " AND email IS NOT NULL")
    assert again.code == 0
    said = [
        ampiq("queries", "save", "Chicago", IN_CHICAGO, *option, "--json").json["refreshes"]
        for option in (["--refreshes"], [], ["--no-refreshes"])
    ]
    assert said == [True, True, False]
    assert ampiq("queries", "delete", "Chicago").code == 0
    assert ampiq("count", 'member of query "Chicago"').code == 1


def test_a_build_runs_the_queries_that_follow_it_and_shows_what_fails(ampiq: Ampiq) -> None:
    make_shop(ampiq.home)
    for name, key in (("Follows", "amperity_id"), ("Fails", "email")):
        ampiq("queries", "save", name, IN_CHICAGO, "--key", key, "--refreshes")
    built = ampiq("build", "--as-of", "2026-07-01")
    assert built.code == 0
    assert 'query "Follows" was run again' in built.err
    assert 'warning: query "Fails" keeps its former result' in built.err
    assert ampiq("build", "--as-of", "2026-07-01", "--json").json["queries"] == [
        {"name": "Fails", "status": "FAILED", "problem": 'The result has no column "email".'}
    ]
    (listed,) = ampiq("queries", "list", "--status", "completed", "--json").json
    assert (listed["name"], listed["last_run"]["as_of"]) == ("Follows", "2026-07-01")
    ampiq("queries", "save", "Follows", IN_CHICAGO, "--most-rows", "1")
    refused = ampiq("queries", "run", "Follows")
    assert (refused.code, "QUERY_ROWS_UNEXPECTED" in refused.err) == (1, True)
    assert ampiq("queries", "list", "--search", "fail", "--json").json[0]["name"] == "Fails"


def test_a_query_that_a_segment_names_stays(ampiq: Ampiq) -> None:
    settings = make_shop(ampiq.home)
    ampiq("queries", "save", "Chicago", IN_CHICAGO, "--key", "amperity_id")
    ampiq("queries", "run", "Chicago")
    with closing(Services.open(settings)) as services:
        windy = SaveSegment(name="Windy", text='member of query "Chicago"')
        services.segments.save(windy, "ada")
    refused = ampiq("queries", "delete", "Chicago")
    assert (refused.code, "Windy" in refused.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "column"),
    [
        (["query", "SELECT '=1+1' AS formula"], "formula"),
        (["export", "everyone", "--columns", "phone"], "phone"),
    ],
)
def test_files_are_safe_for_spreadsheets_and_written_down(
    ampiq: Ampiq, tmp_path: Path, arguments: list[str], column: str
) -> None:
    settings = make_shop(ampiq.home)
    files = {"safe": tmp_path / "safe.csv", "verbatim": tmp_path / "verbatim.csv"}
    assert ampiq(*arguments, "--to", files["safe"]).code == 0
    assert ampiq(*arguments, "--to", files["verbatim"], "--verbatim").code == 0
    safe, verbatim = (
        {row[column] for row in csv.DictReader(file.read_text("utf-8").splitlines())}
        for file in files.values()
    )
    assert safe == {f"'{text}" if text[:1] in ("=", "+") else text for text in verbatim} != verbatim
    with closing(Store.open(settings)) as store, store.read() as work:
        log = work.audit.list_page(PageRequest()).items
    assert [one.actor for one in log if one.action.endswith(".download")] == ["local", "local"]
