"""What a build finds purchase lines to share with their order, and what it then lets us ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
import sqlalchemy as sa

from ampiq_gql.build.order_columns import order_columns
from dsl.catalog import LINES_TABLE, ORDERS_TABLE, UNIVERSE_TABLE
from tests.build.house import House

NewHouse = Callable[..., House]
Row = dict[str, Any]
SHARED = {
    "amperity_id", "order_id", "order_datetime", "currency", "purchase_brand", "purchase_channel",
    "digital_channel", "store_id", "payment_method",
}  # fmt: skip
KINDS = {
    "amperity_id": sa.Uuid(),
    "order_datetime": sa.DateTime(),
    "is_return": sa.Boolean(),
    "is_cancellation": sa.Boolean(),
}
ANN, BOB = (uuid5(NAMESPACE_URL, name) for name in ("ann", "bob"))
ORDER: Row = {
    **dict.fromkeys(sorted(SHARED)),
    "amperity_id": ANN,
    "order_id": "o1",
    "order_datetime": datetime.fromisoformat("2025-06-01"),
    "purchase_channel": "web",
}
LINE = ORDER | {"is_return": None, "is_cancellation": False}
LATER = {"order_datetime": datetime.fromisoformat("2025-06-09"), "store_id": "S9"}


def found(
    lines: Sequence[Row], orders: Sequence[Row] = (ORDER,), customers: Sequence[object] = (ANN,)
) -> set[str]:
    """Return the columns that are found to be shared in tables of these rows."""
    rows: dict[str, Sequence[Row]] = {
        LINES_TABLE: lines,
        ORDERS_TABLE: orders,
        UNIVERSE_TABLE: [{"amperity_id": id_} for id_ in customers],
    }
    heads = {LINES_TABLE: LINE, ORDERS_TABLE: ORDER, UNIVERSE_TABLE: ("amperity_id",)}
    tables = {
        name: sa.Table(
            name, sa.MetaData(), *(sa.Column(one, KINDS.get(one, sa.Text())) for one in head)
        )
        for name, head in heads.items()
    }
    with sa.create_engine("duckdb:///:memory:").begin() as connection:
        for name, table in tables.items():
            table.create(connection)
            if rows[name]:
                connection.execute(table.insert(), list(rows[name]))
        return set(order_columns(connection, tables))


@pytest.mark.parametrize(
    ("second_line", "differing"),
    [
        pytest.param({}, set(), id="alike"),
        pytest.param(LATER, {"order_datetime", "store_id"}, id="another time and store"),
        pytest.param({"purchase_channel": "shop"}, {"purchase_channel"}, id="another channel"),
        pytest.param({"purchase_channel": None}, {"purchase_channel"}, id="no channel"),
        pytest.param(LATER | {"is_return": True}, set(), id="a return"),
        pytest.param(LATER | {"is_cancellation": True}, set(), id="a cancellation"),
        pytest.param(LATER | {"amperity_id": None}, set(), id="nobody known"),
    ],
)
def test_columns_are_shared_when_no_purchase_line_differs(
    second_line: Row, differing: set[str]
) -> None:
    assert found([LINE, LINE | second_line]) == SHARED - differing


@pytest.mark.parametrize(
    ("orders", "customers"),
    [
        pytest.param([ORDER, ORDER], [ANN], id="an order twice"),
        pytest.param([], [ANN], id="an order that is missing"),
        pytest.param([ORDER | {"amperity_id": BOB}], [ANN, BOB], id="an order of another person"),
        pytest.param([ORDER], [BOB], id="a buyer who is no customer"),
    ],
)
def test_orders_stand_for_lines_only_where_each_is_one_row_of_its_customer(
    orders: Sequence[Row], customers: Sequence[object]
) -> None:
    """Errors of checks may be overridden, so nothing is taken for granted."""
    assert "amperity_id" not in found([LINE], orders, customers)


def test_a_reader_knows_what_the_build_found(new_house: NewHouse) -> None:
    house = new_house()
    house.load(
        orders="order_id,customer_id,order_date,store\no1,1,2025-06-01,S1\no2,1,2025-06-02,S2\n",
        items="order_id,product_id,revenue,channel\no1,p1,9,web\no1,p2,5,shop\no2,p1,7,web\n",
    )
    house.build()
    with house.warehouse.read() as session:
        assert set(session.build.order_columns) == SHARED - {"purchase_channel"}
