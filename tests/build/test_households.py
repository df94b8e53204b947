"""Households: the same full address and surname, and who of them spent most (§4)."""

from __future__ import annotations

import pytest

from ampiq_gql.build.flags.service import FlagService
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import open_warehouse
from tests.build.house import House

CUSTOMERS = """customer_id,given_name,surname,address,address2,city,state,postal
ada,Ada,Ng,1 Main St.,,Rome,NY,13440
ben,Ben,NG,"1  MAIN, St",,rome,ny,13440
cy,Cy,Ng,1 Main St,Flat 2,Rome,NY,13440
di,Di,Ross,1 Main St,,Rome,NY,13440
ed,Ed,Ng,1 Main St,,Rome,NY,
flo,Flo,,1 Main St,,Rome,NY,13440
gus,Gus,Oak,2 Elm St,,Rome,NY,13440
hal,Hal,Oak,2 Elm St,,Rome,NY,13440
"""
ORDERS = """order_id,customer_id,order_datetime,order_revenue
o1,ada,2025-01-01,10
o2,ben,2025-01-01,30
o3,ben,2025-02-01,5
o4,cy,2025-02-01,1
o5,gus,2025-02-01,7
o6,hal,2025-02-01,7
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("households")
    settings = Settings(home=folder / "home")
    house = House(folder, settings, open_warehouse(settings))
    house.load(customers=CUSTOMERS, orders=ORDERS)
    house.build()
    return house


def _by_name(house: House, table: str, column: str) -> dict[str, object]:
    names = dict(house.rows("merged_customers", "amperity_id", "given_name"))
    return {str(names[id_]): value for id_, value in house.rows(table, "amperity_id", column)}


def test_households_share_a_full_address_and_a_surname(house: House) -> None:
    sizes = _by_name(house, "merged_households", "household_size")
    assert sizes == {"Ada": 2, "Ben": 2, "Cy": 1, "Di": 1, "Gus": 2, "Hal": 2}
    ids = _by_name(house, "merged_households", "household_id")
    assert ids["Ada"] == ids["Ben"]
    assert len(set(ids.values())) == 4


def test_the_primary_buyer_spent_most_of_the_household(house: House) -> None:
    flags = _by_name(house, "customer_attributes", "is_primary_buyer_household")
    tied = {flags.pop("Gus"), flags.pop("Hal")}
    assert tied == {True, False}
    assert flags == {
        "Ada": False, "Ben": True, "Cy": True, "Di": False, "Ed": None, "Flo": None,
    }  # fmt: skip


def test_a_tie_goes_to_the_first_id(house: House) -> None:
    ids = {name: str(id_) for id_, name in house.rows("merged_customers", "amperity_id",
                                                       "given_name")}  # fmt: skip
    flags = _by_name(house, "customer_attributes", "is_primary_buyer_household")
    first = min(("Gus", "Hal"), key=lambda name: ids[name])
    assert flags[first] is True


@pytest.mark.parametrize(
    ("customer", "why"),
    [
        ("ben", "Lifetime revenue 35.00 is the highest of a household of 2."),
        ("ada", "Lifetime revenue 10.00 is not the highest of a household of 2."),
        ("di", "There are no orders up to the day of the build, in a household of 1."),
        ("ed", "No full address with a surname is known, so no household is."),
    ],
)
def test_the_flag_is_explained(house: House, customer: str, why: str) -> None:
    service = FlagService(house.warehouse, house.settings)
    found = service.explain(customer, flag="is_primary_buyer_household", may_read_pii=True)
    assert found.flags[0].why == why
