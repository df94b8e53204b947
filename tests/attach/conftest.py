"""A shop's database of its own, as the attached tables stand in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from ampiq_gql.attach import AttachMapping, AttachService
from ampiq_gql.progress import Silent
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import BuildInfo
from tests.engines.conftest import new_database

TODAY = date(2026, 6, 30)
THEIRS = sa.MetaData()
CLIENTS = sa.Table(
    "clients", THEIRS,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("first_name", sa.String(40)),
    sa.Column("last_name", sa.String(40)),
    sa.Column("email", sa.Text),
    sa.Column("city", sa.Text),
    sa.Column("member_since", sa.Date),
)  # fmt: skip
ORDERS = sa.Table(
    "orders", THEIRS,
    sa.Column("order_id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.BigInteger),
    sa.Column("order_date", sa.DateTime(timezone=True)),
    sa.Column("total", sa.Numeric(10, 2)),
    sa.Column("channel", sa.Text),
)  # fmt: skip
ITEMS = sa.Table(
    "order_items", THEIRS,
    sa.Column("order_id", sa.Integer),
    sa.Column("product_id", sa.Text),
    sa.Column("quantity", sa.Integer),
    sa.Column("item_revenue", sa.Numeric(10, 2)),
    sa.Column("product_category", sa.Text),
)  # fmt: skip
PEOPLE = [
    (1, "Ada", "Byron", "ada@example.com", "Chicago"),
    (2, "Bob", "Ross", None, "Seattle"),
    (3, "Cy", "Young", "cy@example.com", None),
]
SALES = [  # order, customer, day, total, channel
    (10, 1, datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "30.00", "web"),
    (11, 1, datetime(2026, 1, 15, 12, 0, tzinfo=UTC), "20.50", "store"),
    (12, 2, datetime(2024, 3, 1, 12, 0, tzinfo=UTC), "5.00", "web"),
]
LINES = [
    (10, "p1", 2, "20.00", "socks"),
    (10, "p2", 1, "10.00", "shoes"),
    (11, "p1", 1, "20.50", "socks"),
    (12, "p3", 1, "5.00", "tacos"),
]


def _fill(engine: sa.Engine) -> None:
    """Put the rows in place of all others; the tables stay, since views may stand on them."""
    with engine.begin() as connection:
        THEIRS.create_all(connection)
        for table, rows in ((CLIENTS, PEOPLE), (ORDERS, SALES), (ITEMS, LINES)):
            names = list(table.c.keys())
            connection.execute(sa.delete(table))
            connection.execute(
                sa.insert(table), [dict(zip(names, row, strict=False)) for row in rows]
            )


@pytest.fixture(scope="module")
def engine(postgres: URL) -> Iterator[sa.Engine]:
    """The database as its owner reaches it."""
    address = new_database(postgres)
    opened = sa.create_engine(address.set(drivername="postgresql+psycopg"))
    _fill(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def theirs(engine: sa.Engine) -> sa.Engine:
    """The same, with its rows anew."""
    _fill(engine)
    return engine


@pytest.fixture(scope="module")
def settings(engine: sa.Engine, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return Settings(
        home=tmp_path_factory.mktemp("attach") / "home", warehouse_url=url, keep_builds=9
    )


@pytest.fixture(scope="module")
def services(settings: Settings) -> Iterator[Services]:
    with closing(Services.open(settings)) as opened:
        yield opened


@pytest.fixture(scope="module")
def attaching(services: Services, settings: Settings) -> AttachService:
    return AttachService(services.warehouse, settings)


@pytest.fixture(scope="module")
def mapping(attaching: AttachService) -> AttachMapping:
    return attaching.proposal("public")


@pytest.fixture(scope="module")
def first(attaching: AttachService, mapping: AttachMapping) -> BuildInfo:
    """What is attached once: attaching takes seconds, and tests change the rows behind alone."""
    return attaching.attach(mapping, TODAY, Silent()).build


@pytest.fixture
def attached(first: BuildInfo, services: Services, theirs: sa.Engine) -> None:
    services.warehouse.use_build(first.id)


@pytest.fixture
def counted(services: Services) -> Callable[[str], int]:
    return lambda expression: services.insights.counted(expression).customers
