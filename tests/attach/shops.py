"""A shop's database of its own, on each engine that can be attached, filled and changed by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import clickhouse_connect
import sqlalchemy as sa
from sqlalchemy.engine import URL

__all__ = ["ITEMS", "ORDERS", "PEOPLE", "ClickHouseShop", "PostgreSQLShop", "Shop"]

PEOPLE = "clients"
ORDERS = "orders"
ITEMS = "order_items"
COLUMNS = {
    PEOPLE: ("id", "first_name", "last_name", "email", "city"),
    ORDERS: ("order_id", "customer_id", "order_date", "total", "channel"),
    ITEMS: ("order_id", "product_id", "quantity", "item_revenue", "product_category"),
}
ROWS: Mapping[str, list[tuple[Any, ...]]] = {
    PEOPLE: [
        (1, "Ada", "Byron", "ada@example.com", "Chicago"),
        (2, "Bob", "Ross", None, "Seattle"),
        (3, "Cy", "Young", "cy@example.com", None),
    ],
    ORDERS: [
        (10, 1, datetime(2026, 6, 30, 23, 30, tzinfo=UTC), 30.00, "web"),
        (11, 1, datetime(2026, 1, 15, 12, 0, tzinfo=UTC), 19.99, "store"),
        (12, 2, datetime(2024, 3, 1, 2, 0, tzinfo=UTC), 5.00, "web"),
    ],
    ITEMS: [
        (10, "p1", 2, "20.00", "socks"),
        (10, "p2", 1, "10.00", "shoes"),
        (11, "p1", 1, "19.99", "socks"),
        (12, "p3", 1, "5.00", "tacos"),
    ],
}


class Shop(Protocol):
    """What the owner of the database does to it."""

    url: str
    """What `ampiq attach` is given."""

    schema: str

    def fill(self) -> None:
        """Put the rows in place of all others; the tables stay, since views may stand on them."""

    def add(self, table: str, **values: Any) -> None:
        """Insert a row."""

    def change(self, table: str, key: str, which: int, **values: Any) -> None:
        """Change the row with that key."""

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """Return the answer to SQL of the engine."""


class PostgreSQLShop:
    """See `Shop`."""

    schema = "public"
    _tables = (
        "CREATE TABLE clients (id bigint PRIMARY KEY, first_name varchar(40), "
        "last_name varchar(40), email text, city text, member_since date)",
        "CREATE TABLE orders (order_id integer PRIMARY KEY, customer_id bigint, "
        "order_date timestamptz, total numeric(10, 2), channel text)",
        "CREATE TABLE order_items (order_id integer, product_id text, quantity integer, "
        "item_revenue numeric(10, 2), product_category text)",
    )

    def __init__(self, address: URL) -> None:
        self.url = address.set(drivername="postgresql").render_as_string(hide_password=False)
        self._engine = sa.create_engine(address.set(drivername="postgresql+psycopg"))
        with self._engine.begin() as connection:
            for table in self._tables:
                connection.execute(sa.text(table))

    def fill(self) -> None:
        with self._engine.begin() as connection:
            for table, rows in ROWS.items():
                connection.execute(sa.delete(_table(table)))
                names = COLUMNS[table]
                values = [dict(zip(names, row, strict=True)) for row in rows]
                connection.execute(sa.insert(_table(table)), values)

    def add(self, table: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.insert(_table(table)).values(values))

    def change(self, table: str, key: str, which: int, **values: Any) -> None:
        with self._engine.begin() as connection:
            which_one = sa.column(key) == which
            connection.execute(sa.update(_table(table)).where(which_one).values(values))

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(question))]

    def close(self) -> None:
        self._engine.dispose()


class ClickHouseShop:
    """See `Shop`."""

    _tables = (
        "CREATE TABLE clients (id UInt64, first_name LowCardinality(String), last_name String, "
        "email Nullable(String), city LowCardinality(Nullable(String)), member_since Date32) "
        "ENGINE = MergeTree ORDER BY id",
        "CREATE TABLE orders (order_id UInt64, customer_id UInt64, "
        "order_date DateTime('America/New_York'), total Float64, "
        "channel Enum8('web' = 1, 'store' = 2)) ENGINE = MergeTree ORDER BY order_id",
        "CREATE TABLE order_items (order_id UInt64, product_id FixedString(5), quantity UInt16, "
        "item_revenue Decimal(10, 2), product_category LowCardinality(String), "
        "secret String EPHEMERAL) ENGINE = MergeTree ORDER BY order_id",
    )

    def __init__(self, address: URL, schema: str) -> None:
        self.url = address.render_as_string(hide_password=False)
        self.schema = schema
        server: dict[str, Any] = {"host": address.host, "port": address.port, "compress": False}
        with clickhouse_connect.get_client(**server) as client:
            client.command(f"CREATE DATABASE {schema}")
        self._client = clickhouse_connect.get_client(**server, database=schema)
        for table in self._tables:
            self._client.command(table)

    def fill(self) -> None:
        for table, rows in ROWS.items():
            self._client.command(f"TRUNCATE TABLE {table}")
            for row in rows:
                self.add(table, **dict(zip(COLUMNS[table], row, strict=True)))

    def add(self, table: str, **values: Any) -> None:
        names, texts = ", ".join(values), ", ".join(map(_literal, values.values()))
        self._client.command(f"INSERT INTO {table} ({names}) SELECT {texts}")

    def change(self, table: str, key: str, which: int, **values: Any) -> None:
        changes = ", ".join(f"{name} = {_literal(value)}" for name, value in values.items())
        self._client.command(
            f"ALTER TABLE {table} UPDATE {changes} WHERE {key} = {which} "
            "SETTINGS mutations_sync = 1"
        )

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._client.query(question).result_rows]

    def close(self) -> None:
        self._client.close()


def _table(name: str) -> sa.TableClause:
    return sa.table(name, *map(sa.column, COLUMNS[name]))


_LITERALS: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "NULL",
    str: lambda text: f"'{text}'",
    datetime: lambda moment: f"toDateTime('{moment:%Y-%m-%d %H:%M:%S}', 'UTC')",
}


def _literal(value: Any) -> str:
    return _LITERALS.get(type(value), str)(value)
