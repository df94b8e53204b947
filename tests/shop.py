"""A small shop that never changes: its rows in Python, and a home that holds them, built.

`make_shop(home)` gives a home of its own to every test that writes; tests that only read may share
one. The rows are here as plain values, so that tests can work out figures without any SQL.

In it on purpose: customers without orders, a guest's orders, missing emails, phones, cities and
birthdates, two brands, three channels, returns, cancellations, and orders on the shop's own day.
"""

from __future__ import annotations

import atexit
import csv
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from ampiq_gql.build import BuildService
from ampiq_gql.ingest import IngestRequest, IngestService, SourceKind
from ampiq_gql.progress import Silent
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import open_warehouse

__all__ = [
    "SHOP_DAY", "ShopCustomer", "ShopLine", "ShopOrder", "ShopProduct", "customers", "lines",
    "make_shop", "orders", "products", "write_shop_files",
]  # fmt: skip

SHOP_DAY = date(2026, 6, 30)
"""The as_of of the shop's build; some orders are on this very day."""

CUSTOMERS = 60
ORDERS = 300
DAYS_OF_HISTORY = 900

_CITIES = (
    ("Chicago", "IL", "60601"), ("Seattle", "WA", "98101"), ("Portland", "OR", "97201"),
    ("Springfield", "IL", "62701"), ("Portland", "ME", "04101"),
)  # fmt: skip
_CATEGORIES = (("socks", "apparel"), ("shoes", "apparel"), ("tacos", "food"), ("game", "toys"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopCustomer:
    """A row of the customers file; None is an empty field."""

    customer_id: str
    given_name: str
    surname: str
    email: str | None
    phone: str | None
    address: str | None
    city: str | None
    state: str | None
    postal: str | None
    country: str
    birthdate: date | None
    gender: str | None
    is_member: bool
    shoe_size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProduct:
    """A row of the products file."""

    product_id: str
    product_name: str
    product_category: str
    product_department: str
    product_brand: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopOrder:
    """A row of the orders file; a guest's order has no customer."""

    order_id: str
    customer_id: str | None
    order_datetime: datetime
    purchase_brand: str
    purchase_channel: str
    digital_channel: str | None
    store_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopLine:
    """A row of the order-items file. Returns and cancellations repeat the line with minus signs."""

    order_id: str
    line_number: int
    product_id: str
    order_datetime: datetime
    item_quantity: int
    item_revenue: Decimal
    item_list_price: Decimal
    item_discount_amount: Decimal
    is_return: bool
    is_cancellation: bool

    @property
    def is_purchase(self) -> bool:
        """Neither a return nor a cancellation."""
        return not (self.is_return or self.is_cancellation)


def make_shop(home: Path) -> Settings:
    """Put a built shop into `home`, which must not exist yet; built once, then copied."""
    shutil.copytree(_built(), home)
    return Settings(home=home)


@cache
def customers() -> tuple[ShopCustomer, ...]:
    """Return all customers; the last eight never bought."""
    return tuple(_customer(number) for number in range(CUSTOMERS))


@cache
def products() -> tuple[ShopProduct, ...]:
    """Return the catalog."""
    return tuple(
        ShopProduct(
            product_id=f"p{number:02}",
            product_name=f"{('Plain', 'Blue', 'Giant')[number % 3]} {category}",
            product_category=category,
            product_department=department,
            product_brand="ACME" if number % 2 else "Fearless Creatures",
        )
        for number in range(20)
        for category, department in (_CATEGORIES[number % len(_CATEGORIES)],)
    )


@cache
def orders() -> tuple[ShopOrder, ...]:
    """Return all orders, the oldest first."""
    chance = Random(2026)  # noqa: S311 - the same shop every time is the point
    start = datetime.combine(SHOP_DAY - timedelta(days=DAYS_OF_HISTORY), datetime.min.time())
    minutes = sorted(
        int(chance.random() * (DAYS_OF_HISTORY + 1) * 24 * 60) for _ in range(ORDERS - 2)
    )
    # Two orders on the shop's day: one at its first second, one in its last minute.
    last_day = DAYS_OF_HISTORY * 24 * 60
    at = sorted([*minutes, last_day, last_day + 24 * 60 - 1])
    return tuple(
        _order(number, start + timedelta(minutes=minute), chance)
        for number, minute in enumerate(at)
    )


@cache
def lines() -> tuple[ShopLine, ...]:
    """Return all lines: purchases, and behind them their returns and cancellations."""
    chance = Random(7)  # noqa: S311
    found: list[ShopLine] = []
    for order in orders():
        for number in range(1 + int(chance.random() * 3)):
            found += _line_and_its_undoing(order, number + 1, chance)
    return tuple(found)


def write_shop_files(folder: Path) -> dict[SourceKind, Path]:
    """Write the shop as a retailer would export it; return the file of each kind."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: Mapping[SourceKind, Iterable[ShopCustomer | ShopProduct | ShopOrder | ShopLine]] = {
        SourceKind.CUSTOMERS: customers(),
        SourceKind.PRODUCTS: products(),
        SourceKind.ORDERS: orders(),
        SourceKind.ORDER_ITEMS: lines(),
    }
    return {
        kind: _write_csv(folder / f"{kind}.csv", list(of_kind)) for kind, of_kind in rows.items()
    }


@cache
def _built() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="shop-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = Settings(home=folder / "home")
    warehouse = open_warehouse(settings)
    try:
        ingest = IngestService(warehouse, settings)
        for kind, file in write_shop_files(folder / "files").items():
            ingest.load(IngestRequest(files=(file,), kind=kind, source="shop"), Silent())
        BuildService(warehouse, settings).run(SHOP_DAY, Silent())
    finally:
        warehouse.close()
    return settings.home


def _customer(number: int) -> ShopCustomer:
    city, state, postal = _CITIES[number % len(_CITIES)]
    has_address = number % 7 != 3
    return ShopCustomer(
        customer_id=f"c{number:03}",
        given_name=f"Given{number}",
        surname=f"O'Sur{number}" if number % 10 == 0 else f"Sur{number}",
        email=None if number % 5 == 4 else f"user{number}@example.com",
        phone=None if number % 3 == 2 else f"+1312555{number:04}",
        address=f"{number} Main St" if has_address else None,
        city=city if has_address else None,
        state=state if has_address else None,
        postal=postal if has_address else None,
        country="US",
        birthdate=None
        if number % 4 == 1
        else date(1950 + number, 1 + number % 12, 1 + number % 28),
        gender=("F", "M", None)[number % 3],
        is_member=number % 20 == 7,
        shoe_size=None if number % 6 == 0 else 36 + number % 10,
    )


def _order(number: int, at: datetime, chance: Random) -> ShopOrder:
    # The square favours low numbers: some customers buy often, most seldom, the last eight never.
    buyer = int(chance.random() ** 2 * (CUSTOMERS - 8))
    channel = ("online", "store", "phone")[int(chance.random() * 2.3)]
    return ShopOrder(
        order_id=f"o{number:04}",
        customer_id=None if number % 50 == 49 else f"c{buyer:03}",
        order_datetime=at,
        purchase_brand="ACME" if chance.random() < 0.7 else "Fearless Creatures",
        purchase_channel=channel,
        digital_channel="email" if channel == "online" and number % 2 else None,
        store_id=f"s{1 + number % 3}" if channel == "store" else None,
    )


def _line_and_its_undoing(order: ShopOrder, number: int, chance: Random) -> list[ShopLine]:
    product = int(chance.random() * len(products()))
    quantity = 1 + int(chance.random() * 3)
    list_price = Decimal(quantity * (500 + 250 * product)) / 100
    discount = (list_price / 10).quantize(Decimal("0.01")) if chance.random() < 0.2 else Decimal(0)
    bought = ShopLine(
        order_id=order.order_id,
        line_number=number,
        product_id=products()[product].product_id,
        order_datetime=order.order_datetime,
        item_quantity=quantity,
        item_revenue=list_price - discount,
        item_list_price=list_price,
        item_discount_amount=discount,
        is_return=False,
        is_cancellation=False,
    )
    undone = chance.random()
    if undone >= 0.1:
        return [bought]
    return [bought, _undoing(bought, is_return=undone < 0.07)]


def _undoing(bought: ShopLine, *, is_return: bool) -> ShopLine:
    at = bought.order_datetime + (timedelta(days=10) if is_return else timedelta(minutes=5))
    return ShopLine(
        order_id=bought.order_id,
        line_number=bought.line_number,
        product_id=bought.product_id,
        order_datetime=min(
            at, datetime.combine(SHOP_DAY, datetime.max.time().replace(microsecond=0))
        ),
        item_quantity=-bought.item_quantity,
        item_revenue=-bought.item_revenue,
        item_list_price=-bought.item_list_price,
        item_discount_amount=-bought.item_discount_amount,
        is_return=is_return,
        is_cancellation=not is_return,
    )


def _write_csv(path: Path, rows: list[ShopCustomer | ShopProduct | ShopOrder | ShopLine]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(rows[0])])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    return path
