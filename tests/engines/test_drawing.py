"""Hashes by which rows and values are drawn: each engine has its own, and keeps to it."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.warehouse import Warehouse
from ampiq_gql.warehouse.functions import HASH_SHARE, DiscreteQuantiles, InHashShare, RowHash
from tests.engines.test_postgresql_builds import build
from tests.warehouse.builders import customers

ROWS = 20_000


def test_postgresql_draws_rows_by_a_seed(warehouse: Warehouse) -> None:
    build(warehouse, "b1", rows=100)

    def drawn(seed: int) -> list[tuple[object, ...]]:
        order = RowHash(sa.literal(seed, sa.BigInteger), customers.c.amperity_id, customers.c.city)
        with warehouse.read() as session:
            return session.rows(sa.select(customers.c.amperity_id).order_by(order).limit(10))

    assert drawn(1) == drawn(1) != drawn(2)


def test_postgresql_draws_a_share_of_the_values(warehouse: Warehouse) -> None:
    build(warehouse, "b1", rows=ROWS)
    share = sa.case((InHashShare(customers.c.amperity_id), customers.c.amperity_id))
    with warehouse.read() as session:
        ((found,),) = session.rows(sa.select(sa.func.count(sa.distinct(share))))
    expected = ROWS / HASH_SHARE
    assert abs(found - expected) < 5 * expected**0.5


def test_postgresql_takes_the_values_that_occur_as_quantiles(warehouse: Warehouse) -> None:
    build(warehouse, "b1", rows=10)
    with warehouse.read() as session:
        ((found,),) = session.rows(sa.select(DiscreteQuantiles(customers.c.spent, 5, 50, 95)))
        ((spent,),) = session.rows(
            sa.select(sa.func.array_agg(customers.c.spent, type_=sa.ARRAY(sa.Numeric)))
        )
    ordered = sorted(spent)
    assert list(found) == [ordered[0], ordered[4], ordered[9]]
