"""`ampiq attach` from the shell: proposed, written, attached, asked."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
import yaml

from ampiq_gql.attach import read_mapping
from ampiq_gql.errors import Invalid
from tests.attach.shops import Shop
from tests.cli.terminal import Ampiq


@pytest.fixture
def ampiq(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Ampiq]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    yield Ampiq(monkeypatch, capsys, tmp_path / "home")
    structlog.reset_defaults()


def test_a_database_is_attached_and_asked(
    ampiq: Ampiq, theirs: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = theirs.url
    file = tmp_path / "shop.yaml"
    looked = ampiq("attach", url, "--schema", theirs.schema, "--inspect", "--map", file)
    assert (looked.code, "clients.first_name" in looked.out) == (0, True)
    written = yaml.safe_load(file.read_text("utf-8"))
    assert written["tables"]["unified_transactions"]["from"] == "orders"
    made = ampiq("attach", url, "--map", file, "--as-of", "2026-06-30")
    assert (made.code, "as of 2026-06-30" in made.out) == (0, True)
    assert "AMPIQ_WAREHOUSE_URL" in made.err
    monkeypatch.setenv("AMPIQ_WAREHOUSE_URL", url)
    assert ampiq("count", "has purchased in last 6 months").out == "1\n"
    assert "insights" in ampiq("features").out
    for command in (["tables"], ["builds", "list"], ["doctor"]):
        ran = ampiq(*command)
        assert ran.code == 0, ran
    validated = ampiq("validate")
    assert validated.code in (0, 1), validated
    refused = ampiq("attach", url, "--schema", "nowhere")
    assert (refused.code, '"nowhere" holds no tables' in refused.err) == (1, True)


def test_an_embedded_warehouse_has_nothing_to_attach(ampiq: Ampiq) -> None:
    refused = ampiq("attach")
    assert (refused.code, "ATTACH_UNSUPPORTED" in refused.err) == (1, True)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is no such file"),
        ("{", "it is no YAML"),
        ("tables: []", "tables"),
        ("version: 2\ntables: {}", "version"),
        ("tables: {x: {form: y, columns: {}}}", "tables.x"),
    ],
)
def test_a_mapping_that_cannot_be_read_is_refused(
    tmp_path: Path, content: str | None, reason: str
) -> None:
    file = tmp_path / "shop.yaml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(Invalid) as caught:
        read_mapping(file)
    assert (caught.value.code, reason in caught.value.message) == ("ATTACH_MAPPING_INVALID", True)
