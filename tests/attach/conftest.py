"""A shop's database of its own on each engine, as the attached tables stand in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy.engine import URL

from ampiq_gql.attach import AttachMapping, AttachService
from ampiq_gql.progress import Silent
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import BuildInfo
from tests.attach.shops import ClickHouseShop, PostgreSQLShop, Shop
from tests.engines.conftest import clickhouse, new_database

__all__ = ["clickhouse"]

TODAY = date(2026, 6, 30)


@pytest.fixture(scope="module", params=["postgresql", "clickhouse"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """The database as its owner reaches it."""
    if request.param == "postgresql":
        server: URL = request.getfixturevalue("postgres")
        opened: PostgreSQLShop | ClickHouseShop = PostgreSQLShop(new_database(server))
    else:
        address: URL = request.getfixturevalue("clickhouse")()
        opened = ClickHouseShop(address, f"shop_of_{address.database}")
    with closing(opened):
        opened.fill()
        yield opened


@pytest.fixture
def theirs(shop: Shop) -> Shop:
    """The same, with its rows anew."""
    shop.fill()
    return shop


@pytest.fixture(scope="module")
def settings(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("attach") / "home"
    return Settings(home=home, warehouse_url=shop.url, keep_builds=9)


@pytest.fixture(scope="module")
def services(settings: Settings) -> Iterator[Services]:
    with closing(Services.open(settings)) as opened:
        yield opened


@pytest.fixture(scope="module")
def attaching(services: Services, settings: Settings) -> AttachService:
    return AttachService(services.warehouse, settings)


@pytest.fixture(scope="module")
def mapping(attaching: AttachService, shop: Shop) -> AttachMapping:
    return attaching.proposal(shop.schema).mapping()


@pytest.fixture(scope="module")
def first(attaching: AttachService, mapping: AttachMapping) -> BuildInfo:
    """What is attached once: attaching takes seconds, and tests change the rows behind alone."""
    return attaching.attach(mapping, TODAY, Silent()).build


@pytest.fixture
def attached(first: BuildInfo, services: Services, theirs: Shop) -> None:
    services.warehouse.use_build(first.id)


@pytest.fixture
def counted(services: Services) -> Callable[[str], int]:
    return lambda expression: services.insights.counted(expression).customers
