"""Orders that hold only returns count nowhere, whichever day is asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ampiq_gql.insights import InsightService
from ampiq_gql.segments import SegmentService
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.warehouse import open_warehouse
from tests.build.house import House

ITEMS = """order_id,customer_id,date,item_revenue,quantity,is_return
o1,ann,2025-05-01,10,2,no
o2,bob,2025-05-02,-7,-1,yes
"""


@pytest.mark.parametrize("day", [date(2025, 6, 30), date(2025, 6, 29)])
def test_a_lone_return_is_no_order(tmp_path: Path, day: date) -> None:
    settings = Settings(home=tmp_path / "home")
    warehouse, store = open_warehouse(settings), Store.open(settings)
    house = House(tmp_path, settings, warehouse)
    house.load(items=ITEMS)
    house.build(date(2025, 6, 30))
    insights = InsightService(warehouse, SegmentService(store, warehouse, settings), settings)
    tree = insights.summary("everyone", as_of=day).revenue_tree
    assert tree is not None
    assert (tree.customers.value, tree.orders_per_customer.value) == (1, 1)
    warehouse.close()
    store.close()
