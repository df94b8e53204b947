"""What a build finds purchase lines to share with their order, and what it then lets us ask."""

from __future__ import annotations

from collections.abc import Callable
from uuid import NAMESPACE_URL, uuid5

import pytest
import sqlalchemy as sa

from ampiq_gql.build.order_columns import order_columns
from dsl.catalog import LINES_TABLE, ORDERS_TABLE, UNIVERSE_TABLE
from tests.build.house import House

NewHouse = Callable[..., House]
HEADER = "customer_id,order_id,order_date,product_id,revenue,channel,store,returned\n"
SHARED = {
    "amperity_id", "order_id", "order_datetime", "currency", "purchase_brand", "purchase_channel",
    "digital_channel", "store_id", "payment_method",
}  # fmt: skip


def shared(house: House, *lines: str) -> set[str]:
    """Build a shop of these lines; return the columns in which they are like their orders."""
    house.load(items=HEADER + "\n".join(lines))
    return set(house.build().build.order_columns)


@pytest.mark.parametrize(
    ("second_line", "differing"),
    [
        pytest.param("1,o1,2025-06-01,p2,1,web,S1,no", set(), id="alike"),
        pytest.param("1,o1,2025-06-02,p2,1,web,S1,no", {"order_datetime"}, id="another time"),
        pytest.param("1,o1,2025-06-01,p2,1,shop,S1,no", {"purchase_channel"}, id="a channel"),
        pytest.param("1,o1,2025-06-01,p2,1,,S1,no", {"purchase_channel"}, id="no channel"),
        pytest.param("1,o1,2025-06-09,p1,-1,web,S9,yes", set(), id="a later return elsewhere"),
    ],
)
def test_columns_are_shared_when_no_purchase_line_differs(
    new_house: NewHouse, second_line: str, differing: set[str]
) -> None:
    found = shared(new_house(), "1,o1,2025-06-01,p1,5,web,S1,no", second_line)
    assert found == SHARED - differing


def test_lines_of_nobody_known_are_not_asked(new_house: NewHouse) -> None:
    known = "1,o1,2025-06-01,p1,5,web,S1,no"
    nobody = (",o2,2025-06-01,p1,5,web,S1,no", ",o2,2025-06-07,p2,5,shop,S2,no")
    assert shared(new_house(), known, *nobody) == SHARED


def test_what_orders_say_of_all_their_lines_is_shared(new_house: NewHouse) -> None:
    house = new_house()
    house.load(
        orders="order_id,customer_id,order_date,store\no1,1,2025-06-01,S1\no2,1,2025-06-02,S2\n",
        items="order_id,product_id,revenue\no1,p1,9\no1,p2,5\no2,p1,7\n",
    )
    assert set(house.build().build.order_columns) == SHARED


def test_a_reader_knows_what_the_build_found(new_house: NewHouse) -> None:
    house = new_house()
    found = shared(house, "1,o1,2025-06-01,p1,5,web,S1,no", "1,o1,2025-06-01,p2,1,shop,S1,no")
    with house.warehouse.read() as session:
        assert set(session.build.order_columns) == found == SHARED - {"purchase_channel"}


def table(name: str, *columns: str) -> sa.Table:
    kinds = {"amperity_id": sa.Uuid(), "order_datetime": sa.DateTime(), "is_return": sa.Boolean()}
    kinds["is_cancellation"] = sa.Boolean()
    return sa.Table(
        name,
        sa.MetaData(),
        *(sa.Column(column, kinds.get(column, sa.Text())) for column in columns),
    )


@pytest.mark.parametrize(
    ("orders", "customers", "is_shared"),
    [
        pytest.param(["o1"], ["ann"], True, id="as it should be"),
        pytest.param(["o1", "o1"], ["ann"], False, id="an order twice"),
        pytest.param([], ["ann"], False, id="an order that is missing"),
        pytest.param(["o1"], ["bob"], False, id="a buyer who is no customer"),
    ],
)
def test_orders_stand_for_lines_only_where_each_is_one_row_of_a_customer(
    orders: list[str], customers: list[str], is_shared: bool
) -> None:
    """Errors of checks may be overridden, so nothing is taken for granted."""
    names = sorted(SHARED)
    made = {
        LINES_TABLE: table(LINES_TABLE, *names, "is_return", "is_cancellation"),
        ORDERS_TABLE: table(ORDERS_TABLE, *names),
        UNIVERSE_TABLE: table(UNIVERSE_TABLE, "amperity_id"),
    }
    ids = {name: uuid5(NAMESPACE_URL, name) for name in ("ann", "bob")}
    bought = {"order_id": "o1", "amperity_id": ids["ann"]}
    rows = {
        LINES_TABLE: [bought],
        ORDERS_TABLE: [bought | {"order_id": order} for order in orders],
        UNIVERSE_TABLE: [{"amperity_id": ids[name]} for name in customers],
    }
    with sa.create_engine("duckdb:///:memory:").begin() as connection:
        for name, target in made.items():
            target.create(connection)
            if rows[name]:
                connection.execute(target.insert(), rows[name])
        assert ("amperity_id" in order_columns(connection, made)) is is_shared
