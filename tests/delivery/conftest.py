"""A shop of its own for every test, with the store's tables already made."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from tests.delivery.house import House, open_house
from tests.shop import make_shop


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = make_shop(tmp_path_factory.mktemp("delivery") / "home")
    Store.open(settings).close()
    return settings.home


@pytest.fixture
def home(furnished: Path, tmp_path: Path) -> Settings:
    shutil.copytree(furnished, tmp_path / "home")
    return Settings(home=tmp_path / "home")


@pytest.fixture
def house(home: Settings) -> Iterator[House]:
    with open_house(home) as opened:
        yield opened
