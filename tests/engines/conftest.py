"""Homes on every engine of the warehouse: the same data in, the same customer-360 out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Warehouse, open_warehouse
from tests.clickhouse_server import NAMES, serve
from tests.warehouse.builders import source_customers

NewHome = Callable[[str], Settings]

SERVERS = ("postgresql", "clickhouse")
"""Engines that must agree with the embedded one."""


def new_database(postgres: URL) -> URL:
    """Make an empty database."""
    name = f"warehouse_{uuid4().hex}"
    admin = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return postgres.set(database=name)


@pytest.fixture(scope="session")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], URL]]:
    """A ClickHouse server; each call names an installation that has nothing yet."""
    names = iter(NAMES)
    with serve(tmp_path_factory.mktemp("clickhouse")) as port:
        address = URL.create(
            "clickhousedb",
            username="default",
            host="127.0.0.1",
            port=port,
            query={"compress": "false"},
        )
        yield lambda: address.set(database=next(names))


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> NewHome:
    """Make the settings of an empty home on the engine of that name."""

    def make(engine: str) -> Settings:
        home = tmp_path_factory.mktemp(engine) / "home"
        if engine == "duckdb":
            return Settings(home=home)
        if engine == "clickhouse":
            url = request.getfixturevalue("clickhouse")()
        else:
            url = new_database(request.getfixturevalue("postgres"))
        return Settings(home=home, warehouse_url=url.render_as_string(hide_password=False))

    return make


@pytest.fixture(scope="module")
def postgres_settings(new_home: NewHome) -> Settings:
    """A database that the tests of a module share, since making one takes a second."""
    return new_home("postgresql")


@pytest.fixture
def warehouse(postgres_settings: Settings, tmp_path: Path) -> Iterator[Warehouse]:
    """A warehouse on PostgreSQL whose sources hold one customer and that has no build."""
    _empty(postgres_settings)
    opened = open_warehouse(postgres_settings)
    with opened.sources("ingest of the test") as sources, sources.connection.begin():
        source_customers.create(sources.connection)
        sources.connection.execute(source_customers.insert().values(customer_id="1", city="Rome"))
    yield opened
    opened.close()


def _empty(settings: Settings) -> None:
    assert settings.warehouse_url is not None
    engine = sa.create_engine(settings.warehouse_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for schema in sa.inspect(connection).get_schema_names():
            if schema.startswith("ampiq"):
                connection.execute(sa.schema.DropSchema(schema, cascade=True))
    engine.dispose()
