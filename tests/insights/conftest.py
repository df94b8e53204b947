"""The services over the shop that nobody changes; insights start with an empty cache each time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ampiq_gql.insights import CustomerService, InsightService
from ampiq_gql.segments import SegmentService
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.warehouse import Warehouse, open_warehouse
from tests.shop import make_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_shop(tmp_path_factory.mktemp("insights") / "home")


@pytest.fixture(scope="session")
def warehouse(shop: Settings) -> Iterator[Warehouse]:
    opened = open_warehouse(shop)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def segments(shop: Settings, warehouse: Warehouse) -> Iterator[SegmentService]:
    store = Store.open(shop)
    yield SegmentService(store, warehouse, shop)
    store.close()


@pytest.fixture
def insights(warehouse: Warehouse, segments: SegmentService, shop: Settings) -> InsightService:
    return InsightService(warehouse, segments, shop)


@pytest.fixture
def customers(warehouse: Warehouse, segments: SegmentService) -> CustomerService:
    return CustomerService(warehouse, segments)
