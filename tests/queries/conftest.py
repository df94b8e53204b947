"""The query service over the shop, with a store of its own for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ampiq_gql.queries import QueryService, SaveQuery
from ampiq_gql.segments import FolderService, SaveSegment, SegmentService
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.store.queries import QueryRecord
from ampiq_gql.warehouse import Warehouse, open_warehouse
from tests.shop import make_shop

Active = Callable[..., QueryRecord]
Segment = Callable[[str, str], object]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_shop(tmp_path_factory.mktemp("queries") / "home")


@pytest.fixture(scope="session")
def warehouse(shop: Settings) -> Iterator[Warehouse]:
    opened = open_warehouse(shop)
    yield opened
    opened.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(Settings(home=tmp_path / "store"))
    yield opened
    opened.close()


@pytest.fixture
def queries(store: Store, warehouse: Warehouse, shop: Settings) -> QueryService:
    return QueryService(store, warehouse, SegmentService(store, warehouse, shop), shop)


@pytest.fixture
def segments(store: Store, warehouse: Warehouse, shop: Settings) -> SegmentService:
    return SegmentService(store, warehouse, shop)


@pytest.fixture
def folders(store: Store) -> FolderService:
    return FolderService(store)


@pytest.fixture
def segment(segments: SegmentService) -> Segment:
    """Save a segment of a name and an expression."""
    return lambda name, text: segments.save(SaveSegment(name=name, text=text), "ada")


@pytest.fixture
def active(queries: QueryService) -> Active:
    """Save a query and make it active."""

    def save(text: str, **properties: object) -> QueryRecord:
        wanted = SaveQuery(text=text, **({"name": "Big spenders"} | properties))  # type: ignore[arg-type]  # named by each test
        return queries.activate(queries.save(wanted, "ada").id, "ada")

    return save
