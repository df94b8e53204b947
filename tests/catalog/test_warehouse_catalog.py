"""What names mean at a build."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from ampiq_gql.catalog import ColumnEntry, WarehouseCatalog, load_catalog
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Session, Warehouse, open_warehouse
from dsl.catalog import Catalog, DataType, Grain, ListKind, Unit
from tests.catalog.builders import Names, Segment, customers, make_build, orders, person

SHOES = sa.Table(
    "shoe_sizes",
    sa.MetaData(schema="c360"),
    sa.Column("amperity_id", sa.Uuid),
    sa.Column("shoe_size", sa.Integer),
    sa.Column("shoe_email", sa.Text),
)

Load = Callable[..., WarehouseCatalog]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.load(home=tmp_path_factory.mktemp("catalog"), week_start=7)


@pytest.fixture(scope="module")
def warehouse(settings: Settings) -> Iterator[Warehouse]:
    """One build for all tests of the file; those who publish more do it under other names."""
    opened = open_warehouse(settings)
    make_build(
        opened,
        extra=[SHOES],
        rows={
            "merged_customers": customers("Rome", "Oslo", None, "Rome"),
            "unified_transactions": orders((0, "2026-01-02"), (0, "2026-03-04"), (1, "2026-03-05")),
            "campaign_recipients": [],
            "predicted_clv_attributes": [],
            "unified_product_catalog": [],
            "shoe_sizes": [
                {"amperity_id": person(0), "shoe_size": 41, "shoe_email": "x@example.com"}
            ],
        },
    )
    yield opened
    opened.close()


@pytest.fixture
def session(warehouse: Warehouse) -> Iterator[Session]:
    with warehouse.read() as opened:
        yield opened


@pytest.fixture
def load(session: Session, settings: Settings) -> Load:
    def make(names: Names | None = None) -> WarehouseCatalog:
        return load_catalog(session, segments=names or Names(), settings=settings)

    return make


def column(catalog: WarehouseCatalog, place: str) -> ColumnEntry:
    table, name = place.split(".")
    found = catalog.table(table)
    assert found is not None
    entry = found.column(name)
    assert entry is not None
    return entry


def test_it_is_the_catalog_of_the_language(load: Load) -> None:
    catalog: Catalog = load()
    assert (catalog.build_as_of, catalog.currency, catalog.week_start) == (
        date(2026, 11, 1),
        "USD",
        7,
    )


def test_tables_come_in_lookup_order(load: Load) -> None:
    assert [(table.name, table.lookup_rank) for table in load().tables] == [
        ("predicted_clv_attributes", 4),
        ("merged_customers", 5),
        ("shoe_sizes", 100),
        ("unified_transactions", 200),
        ("campaign_recipients", 200),
        ("unified_product_catalog", 200),
    ]


def test_tables_and_columns_answer_to_their_labels(load: Load) -> None:
    catalog = load()
    orders_table = catalog.table("unified_transactions")
    assert orders_table is not None
    assert orders_table.column("order_time") is orders_table.column("order_datetime")
    assert catalog.table("predicted_clv_attributes") is not None
    assert catalog.table("Unified Transactions") is None


def test_a_name_wins_over_the_label_of_another_column(load: Load) -> None:
    assert column(load(), "merged_customers.customer_id").name == "customer_id"


def test_a_table_knows_what_was_measured(load: Load) -> None:
    table = load().table("unified_transactions")
    assert table is not None
    assert (table.rows, table.grain, table.newest_event_on) == (3, Grain.MANY, date(2026, 3, 5))
    assert table.event_time is table.column("order_datetime")


def test_a_column_knows_what_was_measured(load: Load) -> None:
    city = column(load(), "merged_customers.city")
    assert (city.completion, city.distinct, city.uniqueness) == (0.75, 2, 0.5)
    assert city.known_values == frozenset({"Rome", "Oslo"})
    assert [(found.value, found.rows) for found in city.top_values] == [("Rome", 2), ("Oslo", 1)]
    revenue = column(load(), "unified_transactions.order_revenue")
    assert (revenue.unit, revenue.type, revenue.maximum) == (
        Unit.MONEY,
        DataType.DECIMAL,
        "31.5000",
    )


def test_personal_data_have_no_values(load: Load) -> None:
    email = column(load(), "merged_customers.email")
    assert email.is_pii
    assert (email.known_values, email.top_values, email.minimum) == (None, (), None)


def test_tables_of_the_site_are_described_by_their_names(load: Load) -> None:
    size = column(load(), "shoe_sizes.shoe_size")
    assert (size.label, size.type, size.is_pii) == ("Shoe Size", DataType.INTEGER, False)
    assert column(load(), "shoe_sizes.shoe_email").is_pii


def test_elements_can_be_selected(load: Load, session: Session) -> None:
    catalog = load()
    table = catalog.table("merged_customers")
    assert table is not None
    assert table.id_column is not None
    city = column(catalog, "merged_customers.city").element
    statement = sa.select(table.id_column).where(city == "Oslo")
    assert session.rows(statement) == [(person(1),)]


def test_a_table_without_customers_has_no_id(load: Load) -> None:
    products = load().table("unified_product_catalog")
    assert products is not None
    assert products.id_column is None


def test_saved_segments_and_lists_come_from_the_store(load: Load) -> None:
    coast = Segment(id="s1", name="West coast", text='state is "CA"')
    catalog = load(Names((coast,), {(ListKind.FILE, "vips"): "list_abc"}))
    assert catalog.segment("west COAST") is coast
    assert catalog.names(ListKind.SEGMENT) == ["West coast"]
    assert catalog.names(ListKind.FILE) == ["vips"]
    assert catalog.member_list(ListKind.QUERY, "vips") is None
    vips = catalog.member_list(ListKind.FILE, "VIPs")
    assert vips is not None
    assert str(sa.select(vips.id_column)) == "SELECT c360.list_abc.amperity_id \nFROM c360.list_abc"


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(*numbers: int, **columns: list[object]) -> Path:
        path = tmp_path / "file.parquet"
        ids = [str(person(number)) for number in numbers]
        pq.write_table(pa.table({"amperity_id": ids, **columns}), path)
        return path

    return write


def test_members_of_a_campaign_are_its_recipients(
    warehouse: Warehouse, settings: Settings, file: Callable[..., Path]
) -> None:
    launch = datetime.fromisoformat("2026-10-01T09:00")
    warehouse.publish_file(
        "campaign_recipients",
        "run1",
        file(0, 1, 2, campaign_name=["Spring", "Fall", "Spring"], launch_datetime=[launch] * 3),
    )
    with warehouse.read() as later:
        catalog = load_catalog(later, segments=Names(), settings=settings)
        assert catalog.names(ListKind.CAMPAIGN) == ("Fall", "Spring")
        assert catalog.member_list(ListKind.CAMPAIGN, "Winter") is None
        spring = catalog.member_list(ListKind.CAMPAIGN, "spring")
        assert spring is not None
        members = later.rows(sa.select(spring.id_column).select_from(spring.selectable))
    warehouse.remove_file("campaign_recipients", "run1")
    assert sorted(members) == sorted([(person(0),), (person(2),)])


def test_recipients_that_came_after_the_build_are_not_called_measured(load: Load) -> None:
    recipients = load().table("campaign_recipients")
    assert recipients is not None
    assert (recipients.rows, recipients.newest_event_on, recipients.grain) == (
        None,
        None,
        Grain.MANY,
    )
    assert column(load(), "campaign_recipients.campaign_name").completion is None


def test_predictions_are_measured_when_they_are_published(
    warehouse: Warehouse, settings: Settings, file: Callable[..., Path]
) -> None:
    tiers = {"predicted_customer_lifetime_value_tier": ["Gold", "Low"]}
    warehouse.publish_file("predicted_clv_attributes", "m1", file(0, 1, **tiers))
    with warehouse.read() as later:
        catalog = load_catalog(later, segments=Names(), settings=settings)
    warehouse.remove_file("predicted_clv_attributes", "m1")
    tier = column(catalog, "predicted_clv_attributes.predicted_customer_lifetime_value_tier")
    assert (tier.completion, tier.known_values) == (1.0, frozenset({"Gold", "Low"}))
    predictions = catalog.table("predicted_clv_attributes")
    assert predictions is not None
    assert (predictions.rows, predictions.grain) == (2, Grain.ONE)


def test_without_campaigns_there_are_no_names(load: Load) -> None:
    assert load().names(ListKind.CAMPAIGN) == ()


def test_the_data_are_read_once_per_snapshot(
    warehouse: Warehouse, session: Session, settings: Settings, file: Callable[..., Path]
) -> None:
    first = load_catalog(session, segments=Names(), settings=settings)
    with warehouse.read() as other:
        assert load_catalog(other, segments=Names(), settings=settings).tables is first.tables
    warehouse.publish_file("lists", "some", file(0))
    with warehouse.read() as other:
        assert load_catalog(other, segments=Names(), settings=settings).tables is not first.tables


@pytest.mark.parametrize(
    ("search", "first"),
    [
        ("city", "merged_customers.city"),
        ("order_revenue", "unified_transactions.order_revenue"),
        ("order rev", "unified_transactions.order_revenue"),
        ("tier", "predicted_clv_attributes.predicted_customer_lifetime_value_tier"),
        ("Order Time", "unified_transactions.order_datetime"),
    ],
)
def test_attributes_are_found_by_name_label_and_words(load: Load, search: str, first: str) -> None:
    found = load().attributes(search)[0]
    assert f"{found.table_name}.{found.name}" == first


def test_without_a_search_all_attributes_are_listed(load: Load) -> None:
    catalog = load()
    assert len(catalog.attributes()) == sum(len(table.columns) for table in catalog.tables)
    assert catalog.attributes("nothing like this") == []
