"""Orders rolled up from lines as a build does it, and what the build would find them to share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from random import Random

from dsl.catalog import LINES_TABLE, ORDERS_TABLE
from tests.dsl.fixture import Data, Row

__all__ = ["FACTS", "KEY", "alike", "orders_of", "shared_columns", "with_orders"]

KEY = frozenset({"amperity_id", "order_id"})
FACTS = ("order_datetime", "purchase_brand", "purchase_channel", "store_id", "currency")


def with_orders(data: Data) -> Data:
    """Return the data with the orders of its lines."""
    return data | {ORDERS_TABLE: orders_of(data[LINES_TABLE])}


def orders_of(lines: Sequence[Row]) -> list[Row]:
    """Return one row per order: its facts are those of a purchase line, its time the earliest."""
    return [_order(rows) for rows in _by_order(lines).values()]


def shared_columns(data: Data) -> frozenset[str]:
    """Return the columns in which every purchase line of a known customer is like its order."""
    orders = {row["order_id"]: row for row in data[ORDERS_TABLE]}
    bought = [row for row in data[LINES_TABLE] if _is_bought(row) and row["amperity_id"]]
    return frozenset(
        column
        for column in (*KEY, *FACTS)
        if all(row[column] == orders[row["order_id"]][column] for row in bought)
    )


def alike(data: Data, columns: Iterable[str], seed: int) -> Data:
    """Return the data with one known customer per order, and lines that agree in these columns.

    Returns and cancellations keep times of their own; some orders are of nobody known.
    """
    random = Random(seed)  # noqa: S311 - data for a test
    owners: list[Row] = [*data["merged_customers"][: len(data["merged_customers"]) * 3 // 4]]
    lines: list[Row] = []
    for rows in _by_order(data[LINES_TABLE]).values():
        owner = random.choice([*owners, {"amperity_id": None}])["amperity_id"]
        said = {column: rows[0][column] for column in columns}
        lines += [row | {"amperity_id": owner} | (said if _is_bought(row) else {}) for row in rows]
    return with_orders(data | {LINES_TABLE: lines})


def _by_order(lines: Sequence[Row]) -> dict[str, list[Row]]:
    orders: dict[str, list[Row]] = {}
    for line in lines:
        orders.setdefault(line["order_id"], []).append(line)
    return orders


def _order(rows: Sequence[Row]) -> Row:
    bought = [row for row in rows if _is_bought(row)]
    leading = (bought or rows)[0]
    times = [time for row in bought or rows if (time := row["order_datetime"]) is not None]
    revenue = sum((row["item_revenue"] or Decimal(0) for row in bought), start=Decimal(0))
    return {
        **{column: leading.get(column) for column in (*KEY, *FACTS)},
        "order_datetime": min(times, default=None),
        "order_revenue": revenue,
        "purchase_line_count": len(bought),
    }


def _is_bought(row: Row) -> bool:
    return not row["is_return"] and not row["is_cancellation"]
