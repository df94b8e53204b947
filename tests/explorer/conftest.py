"""The explorer over the shop, with a store of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ampiq_gql.explorer import ExplorerService
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.warehouse import Warehouse, open_warehouse
from tests.shop import make_shop


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    opened = open_warehouse(make_shop(tmp_path_factory.mktemp("explorer") / "home"))
    yield opened
    opened.close()


@pytest.fixture
def services(tmp_path: Path, warehouse: Warehouse) -> Iterator[Services]:
    settings = Settings(home=tmp_path / "home")
    opened = Services.over(settings, Store.open(settings), warehouse)
    yield opened
    opened.delivery.close()
    opened.store.close()


@pytest.fixture
def explorer(services: Services) -> ExplorerService:
    return services.explorer
