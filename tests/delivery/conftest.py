"""A store of its own for every test; a shop of its own only for those that change it."""

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
def store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty store whose tables are made."""
    home = tmp_path_factory.mktemp("store")
    Store.open(Settings(home=home)).close()
    return home / "store.sqlite"


@pytest.fixture
def home(store_file: Path, tmp_path: Path) -> Settings:
    (tmp_path / "home").mkdir()
    shutil.copy(store_file, tmp_path / "home")
    return Settings(home=tmp_path / "home")


@pytest.fixture
def own_shop(store_file: Path, tmp_path: Path) -> Settings:
    settings = make_shop(tmp_path / "home")
    shutil.copy(store_file, settings.home)
    return settings


@pytest.fixture
def house(home: Settings) -> Iterator[House]:
    with open_house(home) as opened:
        yield opened
