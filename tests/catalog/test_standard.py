"""The standard tables as data."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ampiq_gql.catalog import standard_metadata, standard_table, standard_tables
from ampiq_gql.catalog.naming import describe_by_name, label_of, normalise
from dsl.catalog import DataType, Grain, Unit


def column(place: str) -> object:
    table, name = place.split(".")
    found = standard_table(table).column(name)
    assert found is not None
    return found


def test_every_table_has_columns_and_words() -> None:
    for table in standard_tables().values():
        assert table.columns
        assert table.description.endswith(".")
        assert len({one.name for one in table.columns}) == len(table.columns)
        assert all(one.description and one.label for one in table.columns)


def test_event_times_are_columns() -> None:
    times = {
        table.name: table.event_time for table in standard_tables().values() if table.event_time
    }
    assert times == {
        "unified_transactions": "order_datetime",
        "unified_itemized_transactions": "order_datetime",
        "campaign_recipients": "launch_datetime",
        "unified_loyalty_events": "event_datetime",
        "unified_email_events": "event_datetime",
    }
    for table, time in times.items():
        found = standard_table(table).column(time)
        assert found is not None
        assert found.type is DataType.DATETIME


def test_unqualified_names_are_looked_up_in_the_order_of_the_language() -> None:
    ranks = {table.name: table.lookup_rank for table in standard_tables().values()}
    first = sorted((rank, name) for name, rank in ranks.items() if rank is not None)
    assert [name for _, name in first] == [
        "customer_360",
        "customer_attributes",
        "transaction_attributes_extended",
        "predicted_clv_attributes",
        "merged_customers",
    ]


def test_personal_data_are_restricted_and_places_are_not() -> None:
    names = {one.name for one in standard_table("merged_customers").columns if one.is_pii}
    assert {"given_name", "surname", "full_name", "email", "phone", "address", "address2",
            "postal", "birthdate", "customer_id", "email_pk"} <= names  # fmt: skip
    assert names.isdisjoint({"city", "state", "country", "gender", "amperity_id", "create_dt"})
    hashed = {one.name for one in standard_table("customer_360").columns if one.is_pii}
    assert {"hashed_email", "hashed_phone", "customer_id"} <= hashed


@pytest.mark.parametrize(
    ("place", "unit"),
    [
        ("transaction_attributes_extended.l12m_order_revenue", Unit.MONEY),
        ("transaction_attributes_extended.lifetime_average_order_value", Unit.MONEY),
        ("transaction_attributes_extended.lifetime_average_num_items", Unit.COUNT),
        ("transaction_attributes_extended.lifetime_order_frequency", Unit.COUNT),
        ("transaction_attributes_extended.days_since_latest_order", Unit.DAYS),
        ("transaction_attributes_extended.first_to_second_order_days", Unit.DAYS),
        ("transaction_attributes_extended.l12m_recency", None),
        ("transaction_attributes_extended.l12m_frequency", None),
        ("unified_itemized_transactions.item_discount_percent", Unit.RATIO),
        ("unified_itemized_transactions.line_number", None),
        ("predicted_clv_attributes.predicted_probability_of_transaction_next_365d", Unit.RATIO),
        ("predicted_clv_attributes.predicted_clv_next_365d", Unit.MONEY),
        ("predicted_clv_attributes.predicted_order_frequency_next_365d", Unit.COUNT),
        ("unified_product_catalog.product_msrp", Unit.MONEY),
        ("merged_customers.city", None),
    ],
)
def test_numbers_say_what_they_count(place: str, unit: Unit | None) -> None:
    table, name = place.split(".")
    found = standard_table(table).column(name)
    assert found is not None
    assert found.unit is unit


@pytest.mark.parametrize(
    ("place", "is_snapshot"),
    [
        ("transaction_attributes_extended.l30d_order_revenue", True),
        ("transaction_attributes_extended.days_since_latest_order", True),
        ("transaction_attributes_extended.l12m_rfm_score", True),
        ("transaction_attributes_extended.amperity_id", False),
        ("customer_360.l12m_order_revenue", True),
        ("customer_360.city", False),
        ("customer_attributes.historical_purchaser_lifecycle_status", True),
        ("customer_attributes.contactable_email", False),
        ("predicted_clv_attributes.predicted_customer_lifetime_value_tier", True),
        ("unified_transactions.order_revenue", False),
    ],
)
def test_values_of_the_day_of_the_build_are_marked(place: str, is_snapshot: bool) -> None:
    table, name = place.split(".")
    found = standard_table(table).column(name)
    assert found is not None
    assert found.is_snapshot is is_snapshot


def test_predictions_are_not_copied_into_customer_360() -> None:
    names = {one.name for one in standard_table("customer_360").columns}
    assert not {name for name in names if name.startswith("predicted_")}


def test_the_database_gets_native_types_and_no_optional_columns() -> None:
    tables = standard_metadata().tables
    orders = tables["c360.unified_transactions"]
    assert isinstance(orders.c.amperity_id.type, sa.Uuid)
    assert str(orders.c.order_revenue.type) == "NUMERIC(18, 4)"
    assert isinstance(orders.c.order_datetime.type, sa.DateTime)
    lines = tables["c360.unified_itemized_transactions"]
    assert "product_department" not in lines.c
    department = standard_table("unified_itemized_transactions").column("product_department")
    assert department is not None
    assert department.is_optional


def test_tables_have_the_grain_of_the_data_model() -> None:
    assert standard_table("customer_360").grain is Grain.ONE
    assert standard_table("campaign_recipients").grain is Grain.MANY


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("lifetime_order_revenue", "Lifetime Order Revenue"),
        ("l12m_order_revenue", "L12M Order Revenue"),
        ("store_id", "Store ID"),
    ],
)
def test_labels_are_made_for_people(name: str, label: str) -> None:
    assert label_of(name) == label
    assert normalise(label) == name


@pytest.mark.parametrize(
    ("name", "is_pii"),
    [
        ("mobile_phone", True),
        ("first_name", True),
        ("work_email_2", True),
        ("date_of_birth", True),
        ("fk_loyalty", True),
        ("loyalty_number", True),
        ("zip", True),
        ("favourite_colour", False),
        ("income_band", False),
        ("product_name", False),
        ("household_size", False),
        ("emailable", False),
    ],
)
def test_unknown_columns_are_judged_by_their_names(name: str, is_pii: bool) -> None:
    assert describe_by_name(name, DataType.STRING).is_pii is is_pii
