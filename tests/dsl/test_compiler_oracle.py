"""For random expressions the database and the reference interpreter find the same customers."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dsl import AsOf, check, parse
from dsl.catalog import ListKind
from tests.dsl.expressions import segments
from tests.dsl.fixture import AS_OF, CATALOG, METADATA, Data, FixtureList, Warehouse, person
from tests.dsl.random_customers import customers_of
from tests.oracle.interpreter import Oracle, OracleTable

LOVERS = 'state is "chicago" or has purchased at least 2 times'
BUYERS = 'lifetime_order_frequency >= 1 exclude member of segment "Lovers"'
VIPS = sa.Table("vips", METADATA, sa.Column("amperity_id", sa.Uuid()))
LISTS = (FixtureList(name="vips.csv", kind=ListKind.FILE, selectable=VIPS),)
WITH_LISTS = CATALOG.with_segments(Lovers=LOVERS, Buyers=BUYERS).with_lists(*LISTS)
MEMBERS = [person(name) for name in ("p1", "p2", "p3", "stranger")]
SEEDS = st.integers(0, 3)
FEW = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def data_of(seed: int) -> Data:
    return customers_of(seed) | {"vips": [{"amperity_id": member} for member in MEMBERS]}


def refill(warehouse: Warehouse, seed: int) -> Data:
    """Give the warehouse the data of a seed, unless it holds them already."""
    data = data_of(seed)
    if warehouse.data != data:
        warehouse.fill(data)
    return data


def oracle(data: Data, as_of: AsOf) -> Oracle:
    tables = {
        table.name: OracleTable(
            grain=table.grain,
            types={column.name: column.type for column in table.columns},
            event_time=table.event_time_name,
            lookup_rank=table.lookup_rank,
        )
        for table in CATALOG.tables
    }
    trees = {"Lovers": parse(LOVERS).tree, "Buyers": parse(BUYERS).tree}
    known = {name: tree for name, tree in trees.items() if tree is not None}
    lists = {"vips.csv": frozenset(MEMBERS)}
    return Oracle(tables=tables, data=data, as_of=as_of, segments=known, lists=lists)


@given(text=segments(), seed=SEEDS, days=st.sampled_from([0, 0, 0, 45]))
@FEW
def test_the_database_and_the_interpreter_agree(
    warehouse: Warehouse, text: str, seed: int, days: int
) -> None:
    as_of = AsOf.on(AS_OF - timedelta(days=days))
    checked = check(text, WITH_LISTS, as_of)
    codes = {each.code for each in checked.diagnostics}
    assume(not codes & {"E306"})  # the ends of a random range may be reversed
    assert checked.segment is not None, (text, checked.diagnostics)
    assert checked.tree is not None
    data = refill(warehouse, seed)
    assert warehouse.ids(text, WITH_LISTS, as_of) == oracle(data, as_of).ids(checked.tree)


@given(text=segments(), seed=SEEDS)
@settings(FEW, max_examples=25)
def test_a_set_and_its_complement_are_everyone(warehouse: Warehouse, text: str, seed: int) -> None:
    readable = check(text, WITH_LISTS, AsOf.on(AS_OF))
    assume(readable.segment is not None and " exclude " not in text)
    refill(warehouse, seed)
    inside, outside = (warehouse.ids(each, WITH_LISTS) for each in (text, f"not ({text})"))
    assert not inside & outside
    assert inside | outside == warehouse.ids("everyone")
    assert warehouse.ids(f"everyone exclude {text}", WITH_LISTS) == outside
