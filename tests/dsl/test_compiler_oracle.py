"""For random expressions the database and the reference interpreter find the same customers."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import sqlalchemy as sa
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from dsl import AsOf, check, parse
from dsl.catalog import ListKind
from tests.dsl.expressions import purchase_segments, segments
from tests.dsl.fixture import AS_OF, CATALOG, METADATA, Data, FixtureList, Warehouse, person
from tests.dsl.orders import FACTS, KEY, alike, shared_columns
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


@cache
def data_of(seed: int) -> Data:
    return customers_of(seed) | {"vips": [{"amperity_id": member} for member in MEMBERS]}


def refill(warehouse: Warehouse, data: Data) -> Data:
    """Give the warehouse these data, unless it holds them already."""
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
        for table in (*CATALOG.tables, *CATALOG.files)
    }
    trees = {"Lovers": parse(LOVERS).tree, "Buyers": parse(BUYERS).tree}
    known = {name: tree for name, tree in trees.items() if tree is not None}
    lists = {"vips.csv": frozenset(MEMBERS)}
    return Oracle(tables=tables, data=data, as_of=as_of, segments=known, lists=lists)


@given(text=segments(), seed=SEEDS, days=st.sampled_from([0, 0, 0, 45]))
@example(text="unified_loyalty.tier_expires_on in last 36 hours", seed=0, days=0)
@example(text="anniversary of latest_order_datetime on today + 30 years", seed=0, days=0)
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
    data = refill(warehouse, data_of(seed))
    assert warehouse.ids(text, WITH_LISTS, as_of) == oracle(data, as_of).ids(checked.tree)


@given(text=segments(), seed=SEEDS)
@settings(FEW, max_examples=25)
def test_a_set_and_its_complement_are_everyone(warehouse: Warehouse, text: str, seed: int) -> None:
    readable = check(text, WITH_LISTS, AsOf.on(AS_OF))
    assume(readable.segment is not None and " exclude " not in text)
    refill(warehouse, data_of(seed))
    inside, outside = (warehouse.ids(each, WITH_LISTS) for each in (text, f"not ({text})"))
    assert not inside & outside
    assert inside | outside == warehouse.ids("everyone")
    assert warehouse.ids(f"everyone exclude {text}", WITH_LISTS) == outside


ALIKE = {
    "all": FACTS,
    "not the channel": tuple(fact for fact in FACTS if fact != "purchase_channel"),
    "not the time": FACTS[1:],
}


@cache
def alike_data(seed: int, lines: str) -> Data:
    return alike(data_of(seed), ALIKE[lines], seed)


@given(
    text=purchase_segments(),
    seed=SEEDS,
    lines=st.sampled_from(list(ALIKE)),
    days=st.sampled_from([0, 0, 0, 45]),
)
@FEW
def test_orders_stand_for_their_lines_only_where_they_say_the_same(
    warehouse: Warehouse, text: str, seed: int, lines: str, days: int
) -> None:
    """The interpreter reads lines only; the catalog says what a build would find of the data."""
    as_of = AsOf.on(AS_OF - timedelta(days=days))
    data = refill(warehouse, alike_data(seed, lines))
    assert shared_columns(data) == {*KEY, *ALIKE[lines]}
    checked = check(text, built := CATALOG.with_order_columns(shared_columns(data)), as_of)
    assume("E306" not in {each.code for each in checked.diagnostics})
    assert checked.tree is not None
    assert warehouse.ids(text, built, as_of) == oracle(data, as_of).ids(checked.tree)
