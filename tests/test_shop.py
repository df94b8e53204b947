"""The shop that other tests rely on is what it says it is."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa

from ampiq_gql.warehouse import BUILD_SCHEMA, open_warehouse
from tests import shop


def test_the_shop_never_changes() -> None:
    kinds = Counter(
        "return" if line.is_return else "cancellation" if line.is_cancellation else "purchase"
        for line in shop.lines()
    )
    assert kinds == {"purchase": 584, "return": 35, "cancellation": 13}
    assert len(shop.orders()) == 300
    revenue = sum(line.item_revenue for line in shop.lines() if line.is_purchase)
    assert revenue == Decimal("32706.50")


def test_it_holds_what_tests_look_for() -> None:
    buyers = {order.customer_id for order in shop.orders()}
    assert None in buyers
    assert len({customer.customer_id for customer in shop.customers()} - buyers) == 9
    assert {order.order_datetime.date() for order in shop.orders()} >= {shop.SHOP_DAY}
    assert {order.purchase_channel for order in shop.orders()} == {"online", "store", "phone"}


def test_every_row_of_the_files_is_in_the_built_shop(tmp_path: Path) -> None:
    warehouse = open_warehouse(shop.make_shop(tmp_path / "home"))
    with warehouse.read() as session:
        found = {
            table: session.rows(
                sa.select(sa.func.count()).select_from(sa.table(table, schema=BUILD_SCHEMA))
            )[0][0]
            for table in ("customer_360", "unified_transactions", "unified_itemized_transactions")
        }
        build = session.build
    warehouse.close()
    assert list(found.values()) == [len(shop.customers()), len(shop.orders()), len(shop.lines())]
    assert build.as_of == build.newest_event_on == shop.SHOP_DAY
