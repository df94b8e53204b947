"""What a build takes over from the one before is what a full build would make, value by value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ampiq_gql.build.mark import hash_of_loads
from ampiq_gql.build.models import BuildRules
from ampiq_gql.build.planning import Action, BuildPlan
from ampiq_gql.ingest import LoadMode, LoadService, SourceKind
from tests.build.incremental import FIRST_DAY, Built, Move, Shop, moves

LINES, ORDERS, HISTORY = (
    "unified_itemized_transactions", "unified_transactions", "transaction_attributes_extended",
)  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A built shop that nobody changes."""
    shop = Shop.started(tmp_path_factory.mktemp("base") / "home")
    yield shop
    shop.warehouse.close()


@pytest.fixture
def shop(base: Shop, tmp_path: Path) -> Iterator[Shop]:
    copied = base.copied(tmp_path / "home")
    yield copied
    copied.warehouse.close()


def full(shop: Shop, day: date, folder: Path) -> Built:
    """Build the same sources in a home that has no build."""
    other = Shop(folder / "full").with_sources_of(shop)
    built = other.build(day, is_full=True)
    other.warehouse.close()
    return built


def order(text: str, mode: LoadMode = LoadMode.UPSERT) -> Move:
    header = "order_id,customer_id,order_date,total,shipping,store\n"
    return Move(kind=SourceKind.ORDERS, content=header + text, mode=mode)


@settings(max_examples=2, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(changes=st.lists(moves, min_size=2, max_size=2))
def test_any_sequence_of_loads_builds_like_a_full_build(
    base: Shop, changes: Sequence[Move]
) -> None:
    with TemporaryDirectory(dir=base.settings.home.parent) as name:
        shop, day = base.copied(Path(name) / "home"), FIRST_DAY
        sums: dict[str, str] = {}
        for change in changes:
            shop.move(change)
            day += timedelta(days=change.later_days)
            sums = shop.build(day).sums
        assert sums == full(shop, day, Path(name)).sums
        shop.warehouse.close()


CUSTOMER = "customer_id,email,tier\n"
ITEM = "order_id,product_id,line_number,quantity,revenue,is_return\n"
CHANGES = (
    (
        # A person buys again, another has no order any more.
        order("o8,d1,2025-06-26,90,,s1\no9,d1,2025-06-27,90,,s0\ny20,,2025-06-26,1,,s1\n"),
        # One is new, one of another person on another day, one of nobody.
        order("o7,c0,2025-06-20,3,,s1\no1,c2,2025-06-03,8,2,s0\no0,,2025-06-01,5,1,s0\n"),
        Move(kind=SourceKind.ORDER_ITEMS, content=f"{ITEM}o1,p0,2,1,-3,yes\n"),
    ),
    (
        Move(kind=SourceKind.CUSTOMERS, content=f"{CUSTOMER}c9,z@x.com,\n"),
        order("y3,d4,2025-06-26,1,,s1\n"),
        Move(kind=SourceKind.ORDERS, content="order_id\no2\n", mode=LoadMode.DELETE),
    ),
    (
        Move(),  # takes the deletion back
        Move(kind=SourceKind.CUSTOMERS, content="customer_id\nc9\n", mode=LoadMode.DELETE),
    ),
)
"""Orders are touched by themselves, by their lines, by who is known; each tuple is built."""


def test_lines_orders_and_histories_are_made_in_part(shop: Shop, tmp_path: Path) -> None:
    """Of histories only scores depend on everyone: who buys again moves those of the others."""
    plans = []
    for changes in CHANGES:
        for change in changes:
            shop.move(change)
        built = shop.build(FIRST_DAY)
        plans.append(built.plan)
        in_part = (LINES, ORDERS, HISTORY, "purchase_measures", "ranked_measures")
        assert set(actions(built.plan, *in_part)) == {Action.INCREMENTAL}, changes
    assert actions(plans[0], "customer_360") == [Action.INCREMENTAL]
    assert built.sums == full(shop, FIRST_DAY, tmp_path).sums


def actions(plan: BuildPlan, *names: str) -> list[Action]:
    return [plan.action(name) for name in names]


def test_another_day_keeps_lines_and_people(shop: Shop, tmp_path: Path) -> None:
    day = FIRST_DAY + timedelta(days=3)
    built = shop.build(day)
    kept = (LINES, ORDERS, "merged_customers", "unified_product_catalog")
    assert actions(built.plan, *kept) == [Action.KEPT] * 4
    assert actions(built.plan, HISTORY) == [Action.ANEW]
    assert built.sums == full(shop, day, tmp_path).sums


def test_what_cannot_stand_is_made_anew_and_said(shop: Shop) -> None:
    plan = shop.plan(FIRST_DAY, BuildRules(new_days=7))
    assert plan.full_reason == "the rules of the build have changed"
    shop.move(Move(kind=SourceKind.PRODUCTS, content="product_id,category\np0,Tea\n"))
    told = {table.name: table.reason for table in shop.plan(FIRST_DAY).tables}
    assert told[LINES] == "sources.products, unified_product_catalog changed"


def test_rows_that_lie_behind_are_put_in_order_when_they_are_many(shop: Shop) -> None:
    rows = (f"n{number},c0,2025-06-20,3,,s1\n" for number in range(90))
    shop.move(order("".join(rows)))
    assert actions(shop.build(FIRST_DAY).plan, ORDERS) == [Action.INCREMENTAL]
    shop.move(order("o6,c0,2025-06-21,3,,s1\n"))
    assert actions(shop.plan(FIRST_DAY), LINES, ORDERS) == [Action.ANEW] * 2


OTHER_SOURCES = "the source tables are not those that the last build was made of"


def test_other_source_tables_are_noticed(shop: Shop) -> None:
    """Numbers of loads begin anew in new source tables: they must not be taken for the old."""
    (shop.settings.home / "sources.duckdb").unlink()
    shop.move(order("o9,c0,2025-06-20,3,,s1\n"))
    assert shop.plan(FIRST_DAY).full_reason == OTHER_SOURCES


def test_source_tables_of_a_backup_are_noticed(shop: Shop) -> None:
    """A load that was undone before the build stands in them, and is no newer than the build."""
    shop.move(order("o9,c0,2025-06-20,3,,s1\n"))
    (loaded,) = {load.number for load in LoadService(shop.warehouse).list()} - {1, 2, 3, 4}
    before = loads_up_to(shop, loaded), loads_up_to(shop, loaded + 1)
    shop.move(Move())
    after = loads_up_to(shop, loaded), loads_up_to(shop, loaded + 1)
    assert after[0] == before[0], "what is undone since is seen in the rows"
    assert after[1] != before[1]


def loads_up_to(shop: Shop, number: int) -> str:
    with shop.warehouse.sources("a test") as sources, sources.connection.begin():
        return hash_of_loads(sources.connection, number)


def test_a_build_goes_on_from_the_one_that_was_gone_back_to(shop: Shop, tmp_path: Path) -> None:
    """The text that no history had makes them all anew; no plan can know of it."""
    before = shop.warehouse.current_build()
    assert before is not None
    shop.move(order("o7,c0,2025-06-20,3,,another store\n"))
    shop.build(FIRST_DAY)
    shop.warehouse.use_build(before.id)
    shop.move(order("o8,c1,2025-06-21,3,,s1\n"))
    built = shop.build(FIRST_DAY)
    assert built.plan.former is not None
    assert built.plan.former.build_id == before.id
    assert actions(built.plan, HISTORY) == [Action.INCREMENTAL]
    assert built.sums == full(shop, FIRST_DAY, tmp_path).sums
