"""Histories, labels and samples are the same numbers on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from ampiq_gql.predict.features import Examples, read_examples
from ampiq_gql.predict.framing import Stack
from ampiq_gql.predict.roster import Draws, bound_for
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Warehouse, open_warehouse
from tests.predict.builders import Order, Simulation, at, publish_build
from tests.warehouse.builders import source_customers

CUTOFF = at("2026-07-01")


@pytest.fixture
def server(postgres: URL, tmp_path: Path) -> Iterator[Warehouse]:
    name = f"predict_{uuid4().hex}"
    admin = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    admin.dispose()
    url = postgres.set(database=name).render_as_string(hide_password=False)
    opened = open_warehouse(Settings.load(home=tmp_path / "server", warehouse_url=url))
    with opened.sources("tests") as sources, sources.connection.begin():
        source_customers.create(sources.connection)  # a build needs sources, whatever they are
    yield opened
    opened.close()


def sampled(warehouse: Warehouse, bought: list[Order]) -> Examples:
    """Read a sample of about half of the customers, in several chunks."""
    publish_build(warehouse, bought, as_of=date(2026, 12, 31))
    with warehouse.read() as session:
        draws = Draws(session, seed=1, chunk_customers=25)
        counted = draws.rows_by_draw(Stack(cutoffs=(CUTOFF,), window_days=400))
        roster = draws.roster(bound_for(counted, sum(counted.values()) // 2))
        return read_examples(
            session, cutoff=CUTOFF, window_days=400, horizon_days=90, roster=roster
        )


def test_a_sample_is_read_to_the_same_bytes(warehouse: Warehouse, server: Warehouse) -> None:
    bought = [
        Order(
            customer=order.customer,
            at=order.at,
            revenue=order.revenue,
            store=f"store {number % 3}",
            discount=number % 5,
            returned_at=order.at + timedelta(days=9) if number % 7 == 0 else None,
            returned=order.revenue / 2 if number % 7 == 0 else 0,
            canceled_at=order.at + timedelta(days=2) if number % 11 == 0 else None,
        )
        for number, order in enumerate(Simulation(customers=150, days=600).orders(date(2025, 1, 1)))
    ]
    ours, theirs = sampled(warehouse, bought), sampled(server, bought)
    assert 30 < len(ours.customers) < 100
    assert ours.customers.names == theirs.customers.names
    columns: tuple[Callable[[Examples], object], ...] = (
        lambda read: read.customers.ids.tobytes(),
        lambda read: read.customers.features.tobytes(),
        lambda read: read.customers.last_day.tobytes(),
        lambda read: read.labels.orders.tobytes(),
        lambda read: read.labels.spend.tobytes(),
    )
    for column in columns:
        assert column(ours) == column(theirs)
