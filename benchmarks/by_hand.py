"""The Summary tab as a person would write it for DuckDB: one statement, everything in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

__all__ = ["CASES", "Case", "connect", "customers", "everyone", "summary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A segment in the language, the same ids in SQL, and a literal that differs every time."""

    title: str
    expression: str
    ids: str
    start: int
    step: int

    def literal(self, number: int) -> int:
        """Return the literal of one round; no two rounds ask for the same segment."""
        return self.start + self.step * number


CASES = (
    Case(
        title="attribute rule",
        expression='state is "WA" and lifetime_order_revenue >= ${}',
        ids="""
            SELECT amperity_id FROM c360.customer_360
            WHERE state = 'WA' AND lifetime_order_revenue >= {}
        """,
        start=250,
        step=1,
    ),
    Case(
        title="purchase rule with window and where",
        expression=(
            "has purchased at least 2 times in last 12 months"
            ' where (product_category is "Jackets" and item_revenue >= ${})'
        ),
        ids="""
            SELECT amperity_id FROM c360.unified_itemized_transactions
            WHERE amperity_id IS NOT NULL AND NOT is_return AND NOT is_cancellation
                AND product_category = 'Jackets' AND item_revenue >= {}
                AND order_datetime >= TIMESTAMP '2025-11-01'
                AND order_datetime < TIMESTAMP '2026-11-01'
            GROUP BY amperity_id HAVING count(DISTINCT order_id) >= 2
        """,
        start=10,
        step=1,
    ),
    Case(
        title="has purchased, has not purchased",
        expression=(
            "has purchased at least 2 times in last 24 months and has not purchased in last {} days"
        ),
        ids="""
            SELECT amperity_id FROM c360.unified_transactions
            WHERE amperity_id IS NOT NULL AND purchase_line_count > 0
                AND order_datetime >= TIMESTAMP '2024-11-01'
                AND order_datetime < TIMESTAMP '2026-11-01'
            GROUP BY amperity_id
            HAVING count(*) >= 2
                AND max(order_datetime) < TIMESTAMP '2026-11-01' - INTERVAL ({}) DAY
        """,
        start=90,
        step=2,
    ),
    Case(
        title="mixed",
        expression=(
            'city in ("Seattle", "Chicago") and contactable_email is true'
            ' and (has purchased in last 90 days where (purchase_channel is "web")'
            " or l12m_order_revenue >= ${})"
        ),
        ids="""
            SELECT amperity_id FROM c360.customer_360 AS customer
            JOIN c360.customer_attributes AS reach USING (amperity_id)
            WHERE city IN ('Seattle', 'Chicago') AND reach.contactable_email
                AND (l12m_order_revenue >= {} OR amperity_id IN (
                    SELECT amperity_id FROM c360.unified_transactions
                    WHERE purchase_channel = 'web' AND purchase_line_count > 0
                        AND order_datetime >= TIMESTAMP '2026-08-03'
                        AND order_datetime < TIMESTAMP '2026-11-01'))
        """,
        start=500,
        step=5,
    ),
)

_SUMMARY = """
WITH segment AS ({ids})
SELECT
    count(*) AS customers,
    count(*) FILTER (WHERE l12m_order_frequency > 0) AS active_customers,
    coalesce(sum(l12m_order_revenue) FILTER (WHERE l12m_order_frequency > 0), 0) AS revenue,
    sum(l12m_order_frequency) AS orders,
    sum(l12m_total_items) AS items,
    count(*) FILTER (
        WHERE contactable_email OR contactable_phone OR contactable_address
    ) AS reachable_customers,
    count(*) FILTER (WHERE contactable_email) AS by_email,
    count(*) FILTER (WHERE contactable_phone) AS by_phone,
    count(*) FILTER (WHERE contactable_address) AS by_direct_mail,
    count(*) FILTER (WHERE contactable_paid_social) AS by_paid_media,
    count(*) FILTER (WHERE contactable_email IS NULL) AS unknown_email,
    count(*) FILTER (WHERE contactable_phone IS NULL) AS unknown_phone,
    count(*) FILTER (WHERE contactable_address IS NULL) AS unknown_direct_mail,
    count(*) FILTER (WHERE contactable_paid_social IS NULL) AS unknown_paid_media
FROM segment
LEFT JOIN c360.transaction_attributes_extended USING (amperity_id)
LEFT JOIN c360.customer_attributes USING (amperity_id)
"""


def connect(build: Path, *, threads: int) -> duckdb.DuckDBPyConnection:
    """Open the build as any program with the driver could."""
    return duckdb.connect(str(build), read_only=True, config={"threads": threads})


def summary(
    connection: duckdb.DuckDBPyConnection, case: Case, literal: int
) -> Mapping[str, int | Decimal]:
    """Run the one statement and return its row."""
    return _row(connection, case.ids.format(literal))


def everyone(connection: duckdb.DuckDBPyConnection) -> Mapping[str, int | Decimal]:
    """Return the same figures of all customers."""
    return _row(connection, "SELECT amperity_id FROM c360.merged_customers")


def customers(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], *, first: int
) -> Sequence[tuple[object, ...]]:
    """Return the first customers by their ids: the ids, then the rows of those alone."""
    listed = ", ".join(columns)
    page = f"SELECT amperity_id FROM c360.merged_customers ORDER BY amperity_id LIMIT {first}"
    tables = " ".join(
        f"LEFT JOIN (SELECT * FROM c360.{table} WHERE amperity_id IN (FROM page)) AS {table}"
        " USING (amperity_id)"
        for table in ("customer_360", "customer_attributes")
    )
    rows: Sequence[tuple[object, ...]] = connection.execute(
        f"WITH page AS ({page}) SELECT amperity_id, {listed} FROM page {tables} ORDER BY 1"
    ).fetchall()
    return rows


def _row(connection: duckdb.DuckDBPyConnection, ids: str) -> Mapping[str, int | Decimal]:
    cursor = connection.execute(_SUMMARY.format(ids=ids))
    row: tuple[Any, ...] | None = cursor.fetchone()
    names = [column[0] for column in cursor.description]
    return MappingProxyType(dict(zip(names, row or (), strict=True)))
