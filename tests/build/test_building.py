"""A build end to end: what becomes of the files, and when nothing needs to be done."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
import sqlalchemy as sa

from ampiq_gql.build import ChecksFailed
from ampiq_gql.build.identity import NAMESPACE
from ampiq_gql.catalog import standard_metadata, standard_tables
from ampiq_gql.warehouse import NoSources
from tests.build.house import House

NewHouse = Callable[..., House]


@pytest.fixture(scope="module")
def shop(new_house: NewHouse) -> House:
    """Customers, orders, lines, products and consent, built once."""
    house = new_house()
    house.load(
        customers="customer_id,first_name,last_name,email,phone,street,city,state,zip,sex,visits,tier\n"
        "1,Ann,Lee,ANN@x.com,555,1 Main St,Rome,NY,00501,female,3,gold\n"
        "2,Bob,,bob@x.com,,,,,,,12,\n"
        "3,,,,,,,,,,,\n"
        "4,Test,Acme Inc.,test1@x.com,,,,,,u,,\n",
        orders="order_id,customer_id,order_date,store\n"
        "o1,1,2025-06-01,S1\no2,2,2023-01-01,S2\no3,9,2025-06-02,S1\no4,1,2025-07-01,S1\n",
        items="order_id,product_id,quantity,revenue,discount\n"
        "o1,p1,2,9,1\no1,p2,1,5,\no2,p2,1,7,0\no3,p1,1,4,0\no4,p1,1,1,0\n",
        products="product_id,category,description\np1,Drinks,Gift box\np2,Food,Bread\n",
        consent="email,opted_in\nann@x.com,yes\nbob@x.com,no\n",
    )
    house.build()
    return house


def test_nothing_loaded_is_nothing_to_build(new_house: NewHouse) -> None:
    with pytest.raises(NoSources):
        new_house().build()


def test_orders_that_state_their_shipping_keep_it(new_house: NewHouse) -> None:
    house = new_house()
    house.load(
        orders="order_id,customer_id,order_date,shipping\no1,1,2025-06-01,5.95\no2,1,2025-06-02,\n",
        items="order_id,product_id,quantity,revenue\no1,p1,1,9\no2,p1,1,7\n",
    )
    house.build()
    assert house.rows("unified_transactions", "order_id", "order_shipping_amount") == [
        ("o1", Decimal("5.95")),
        ("o2", None),
    ]


def test_ids_come_from_the_customer_keys(shop: House) -> None:
    assert shop.rows("merged_customers", "customer_id", "amperity_id") == [
        (key, uuid.uuid5(NAMESPACE, key)) for key in ("1", "2", "3", "4")
    ]


def test_every_standard_table_exists(shop: House) -> None:
    for name, table in standard_tables().items():
        columns = [column.name for column in table.columns if not column.is_optional]
        shop.rows(name, *columns)


def test_amounts_of_lines_are_derived(shop: House) -> None:
    columns = ("order_id", "product_id", "item_revenue", "item_list_price", "unit_revenue")
    assert shop.rows("unified_itemized_transactions", *columns)[:2] == [
        ("o1", "p1", Decimal(9), Decimal(10), Decimal("4.5")),
        ("o1", "p2", Decimal(5), None, Decimal(5)),
    ]


def test_lines_carry_their_products(shop: House) -> None:
    rows = shop.rows("unified_itemized_transactions", "product_id", "product_category")
    assert set(rows) == {("p1", "Drinks"), ("p2", "Food")}


def test_orders_of_strangers_keep_their_revenue_and_no_person(shop: House) -> None:
    assert shop.rows("unified_transactions", "order_id", "order_revenue", "store_id")[2] == (
        "o3", Decimal(4), "S1",
    )  # fmt: skip
    assert ("o3", None) in shop.rows("unified_transactions", "order_id", "amperity_id")


def test_attributes_are_typed_by_all_their_values(shop: House) -> None:
    assert shop.rows("customer_360", "customer_id", "visits", "tier") == [
        ("1", 3, "gold"), ("2", 12, None), ("3", None, None), ("4", None, None),
    ]  # fmt: skip


def test_profiles_are_merged(shop: House) -> None:
    columns = ("given_name", "gender", "name_completion", "address_completion", "email_datasource")
    assert shop.rows("merged_customers", *columns) == [
        ("Ann", "F", 1, 4, "main"),
        ("Bob", None, 0, 0, "main"),
        ("Test", None, 1, 0, "main"),
        (None, None, 0, 0, "main"),
    ]


def test_reachability_follows_consent_where_there_is_any(shop: House) -> None:
    columns = ("contactable_email", "contactable_phone", "contactable_address", "is_prospect")
    assert sorted(map(repr, shop.rows("customer_attributes", *columns))) == sorted(
        map(
            repr,
            [
                (True, True, True, False),
                (False, False, False, False),
                (None, False, False, True),
                (None, False, False, True),
            ],
        )
    )


def test_people_are_classified(shop: House) -> None:
    columns = ("historical_purchaser_lifecycle_status", "is_gift_giver", "is_business",
               "is_test_account", "is_no_pii_amperity_id")  # fmt: skip
    assert shop.rows("customer_attributes", *columns) == [
        ("Dormant", False, False, False, False),
        ("New", True, False, False, False),
        ("Prospect", False, True, True, False),
        ("Prospect", False, None, None, True),  # of whom nothing is known
    ]


def test_the_same_again_is_skipped(shop: House) -> None:
    report = shop.build()
    assert report.skipped
    assert report.build == shop.warehouse.current_build()
    assert report.build.newest_event_on == date(2025, 7, 1)


def test_times_are_the_wall_clock_of_the_site(new_house: NewHouse) -> None:
    house = new_house("America/New_York")
    house.load(
        orders="order_id,customer_id,order_datetime,total\n"
        "o1,c,2025-07-01T02:00:00Z,5\no2,c,2025-06-30 23:30,5\no3,c,2025-06-30,5\n"
    )
    report = house.build()
    assert house.rows("unified_transactions", "order_datetime") == [
        (datetime.fromisoformat("2025-06-30 12:00"),),
        (datetime.fromisoformat("2025-06-30 22:00"),),
        (datetime.fromisoformat("2025-06-30 23:30"),),
    ]
    assert report.warnings == ()
    # Without customers people come from the orders, and an order without lines is one line.
    assert house.rows("customer_360", "customer_id", "lifetime_order_revenue") == [
        ("c", Decimal(15))
    ]


def test_customers_alone_are_prospects(new_house: NewHouse) -> None:
    house = new_house()
    house.load(customers="customer_id,email\n1,a@b.c\n")
    report = house.build()
    assert house.rows("customer_attributes", "is_prospect", "contactable_email") == [(True, True)]
    assert report.build.newest_event_on is None


def test_two_sources_merge_group_by_group(new_house: NewHouse) -> None:
    house = new_house()
    house.load(
        "crm",
        customers="customer_id,first_name,last_name,email,updated_at,tier\n"
        "1,Ann,Lee,,2024-01-01,gold\n2,Bo,Ek,old@x.com,2024-01-01,\n",
    )
    house.load(
        "shop",
        customers="customer_id,first_name,last_name,email,updated_at,visits\n"
        "1,Anna,,ann@x.com,2025-01-01,7\n2,Bob,Ek,new@x.com,2025-01-01,\n",
    )
    house.build()
    columns = ("customer_id", "given_name", "surname", "email", "tier", "visits")
    assert house.rows("customer_360", *columns) == [
        ("1", "Ann", "Lee", "ann@x.com", "gold", 7),
        ("2", "Bob", "Ek", "new@x.com", None, None),
    ]


@pytest.mark.parametrize("customer", ["1", "2"])
def test_an_order_id_in_two_sources_stops_the_build(new_house: NewHouse, customer: str) -> None:
    house = new_house()
    house.load(
        "a",
        orders="order_id,customer_id,date,total\no1,1,2025-01-01,5\n",
        items="order_id,item_revenue\no1,5\n",
    )
    before = house.build()
    house.load("b", orders=f"order_id,customer_id,date,total\no1,{customer},2025-01-02,6\n")
    with pytest.raises(ChecksFailed, match=r"ord\.repeated on .*\.datasource: 1 of 1 keys"):
        house.build()
    assert house.warehouse.current_build() == before.build


def test_lines_of_one_order_may_come_from_several_sources(new_house: NewHouse) -> None:
    house = new_house()
    orders = "order_id,customer_id,date,total\no1,1,2025-01-01,5\n"
    house.load("shop", orders=orders, items="order_id,item_revenue\no1,5\n")
    house.load("desk", items="order_id,item_revenue,is_return\no1,-5,yes\n")
    house.build()
    assert house.rows("unified_transactions", "order_revenue", "net_order_revenue") == [
        (Decimal(5), Decimal(0))
    ]


def test_what_is_left_out_or_empty_is_published_only_on_somebodys_word(
    new_house: NewHouse,
) -> None:
    house = new_house()
    house.load(
        orders="order_id,customer_id,date\no1,1,2025-01-01\no2,1,2025-01-02\n",
        items="order_id,product_id,revenue\no1,p1,5\nlost,p1,7\n",
    )
    with pytest.raises(ChecksFailed) as refused:
        house.build()
    found = [error.id for error in refused.value.report.errors]
    assert found == ["ord.orphan_order", "ord.revenue_missing", "rec.source_c360"]
    house.build(overrides=found)
    assert house.rows("unified_transactions", "order_id", "order_revenue") == [
        ("o1", Decimal(5)), ("o2", Decimal(0)),
    ]  # fmt: skip


def test_texts_that_lie_as_numbers_are_texts_to_every_reader(shop: House) -> None:
    lines = standard_metadata().tables["c360.unified_itemized_transactions"]
    asked = sa.select(lines.c.product_category, sa.func.count().label("lines")).where(
        lines.c.product_category.in_(["Food", "Books"]) | lines.c.product_category.like("Dri%")
    )
    asked = asked.group_by(lines.c.product_category).order_by(lines.c.product_category)
    with shop.warehouse.read() as session:
        assert session.rows(asked) == [("Drinks", 3), ("Food", 2)]
        (batch,) = session.batches(asked)
    assert batch.schema.field("product_category").type == pa.string()
    assert batch.to_pydict() == {"product_category": ["Drinks", "Food"], "lines": [3, 2]}
