"""docs/ingest.md: its files are written, its commands are run, what it prints is printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import ampiq as ampiq_fixture
from tests.cli.terminal import Ampiq

PAGE = Path(__file__).parents[2] / "docs" / "ingest.md"
BLOCK = re.compile(
    r"^```(?P<kind>\w+) ?(?P<name>\S*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
LOOKS_ONLY = ("--inspect", " list", " show ")

ampiq = ampiq_fixture


def test_the_page_tells_the_truth(ampiq: Ampiq, tmp_path: Path) -> None:
    run = 0
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if block["kind"] != "console":
            (tmp_path / block["name"]).write_text(block["text"], encoding="utf-8")
            continue
        for command in re.split(r"(?m)^\$ ", block["text"])[1:]:
            line, _, expected = command.partition("\n")
            ran = ampiq(*shlex.split(line)[1:])
            assert ran.code == 0, (line, ran.err)
            if not any(word in line for word in LOOKS_ONLY):
                assert ran.out == expected, line
            run += 1
    assert run >= 8


@pytest.mark.parametrize("mode", ["upsert", "append", "replace", "window", "delete"])
def test_every_mode_is_described(mode: str) -> None:
    assert f"| `{mode}` |" in PAGE.read_text(encoding="utf-8")
