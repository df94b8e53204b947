"""The command line as its entry point runs it, in this process; and a home for it to read."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from ampiq_gql.store import Store
from tests.cli.terminal import Ampiq
from tests.shop import make_shop


@pytest.fixture(scope="session")
def shop_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built home that nobody changes, its store included."""
    settings = make_shop(tmp_path_factory.mktemp("cli") / "home")
    Store.open(settings).close()
    return settings.home


@pytest.fixture
def ampiq(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Ampiq]:
    """Run commands in an empty folder, with a home of the test's own unless it says otherwise."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    yield Ampiq(monkeypatch, capsys, tmp_path / "home")
    # The command line points the log at a standard error that is gone after the test.
    structlog.reset_defaults()
