"""A real store in a fresh home, on SQLite and on PostgreSQL: every law holds on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.schema import CreateSchema, DropSchema

from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.store.base import new_id


def new_database(postgres: URL) -> URL:
    """Make an empty database."""
    name = f"store_{new_id()}"
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return postgres.set(database=name)


@pytest.fixture(scope="session")
def emptied_database(postgres: URL) -> Iterator[Engine]:
    """A database that each test finds empty, since making one takes a second."""
    engine = create_engine(new_database(postgres))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """An installation whose store does not exist yet."""
    if request.param == "sqlite":
        return Settings(home=tmp_path / "home")
    engine: Engine = request.getfixturevalue("emptied_database")
    with engine.begin() as connection:
        connection.execute(DropSchema("public", cascade=True))
        connection.execute(CreateSchema("public"))
    return Settings(home=tmp_path / "home", store_url=str(engine.url))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A store for a module whose tests only read what one fixture of theirs has written."""
    is_server = request.param == "postgresql"
    url = str(new_database(request.getfixturevalue("postgres"))) if is_server else None
    opened = Store.open(Settings(home=tmp_path_factory.mktemp("store"), store_url=url))
    yield opened
    opened.close()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store.open(settings)
    yield opened
    opened.close()
