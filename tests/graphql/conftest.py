"""Clients: one that all readers share, one with a store of its own, and one with data of its own.

Opening the data costs far more than a store does, so tests that write to the store alone share
them; tests that add to the data, or break them, take `whole`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ampiq_gql.graphql.context import RequestContext
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.warehouse import Warehouse, open_warehouse
from tests.graphql.api import Api, api_over, open_api
from tests.shop import make_shop


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The data of a shop that nobody changes."""
    warehouse = open_warehouse(make_shop(tmp_path_factory.mktemp("data") / "home"))
    yield warehouse
    warehouse.close()


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an empty store."""
    home = tmp_path_factory.mktemp("new") / "home"
    Store.open(Settings(home=home)).close()
    return home


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A client of a shop that nobody changes."""
    with open_api(make_shop(tmp_path_factory.mktemp("shared") / "home")) as api:
        yield api


@pytest.fixture
def api(tmp_path: Path, new_home: Path, data: Warehouse) -> Iterator[Api]:
    """A client with a store of its own, over data that others read too."""
    settings = Settings(home=tmp_path / "home")
    shutil.copytree(new_home, settings.home)
    services = Services.over(settings, Store.open(settings), data)
    with api_over(services) as api:
        yield api
    services.delivery.close()
    services.store.close()


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Api]:
    """A client of a shop all of its own."""
    with open_api(make_shop(tmp_path / "home")) as api:
        yield api


@pytest.fixture
def restrict(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Take the right to personal data from whoever asks from now on.

    Nothing over HTTP takes it yet: every caller has it until there are roles.
    """
    whole = RequestContext.__init__

    def limited(self: RequestContext, **fields: Any) -> None:
        whole(self, **fields | {"may_read_pii": False})

    return lambda: monkeypatch.setattr(RequestContext, "__init__", limited)


@pytest.fixture
def restricted(restrict: Callable[[], None]) -> None:
    """Let whoever asks be without the right to personal data."""
    restrict()
