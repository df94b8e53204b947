"""The commands about the installation itself: doctor, plugins, schema, and the help of all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ampiq_gql.cli.commands import COMMANDS
from tests.cli.terminal import Ampiq

SCHEMA = Path(__file__).parents[2] / "schema.graphql"


def test_doctor_finds_a_built_home_well(ampiq: Ampiq, shop_home: Path) -> None:
    ran = ampiq("doctor", "--json", home=shop_home)
    assert ran.code == 0
    assert {finding["what"] for finding in ran.json} >= {"Python", "home", "disk", "store", "build"}
    assert all(finding["is_well"] for finding in ran.json)


def test_doctor_tells_what_to_do_before_the_first_build(ampiq: Ampiq) -> None:
    ran = ampiq("doctor")
    rows = [line.split() for line in ran.out.splitlines()]
    assert ran.code == 1
    assert [row[1] for row in rows if row[:1] == ["mend"]] == ["build"]
    assert "ampiq build" in ran.out


def test_doctor_survives_a_broken_store(ampiq: Ampiq) -> None:
    ampiq.home.mkdir()
    (ampiq.home / "store.sqlite").write_text("no database", encoding="utf-8")
    ran = ampiq("doctor", "--json")
    assert ran.code == 1
    (store,) = [finding for finding in ran.json if finding["what"] == "store"]
    assert store["is_well"] is False
    assert store["fix"]


def test_doctor_names_a_key_that_is_too_short(
    ampiq: Ampiq, shop_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMPIQ_SECRET_KEY", "short")
    ran = ampiq("doctor", "--json", home=shop_home)
    assert ran.code == 1
    assert [one["what"] for one in ran.json if not one["is_well"]] == ["secret key"]


def test_doctor_tells_a_class_of_a_column_that_is_nowhere(
    ampiq: Ampiq, shop_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated = dict.fromkeys(("city", "customers.city", "merged_customers.citty"), "pii")
    monkeypatch.setenv("AMPIQ_COLUMN_CLASSES", json.dumps(stated))
    ran = ampiq("doctor", "--json", home=shop_home)
    (found,) = [one for one in ran.json if not one["is_well"]]
    assert (ran.code, found["what"]) == (1, "column classes")
    assert "“merged_customers.citty”" in found["found"]
    assert "did you mean merged_customers.city" in found["found"]


def test_doctor_never_cuts_off_what_it_says(
    ampiq: Ampiq, shop_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("AMPIQ_STORE_URL", "nonsense")
    ran = ampiq("doctor", home=shop_home)
    assert "fix: Write it like postgresql://user:password@host/database." in ran.out


def test_a_table_in_a_pipe_is_as_wide_as_it_need_be(
    ampiq: Ampiq, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    narrow = ampiq("plugins", "list").out
    monkeypatch.delenv("COLUMNS")
    assert len(narrow.splitlines()) > len(ampiq("plugins", "list").out.splitlines()) == 4


def test_our_own_plugins_are_listed(ampiq: Ampiq) -> None:
    listed = ampiq("plugins", "list", "--json").json
    assert {plugin["name"]: plugin["status"] for plugin in listed} == {
        "local_file": "active",
        "uploaded_list": "active",
    }
    assert "local_file" in ampiq("plugins", "list").out


def test_schema_prints_the_schema_that_is_in_the_repository(ampiq: Ampiq) -> None:
    assert ampiq("schema").out == SCHEMA.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_begins_with_its_line_in_the_list(ampiq: Ampiq, name: str) -> None:
    ran = ampiq(name, "--help")
    assert ran.code == 0
    assert COMMANDS[name].summary in " ".join(ran.out.split())


def test_help_lists_every_command_unabridged(ampiq: Ampiq) -> None:
    out = ampiq("--help").out
    assert "..." not in out.replace("[ARGS]...", "")
    for name, command in COMMANDS.items():
        assert name in out
        assert command.summary in out
