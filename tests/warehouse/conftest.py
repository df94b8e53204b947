"""A warehouse in a temporary home, and builds of a few rows in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.schema import CreateTable

from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import BuildInfo, Warehouse, open_warehouse
from tests.warehouse.builders import build_info, fill, source_customers

Build = Callable[..., BuildInfo]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(home=tmp_path / "home")


@pytest.fixture
def empty_warehouse(settings: Settings) -> Iterator[Warehouse]:
    warehouse = open_warehouse(settings)
    yield warehouse
    warehouse.close()


@pytest.fixture
def warehouse(empty_warehouse: Warehouse) -> Warehouse:
    """A warehouse whose sources hold one customer and that has no build."""
    with empty_warehouse.sources("ingest of the test") as opened:
        opened.connection.execute(CreateTable(source_customers))
        opened.connection.execute(source_customers.insert().values(customer_id="1", city="Rome"))
        opened.connection.commit()
    return empty_warehouse


@pytest.fixture
def build(warehouse: Warehouse) -> Build:
    """Make and publish a build: `build("b1", city="Rome", rows=3)`."""

    def make(build_id: str, *, city: str = "Rome", rows: int = 3) -> BuildInfo:
        with warehouse.start_build(build_info(build_id)) as writer:
            fill(writer.connection, city, rows)
            return writer.publish()

    return make
