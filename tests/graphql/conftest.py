"""Homes and clients: one that all readers share, and one of its own for who writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.graphql.api import Api, open_api
from tests.shop import make_shop


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A client of a shop that nobody changes."""
    with open_api(make_shop(tmp_path_factory.mktemp("shared") / "home")) as api:
        yield api


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """A client of a shop of one's own."""
    with open_api(make_shop(tmp_path / "home")) as api:
        yield api
