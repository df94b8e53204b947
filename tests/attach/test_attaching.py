"""The user's own tables answer segments, insights and queries, without a copy of a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ampiq_gql.attach import AttachMapping, AttachService
from ampiq_gql.attach.models import AttachRefused, AttachUnsupported
from ampiq_gql.build.features import Feature, FeatureState
from ampiq_gql.errors import Fault
from ampiq_gql.insights import Figure
from ampiq_gql.plugin import CustomerKey
from ampiq_gql.progress import Silent
from ampiq_gql.segments.lists import FileToUpload
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import AnySelect, BuildInfo, open_warehouse
from tests.attach.conftest import TODAY
from tests.attach.shops import ITEMS, ORDERS, PEOPLE, Shop

Count = Callable[[str], int]
STANDING = "SELECT table_schema, table_name, table_type FROM information_schema.tables"


def test_names_suggest_what_stands_for_what(mapping: AttachMapping) -> None:
    tables = {name: (table.source, table.columns) for name, table in mapping.tables.items()}
    source, columns = tables["merged_customers"]
    assert (source, columns["amperity_id"], columns["given_name"]) == (
        "clients",
        "id",
        "first_name",
    )
    source, columns = tables["unified_transactions"]
    assert (source, columns["order_datetime"], columns["order_revenue"]) == (
        "orders", "order_date", "total",
    )  # fmt: skip
    source, columns = tables["unified_itemized_transactions"]
    assert (source, columns["item_quantity"]) == ("order_items", "quantity")
    assert "unified_product_catalog" not in tables


@pytest.mark.usefixtures("attached")
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("everyone", 3),
        ('city is "chicago"', 1),
        ("email is null", 1),
        ("has purchased in last 6 months", 1),
        ("has purchased at least 2 times", 1),
        ('has purchased where (product_category is "socks" and purchase_channel is "store")', 1),
        (
            'any row in unified_transactions where (order_id is "10")',
            1,
        ),
        ("l12m_order_revenue = 49.99", 1),
        ('has purchased where (product_id is "p2")', 1),
        ("lifetime_order_frequency = 1", 1),
        ("not has purchased", 1),
    ],
)
def test_segments_ask_them(counted: Count, expression: str, expected: int) -> None:
    assert counted(expression) == expected


@pytest.mark.usefixtures("attached")
def test_insights_ask_them(services: Services) -> None:
    figures = {Figure.UNIQUE_CUSTOMERS, Figure.REVENUE, Figure.REVENUE_TREE}
    (found,) = services.insights.summaries(["everyone"], figures=figures)
    assert found.unique_customers is not None
    assert found.revenue is not None
    assert found.unique_customers.value == 3
    assert found.revenue.value == Decimal("49.99")


@pytest.mark.usefixtures("attached")
def test_queries_ask_them(services: Services) -> None:
    text = "SELECT city, order_revenue, CAST(order_datetime AS TEXT) AS at "
    text += (
        "FROM unified_transactions JOIN merged_customers USING (amperity_id) WHERE order_id = '12'"
    )
    found = services.queries.preview(text, may_read_pii=True)
    assert found.rows == (("Seattle", Decimal("5.0000"), found.rows[0][2]),)
    assert str(found.rows[0][2]).startswith("2024-03-01 02:00:00")


@pytest.mark.usefixtures("attached")
def test_rows_are_read_as_they_stand(counted: Count, theirs: Shop) -> None:
    theirs.change(PEOPLE, "id", 2, city="Chicago")
    assert counted('city is "Chicago"') == 2


@pytest.mark.usefixtures("attached")
def test_nothing_of_theirs_is_copied_or_changed(theirs: Shop, first: BuildInfo) -> None:
    place = f"ampiq_build_{first.id}"
    views = {
        name
        for database, name, kind in theirs.ask(STANDING)
        if str(database).endswith(place.removeprefix("ampiq")) and str(kind).lower() == "view"
    }
    counts = [theirs.ask(f"SELECT count(*) FROM {one}") for one in (PEOPLE, ORDERS, ITEMS)]
    assert views == {
        "customer_360", "merged_customers", "unified_transactions", "unified_itemized_transactions",
    }  # fmt: skip
    assert counts == [[(3,)], [(3,)], [(4,)]]


@pytest.mark.usefixtures("attached")
def test_features_tell_what_is_missing(services: Services) -> None:
    found = {one.feature: one for one in services.features.features()}
    assert found[Feature.INSIGHTS].state is not FeatureState.MISSING
    assert "phone" in {one.column for one in found[Feature.CAMPAIGNS].lacking}


def test_orders_alone_make_lines_of_no_product(
    attaching: AttachService, mapping: AttachMapping, counted: Count
) -> None:
    tables = {name: one for name, one in mapping.tables.items() if "itemized" not in name}
    attaching.attach(mapping.model_copy(update={"tables": tables}), TODAY, Silent())
    assert counted("has purchased at least 2 times") == 1
    assert counted('has purchased where (purchase_channel is "web")') == 2
    assert counted('has purchased where (product_category is "socks")') == 0


@pytest.mark.usefixtures("attached")
def test_attaching_again_brings_histories_up_to_the_day(
    attaching: AttachService, mapping: AttachMapping, counted: Count, theirs: Shop
) -> None:
    theirs.change(ORDERS, "order_id", 12, customer_id=3)
    assert counted("lifetime_order_frequency = 1 and city is null") == 0
    attaching.attach(mapping, TODAY, Silent())
    assert counted("lifetime_order_frequency = 1 and city is null") == 1


@pytest.mark.parametrize(
    ("table", "changes", "problem"),
    [
        ("merged_customers", {"amperity_id": None}, "merged_customers needs amperity_id"),
        ("merged_customers", {"emial": "email"}, 'no column "emial" (did you mean email?)'),
        ("merged_customers", {"phone": "telefon"}, 'clients has no column "telefon"'),
        ("merged_customers", {"birthdate": "city"}, "clients.city is TEXT"),
        ("unified_transactions", {"order_revenue": "channel"}, "orders.channel is TEXT"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_is_made(
    attaching: AttachService,
    services: Services,
    mapping: AttachMapping,
    table: str,
    changes: dict[str, Any],
    problem: str,
) -> None:
    before = services.warehouse.current_build()
    plain = mapping.model_dump(by_alias=True)
    columns = plain["tables"][table]["columns"] | changes
    plain["tables"][table]["columns"] = {k: v for k, v in columns.items() if v is not None}
    with pytest.raises(AttachRefused) as caught:
        attaching.attach(AttachMapping.model_validate(plain), TODAY, Silent())
    assert problem in caught.value.message
    assert services.warehouse.current_build() == before


def test_all_problems_are_told_at_once(attaching: AttachService, shop: Shop) -> None:
    tables = {"merged_customers": {"from": "client", "columns": {}}, "nonsense": {
        "from": "x", "columns": {}}}  # fmt: skip
    plain = {"schema": shop.schema, "tables": tables}
    with pytest.raises(AttachRefused) as caught:
        attaching.attach(AttachMapping.model_validate(plain), TODAY, Silent())
    assert len(caught.value.problems) == 3
    assert 'there is no table "client" to be read (did you mean clients?)' in caught.value.problems


def test_a_key_that_repeats_publishes_nothing(
    attaching: AttachService, services: Services, mapping: AttachMapping, theirs: Shop
) -> None:
    plain = mapping.model_dump(by_alias=True)
    before = services.warehouse.current_build()
    # Other tests place orders in the same tables.
    ((rows, channels),) = theirs.ask("SELECT count(*), count(DISTINCT channel) FROM orders")
    plain["tables"]["unified_transactions"]["columns"]["order_id"] = "channel"
    repeated = f"{rows - channels} rows of unified_transactions repeat a order_id"
    with pytest.raises(AttachRefused, match=repeated):
        attaching.attach(AttachMapping.model_validate(plain), TODAY, Silent())
    assert services.warehouse.current_build() == before


def test_other_engines_hold_no_tables_of_others(tmp_path_factory: Any) -> None:
    settings = Settings(home=tmp_path_factory.mktemp("duckdb") / "home")
    warehouse = open_warehouse(settings)
    with pytest.raises(AttachUnsupported, match="duckdb"):
        AttachService(warehouse, settings).found("public")
    warehouse.close()


@pytest.mark.usefixtures("attached")
def test_orders_after_the_day_are_not_seen(
    services: Services, counted: Count, theirs: Shop
) -> None:
    day = datetime(2026, 7, 2, 12, tzinfo=UTC)
    theirs.add(ORDERS, order_id=99, customer_id=3, total=7, channel="web", order_date=day)
    theirs.add(ITEMS, order_id=99, quantity=1, item_revenue=7)
    assert counted("has purchased") == 2
    asked = services.insights.counted("has purchased", as_of=date(2026, 7, 2))
    assert asked.customers == 3


@pytest.mark.usefixtures("attached")
def test_a_customer_who_comes_later_is_one_of_everyone(counted: Count, theirs: Shop) -> None:
    theirs.add(PEOPLE, id=4, city="Chicago")
    assert counted("everyone") == 4
    assert counted('city is "Chicago"') == 2
    assert counted('not (city is "Chicago")') == 2
    assert counted("lifetime_order_frequency is null") == 2


@pytest.mark.usefixtures("attached")
def test_queries_cannot_reach_the_tables_behind(services: Services, shop: Shop) -> None:
    table = f"{shop.schema}.clients"
    refused = services.queries.check(f"SELECT * FROM {table}")
    assert refused.problem is not None
    bare: AnySelect = sa.select(sa.column("id")).select_from(sa.text(table))
    with (
        services.warehouse.read() as session,
        pytest.raises((sa.exc.DBAPIError, Fault), match=r"permission|may not read"),
    ):
        session.rows(bare)


@pytest.mark.usefixtures("attached")
def test_uploads_stand_beside_attached_tables(
    services: Services, counted: Count, tmp_path: Path
) -> None:
    file = tmp_path / "stars.csv"
    file.write_text("email,stars\nADA@example.com,5\nx@example.com,1\n", encoding="utf-8")
    services.lists.upload(FileToUpload(name="Stars", file=file, key=CustomerKey.EMAIL), "ada")
    assert counted("file.stars.stars >= 5") == 1
    assert counted('member of file "Stars" and city is "Chicago"') == 1
