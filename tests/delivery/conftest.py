"""A shop of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ampiq_gql.settings import Settings
from tests.delivery.house import House, open_house
from tests.shop import make_shop


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return make_shop(tmp_path / "home")


@pytest.fixture
def house(home: Settings) -> Iterator[House]:
    with open_house(home) as opened:
        yield opened
