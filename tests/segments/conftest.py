"""The segment service over the shop, with a store of its own for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ampiq_gql.segments import SaveSegment, SegmentService
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import Session, Warehouse, open_warehouse
from tests.shop import make_shop

Draft = Callable[..., SegmentRecord]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_shop(tmp_path_factory.mktemp("segments") / "home")


@pytest.fixture(scope="session")
def warehouse(shop: Settings) -> Iterator[Warehouse]:
    opened = open_warehouse(shop)
    yield opened
    opened.close()


@pytest.fixture
def session(warehouse: Warehouse) -> Iterator[Session]:
    with warehouse.read() as reader:
        yield reader


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(Settings(home=tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def service(store: Store, warehouse: Warehouse, shop: Settings) -> SegmentService:
    return SegmentService(store, warehouse, shop)


@pytest.fixture
def draft(service: SegmentService) -> Draft:
    """Save a draft, and make it active when asked."""

    def save(name: str, text: str = "everyone", *, active: bool = False) -> SegmentRecord:
        saved = service.save(SaveSegment(name=name, text=text), "ada")
        return service.activate(saved.id, "ada") if active else saved

    return save
