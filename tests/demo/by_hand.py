"""The table of the demonstration by SQL that a person would write over the source files.

It shares nothing with the build or the compiler: DuckDB reads the CSV and Parquet files themselves.
The segment of predicted value is left out, since no source file holds a prediction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

__all__ = ["MEMBERS", "PREVIEWED", "ByHand", "figures_by_hand"]

MEMBERS = {
    "All customers": "SELECT customer_id FROM customers",
    "Seattle soft drink regulars": """
        SELECT customer_id FROM customers JOIN lines USING (customer_id)
        WHERE city = 'Seattle' AND product_category = 'SOFT DRINKS'
          AND day > $day - INTERVAL 90 DAY AND day <= $day
        GROUP BY customer_id HAVING count(DISTINCT order_id) >= 3""",
    "Weekly shoppers": """
        SELECT customer_id FROM year GROUP BY customer_id HAVING count(DISTINCT order_id) >= 52""",
    "Lapsing shoppers": """
        SELECT customer_id FROM year GROUP BY customer_id
        HAVING count(DISTINCT order_id) >= 3 AND max(day) <= $day - INTERVAL 30 DAY""",
    "Families at home": """
        SELECT customer_id FROM customers JOIN lines USING (customer_id)
        WHERE kids_count IN ('1', '2', '3+') AND people_at_home IN ('3', '4', '5+')
          AND day > $day - INTERVAL 3 MONTH AND day <= $day
        GROUP BY customer_id HAVING sum(item_revenue) >= 200""",
    "Best of the year": """
        SELECT customer_id FROM (
          SELECT customer_id,
            ntile(10) OVER (ORDER BY latest, orders, revenue) AS r,
            ntile(10) OVER (ORDER BY orders, revenue, latest) AS f,
            ntile(10) OVER (ORDER BY revenue, orders, latest) AS m
          FROM (SELECT customer_id, max(order_datetime) AS latest, sum(item_revenue) AS revenue,
                       count(DISTINCT order_id) AS orders
                FROM year GROUP BY customer_id))
        WHERE r >= 8 AND f >= 8 AND m >= 8""",
    "Mail only": """
        SELECT customer_id FROM customers
        WHERE address IS NOT NULL AND email IS NULL AND phone IS NULL""",
}

PREVIEWED = "Seattle, bought in 90 days"
"""The expression of the third query that the demonstration prints; it is no saved segment."""

_ASKED = MEMBERS | {
    PREVIEWED: """
        SELECT DISTINCT customer_id FROM customers JOIN lines USING (customer_id)
        WHERE city = 'Seattle' AND day > $day - INTERVAL 90 DAY AND day <= $day"""
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Totals of a segment; revenue, orders and units are of the year that ends with the day."""

    customers: int
    active: int
    revenue: Decimal
    orders: int
    units: int
    reachable: int


def figures_by_hand(folder: Path, day: date) -> dict[str, ByHand]:
    """Return the figures of each sample segment over the files in `folder`."""
    with duckdb.connect() as files:
        _open(files, folder, day)
        return {name: _figures(files, members, day) for name, members in _ASKED.items()}


def _open(files: duckdb.DuckDBPyConnection, folder: Path, day: date) -> None:
    for name in ("customers", "orders", "products"):
        # `1` and `3+` in one column: text, whatever the first rows look like.
        texts = "types={'kids_count': 'VARCHAR', 'people_at_home': 'VARCHAR'}"
        options = f", {texts}" if name == "customers" else ""
        files.execute(
            f"CREATE VIEW {name} AS SELECT * FROM read_csv('{folder}/{name}.csv'{options})"
        )
    files.execute(
        f"""CREATE TABLE lines AS
        SELECT customer_id, order_id, order_datetime, CAST(order_datetime AS DATE) AS day,
               item_revenue, item_quantity, product_category
        FROM '{folder}/order_items.parquet'
        JOIN orders USING (order_id) LEFT JOIN products USING (product_id)"""
    )
    files.execute(
        """CREATE TABLE year AS SELECT * FROM lines
        WHERE day > $day - INTERVAL 1 YEAR AND day <= $day""",
        {"day": day},
    )


def _figures(files: duckdb.DuckDBPyConnection, members: str, day: date) -> ByHand:
    values = {"day": day} if "$day" in members else {}
    files.execute(f"CREATE OR REPLACE TEMP TABLE members AS {members}", values)
    bought = files.execute(
        """SELECT count(DISTINCT customer_id), coalesce(sum(item_revenue), 0),
                  count(DISTINCT order_id), coalesce(sum(item_quantity), 0)
        FROM year JOIN members USING (customer_id)"""
    ).fetchone()
    people = files.execute(
        """SELECT count(*), count(coalesce(email, phone, address))
        FROM customers JOIN members USING (customer_id)"""
    ).fetchone()
    assert bought is not None
    assert people is not None
    active, revenue, orders, units = bought
    return ByHand(
        customers=people[0],
        active=active,
        revenue=Decimal(revenue),
        orders=orders,
        units=units,
        reachable=people[1],
    )
