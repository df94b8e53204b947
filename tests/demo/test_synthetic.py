"""The synthetic shop is the same for the same seed, and its shares are what it says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ampiq_gql.demo import synthetic
from ampiq_gql.demo.loading import prepare
from ampiq_gql.errors import Conflict
from ampiq_gql.ingest import IngestRequest, SourceKind
from ampiq_gql.progress import Silent
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Warehouse, open_warehouse

CUSTOMERS = 2_000
KINDS = ("products", "customers", "orders", "order_items", "email_opt_status", "sms_opt_status")
PURCHASES = "sum((item_quantity > 0)::int) FROM sources.order_items"


class Shop:
    """Source tables of a generated shop, asked by hand-written SQL."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str) -> list[Any]:
        return [tuple(row) for row in self._connection.execute(sa.text(sql))]

    def value(self, sql: str) -> Any:
        ((value,),) = self.rows(sql)
        return value

    def checksums(self) -> dict[str, Any]:
        rows = "SELECT bit_xor(hash(row::text)) FROM sources.{} AS row"
        return {kind: self.value(rows.format(kind)) for kind in KINDS}


def made(home: Path, customers: int) -> Warehouse:
    warehouse = open_warehouse(Settings.load(home=home))
    synthetic.generate(warehouse, customers, Silent())
    return warehouse


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    warehouse = made(tmp_path_factory.mktemp("shop"), CUSTOMERS)
    with warehouse.sources("reading of the test") as sources:
        yield Shop(sources.connection)
    warehouse.close()


@pytest.fixture(scope="module")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    warehouse = made(tmp_path_factory.mktemp("small"), 300)
    with warehouse.sources("reading of the test") as sources:
        yield Shop(sources.connection)
    warehouse.close()


def test_the_same_seed_makes_the_same_shop(tmp_path: Path, small_shop: Shop) -> None:
    warehouse = made(tmp_path, 300)
    with warehouse.sources("reading of the test") as sources:
        assert Shop(sources.connection).checksums() == small_shop.checksums()
    warehouse.close()


def test_the_seed_still_makes_the_shop_that_it_made_when_this_was_written(small_shop: Shop) -> None:
    counted = {kind: small_shop.value(f"SELECT count(*) FROM sources.{kind}") for kind in KINDS}
    assert counted == {
        "products": 5_000,
        "customers": 300,
        "orders": 3_246,
        "order_items": 6_614,
        "email_opt_status": 226,
        "sms_opt_status": 159,
    }
    revenue = small_shop.value("SELECT sum(item_revenue) FROM sources.order_items")
    assert revenue == Decimal("411039.44")


@pytest.mark.parametrize(
    ("kind", "key"),
    [("customers", "customer_id"), ("orders", "order_id"), ("order_items", "order_id")],
)
def test_a_larger_shop_starts_with_the_customers_of_a_smaller_one(
    shop: Shop, small_shop: Shop, kind: str, key: str
) -> None:
    few = set(small_shop.rows(f"SELECT * FROM sources.{kind}"))
    assert few <= set(shop.rows(f"SELECT * FROM sources.{kind}"))


def test_customers_place_ten_orders_on_average_and_some_none(shop: Shop) -> None:
    average, without, most = shop.rows(
        """
        SELECT avg(n), avg((n = 0)::int), max(n) FROM (
            SELECT count(o.order_id) AS n
            FROM sources.customers c LEFT JOIN sources.orders o USING (customer_id)
            GROUP BY c.customer_id)
        """
    )[0]
    assert average == pytest.approx(10, abs=0.7)
    assert without == pytest.approx(1 / 5, abs=0.02)
    assert most > 50


@pytest.mark.parametrize(
    ("what", "sql", "share"),
    [
        ("guests", "SELECT avg((customer_id IS NULL)::int) FROM sources.orders", 0.01),
        ("stores", "SELECT avg((purchase_channel = 'store')::int) FROM sources.orders", 0.5),
        ("free delivery", "SELECT avg((order_shipping_amount = 0)::int) FROM sources.orders", 0.6),
        ("returns", f"SELECT sum(is_return::int) / {PURCHASES}", 0.055),
        ("called off", f"SELECT sum(is_cancellation::int) / {PURCHASES}", 0.014),
        ("reduced", f"SELECT sum((item_discount_amount > 0)::int) / {PURCHASES}", 0.38),
        ("e-mail addresses", "SELECT avg((email IS NOT NULL)::int) FROM sources.customers", 0.84),
        ("consent", "SELECT avg(is_email_opted_in::int) FROM sources.email_opt_status", 0.63),
        ("no city", "SELECT avg((city IS NULL)::int) FROM sources.customers", 0.04),
    ],
)  # fmt: skip
def test_shares_are_what_the_shop_says(shop: Shop, what: str, sql: str, share: float) -> None:
    assert shop.value(sql) == pytest.approx(share, abs=0.025 if share > 0.1 else 0.006), what


def test_the_shop_is_as_busy_at_the_end_of_its_history_as_before(shop: Shop) -> None:
    months = shop.rows(
        """
        SELECT count(*), count(DISTINCT customer_id) FROM sources.orders
        GROUP BY date_diff('day', order_datetime, TIMESTAMP '2026-10-31 22:00:00') // 30
        ORDER BY max(order_datetime) DESC LIMIT 12
        """
    )
    orders, customers = zip(*months, strict=True)
    assert orders[0] == pytest.approx(sum(orders) / 12, rel=0.2)
    assert customers[0] == pytest.approx(sum(customers) / 12, rel=0.2)


def test_what_is_taken_back_is_the_purchase_with_minus_signs(shop: Shop) -> None:
    unlike = shop.value(
        """
        SELECT count(*) FROM sources.order_items taken
        LEFT JOIN sources.order_items bought
            ON bought.order_id = taken.order_id AND bought.line_number = taken.line_number
            AND bought.product_id = taken.product_id AND bought.item_quantity > 0
        WHERE (taken.is_return OR taken.is_cancellation) AND NOT coalesce(
            taken.item_quantity = -bought.item_quantity
            AND taken.item_revenue = -bought.item_revenue
            AND taken.item_list_price = -bought.item_list_price
            AND taken.item_discount_amount = -bought.item_discount_amount
            AND taken.item_cost = -bought.item_cost
            AND taken.item_tax_amount = -bought.item_tax_amount
            AND taken.order_datetime >= bought.order_datetime, false)
        """
    )
    assert unlike == 0


def test_amounts_agree_with_the_catalog(shop: Shop) -> None:
    wrong = shop.value(
        """
        SELECT count(*) FROM sources.order_items i JOIN sources.products p USING (product_id)
        WHERE item_list_price <> item_quantity * product_msrp
            OR item_revenue <> item_list_price - item_discount_amount
            OR item_revenue <> round(item_revenue, 2)
            OR item_tax_amount <> round(item_tax_amount, 2)
        """
    )
    assert wrong == 0


def test_lines_belong_to_orders_and_to_products(shop: Shop) -> None:
    orphans = shop.value(
        """
        SELECT count(*) FROM sources.order_items i
        WHERE order_id NOT IN (SELECT order_id FROM sources.orders)
            OR product_id NOT IN (SELECT product_id FROM sources.products)
        """
    )
    assert orphans == 0


def test_nothing_is_dated_after_the_last_day(shop: Shop) -> None:
    last = datetime.combine(synthetic.AS_OF, time.max)
    assert shop.value("SELECT max(order_datetime) FROM sources.order_items") <= last
    assert shop.value("SELECT max(update_dt) FROM sources.customers") <= last


@pytest.mark.parametrize("kind", [SourceKind.CUSTOMERS, SourceKind.PRODUCTS, SourceKind.ORDERS])
def test_every_column_has_values(shop: Shop, kind: SourceKind) -> None:
    filled = shop.rows(f"SELECT count(COLUMNS(* EXCLUDE update_dt)) FROM sources.{kind}")
    assert all(count > 0 for count in filled[0])


def test_customers_and_orders_have_ids_of_their_own(shop: Shop) -> None:
    for kind, key in (("customers", "customer_id"), ("orders", "order_id"), ("customers", "email")):
        sql = f"SELECT count({key}) - count(DISTINCT {key}) FROM sources.{kind}"
        assert shop.value(sql) == 0, key


def test_a_shop_of_another_size_is_refused_and_named(tmp_path: Path) -> None:
    made(tmp_path, 30).close()
    with closing(Services.open(Settings.load(home=tmp_path))) as services:
        assert synthetic.size(services.warehouse) == 30
        with pytest.raises(Conflict, match="a synthetic shop of 30 customers"):
            prepare(services, Silent(), synthetic_customers=40)


def test_a_home_with_data_of_others_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("customer_id,city\n1,Rome\n", encoding="utf-8")
    with closing(Services.open(Settings.load(home=tmp_path / "home"))) as services:
        request = IngestRequest(files=(file,), kind=SourceKind.CUSTOMERS, source="till")
        services.ingest.load(request, Silent())
        assert synthetic.size(services.warehouse) is None
        with pytest.raises(Conflict, match="holds data of till"):
            prepare(services, Silent(), synthetic_customers=40)
