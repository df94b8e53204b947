"""Checks and statistics that a build takes over from the one before are those of a full build."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from ampiq_gql.build.validation.carrying import PassGroups, carried
from ampiq_gql.ingest import LoadMode, SourceKind
from tests.build.incremental import FIRST_DAY, Checked, Move, Shop

ORDER = "order_id,customer_id,order_date,total,shipping,store\n"
ITEM = "order_id,product_id,line_number,quantity,revenue,is_return\n"


def load(kind: SourceKind, content: str, mode: LoadMode = LoadMode.UPSERT) -> Move:
    return Move(kind=kind, content=content, mode=mode)


MOVES = (
    # A line of nobody's product, one that is bought back, an order of nobody.
    load(SourceKind.ORDER_ITEMS, f"{ITEM}o1,,3,1,4,no\no0,p0,3,1,-3,yes\nx7,p1,1,-2,5,no\n"),
    load(SourceKind.ORDERS, f"{ORDER}o7,,2025-06-20,3,,\no1,c2,2025-07-30,8,2,s0\n"),
    load(SourceKind.ORDERS, "order_id\no2\nx9\n", LoadMode.DELETE),
    Move(),  # takes the deletion back
    load(SourceKind.CUSTOMERS, "customer_id,email,tier\nc9,z@x,\n"),
    # What is undone before the next build leaves no trace: the rows stand as if they were new.
    load(SourceKind.ORDER_ITEMS, f"{ITEM}o0,p0,1,1,9,no\n"),
    Move(),
)
"""Rows that fail checks come, change and go."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop that was built and checked once, and that nobody changes."""
    shop = Shop.loaded(tmp_path_factory.mktemp("checked") / "home")
    shop.built_and_checked(FIRST_DAY)
    yield shop
    shop.warehouse.close()


@pytest.fixture
def shop(base: Shop, tmp_path: Path) -> Iterator[Shop]:
    copied = base.copied(tmp_path / "home")
    yield copied
    copied.warehouse.close()


def in_full(shop: Shop, folder: Path) -> Checked:
    """Build the same sources in a home that has no build."""
    other = Shop(folder / "full").with_sources_of(shop)
    built = other.built_and_checked(FIRST_DAY, is_full=True)
    other.warehouse.close()
    return built


def test_what_was_counted_is_carried_from_build_to_build(shop: Shop, tmp_path: Path) -> None:
    for moves in (MOVES[:3], MOVES[3:]):
        for move in moves:
            shop.move(move)
        built = shop.built_and_checked(FIRST_DAY)
    expected = in_full(shop, tmp_path)
    assert built.findings() == expected.findings()
    assert built.profiles == expected.profiles
    assert built.order_columns == expected.order_columns
    assert sum(one.failing > 0 for one in built.report.results) > 10


GROUP = (("shop",), (Decimal(5), Decimal(1), Decimal(5)))
OTHER = (("desk",), (Decimal(2), Decimal(), Decimal(2)))


@pytest.mark.parametrize(
    ("gone", "come", "expected"),
    [
        pytest.param((), (), (GROUP,), id="nothing moved"),
        pytest.param((GROUP,), (), (), id="all rows of a source went"),
        pytest.param(
            (),
            (OTHER,),
            (GROUP, OTHER),
            id="rows of another source came",
        ),
    ],
)
def test_groups_are_carried_by_adding(
    gone: PassGroups, come: PassGroups, expected: PassGroups
) -> None:
    assert carried((GROUP,), gone, come) == expected


def test_nothing_is_written_as_where_it_was_counted() -> None:
    """A sum of money that has become nothing has no places left."""
    money = ((("shop",), (Decimal("5.0000"), Decimal(2))),)
    gone = ((("shop",), (Decimal("5.0000"), Decimal(1))),)
    ((_, figures),) = carried(money, gone, ())
    assert [str(figure) for figure in figures] == ["0", "1"]
