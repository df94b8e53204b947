"""Data and settings that no build can be made of: told as such, with the place to mend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ampiq_gql.build import BuildService
from ampiq_gql.build.errors import AmountTooLarge, TimeZoneChanged
from ampiq_gql.progress import Silent
from tests.build.house import House

NewHouse = Callable[..., House]

ORDERS = "order_id,customer_id,order_date\no1,c,2025-06-01\no2,c,2025-06-02\n"


@pytest.mark.parametrize(
    ("items", "said"),
    [
        pytest.param(
            "order_id,product_id,quantity,unit_revenue\no1,p1,1,5\no2,p1,1000,99999999999\n"
            "o2,p2,10000,99999999999\n",
            r"unit_revenue times the quantity of o2, p2 comes to 1e\+15",
            id="units",
        ),
        pytest.param(
            "order_id,product_id,line_number,revenue\no2,p1,1,5\n"
            + "".join(f"o1,p1,{number},900000000000\n" for number in range(120)),
            r"item_revenue over the lines of order of o1 comes to 1\.08e\+14",
            id="order",
        ),
        pytest.param(
            "order_id,product_id,line_number,revenue\n"
            + "".join(f"o{1 + number % 2},p1,{number},900000000000\n" for number in range(120)),
            r"order_revenue over the orders of person of .* comes to 1\.08e\+14",
            id="person",
        ),
    ],
)
def test_an_amount_that_does_not_fit_is_named(new_house: NewHouse, items: str, said: str) -> None:
    house = new_house()
    house.load(orders=ORDERS, items=items)
    with pytest.raises(AmountTooLarge, match=said):
        house.build()
    assert house.warehouse.current_build() is None


def test_another_time_zone_than_that_of_the_loads_is_refused(new_house: NewHouse) -> None:
    house = new_house("America/New_York")
    house.load(orders="order_id,customer_id,order_date,total\no1,c,2025-06-01,5\n")
    moved = house.settings.model_copy(update={"time_zone": "Asia/Tokyo"})
    with pytest.raises(TimeZoneChanged, match=r"load 1 were read as those of America/New_York"):
        BuildService(house.warehouse, moved).run(date(2025, 6, 30), Silent())
    house.load(products="product_id,category\np1,Tea\n")
    assert house.build().build.time_zone == "America/New_York"
