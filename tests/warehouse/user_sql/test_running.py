"""What the guard lets through gives the same rows as the text that the user wrote."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
import sqlalchemy as sa

from tests.warehouse.user_sql.conftest import RELATIONS, TABLES, Guard

QUERIES = [
    "SELECT city, email FROM merged_customers",
    "FROM merged_customers SELECT city",
    "SELECT * FROM merged_customers NATURAL JOIN file_vips",
    "SELECT * FROM merged_customers LEFT JOIN file_vips USING (amperity_id)",
    "SELECT m.city, sum(order_revenue) AS s FROM merged_customers m "
    "JOIN unified_transactions t ON t.amperity_id = m.amperity_id GROUP BY 1 HAVING s > 10",
    "SELECT date_trunc('month', order_datetime) AS month, count(DISTINCT order_id), "
    "avg(order_revenue::decimal(18, 4)) FROM unified_transactions GROUP BY ALL",
    "SELECT city, row_number() OVER (PARTITION BY city ORDER BY email DESC) AS n "
    "FROM merged_customers QUALIFY n <= 2",
    "SELECT order_datetime + INTERVAL 3 DAY, order_datetime - INTERVAL '1 month', "
    "extract(year FROM order_datetime), order_datetime::date, year(order_datetime) "
    "FROM unified_transactions WHERE order_datetime >= DATE '2025-01-01'",
    "SELECT city FROM merged_customers WHERE city ILIKE 'r%' OR email LIKE '%\\_x%' ESCAPE '\\'",
    "SELECT upper(city), left(city, 1), length(email), city || ':' || email AS \"a:b\", "
    "coalesce(phone, '100%'), ':bound' AS c, '%s' AS d FROM merged_customers",
    "SELECT order_revenue / 3, order_revenue // 7, order_revenue % 7, -order_revenue, "
    "round(order_revenue, 1), 1e3, 1.50 FROM unified_transactions",
    "SELECT CASE city WHEN 'Rome' THEN 1 ELSE 2 END AS c, count(*) FILTER (WHERE phone IS NULL) "
    "FROM merged_customers GROUP BY c",
    "SELECT city FROM merged_customers UNION SELECT tier FROM file_vips",
    "(SELECT city FROM merged_customers) EXCEPT SELECT 'Rome'",
    "WITH big AS (SELECT amperity_id FROM unified_transactions GROUP BY 1 HAVING count(*) > 1) "
    "SELECT m.city FROM merged_customers m WHERE m.amperity_id IN (SELECT amperity_id FROM big)",
    "SELECT city FROM merged_customers m WHERE NOT EXISTS "
    "(SELECT 1 FROM file_vips v WHERE v.amperity_id = m.amperity_id)",
    "SELECT (SELECT max(order_revenue) FROM unified_transactions t "
    "WHERE t.amperity_id = m.amperity_id) AS largest FROM merged_customers m",
    "SELECT quantile_cont(order_revenue, 0.5), median(order_revenue), stddev_samp(order_revenue), "
    "percentile_cont(0.9) WITHIN GROUP (ORDER BY order_revenue) FROM unified_transactions",
    "SELECT city, count(*) FROM merged_customers GROUP BY ROLLUP (city)",
    "SELECT city FROM merged_customers ORDER BY city DESC NULLS FIRST LIMIT 3 OFFSET 1",
    "SELECT x.* FROM (SELECT city, phone IS NULL AS p FROM merged_customers) AS x WHERE NOT p",
    "SELECT tier, regexp_matches(tier, '^g'), tier IN ('gold', 'iron'), "
    "nullif(tier, 'gold') IS DISTINCT FROM 'iron' FROM file_vips",
]


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA c360")
        for name, columns in TABLES.items():
            described = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            connection.execute(f"CREATE TABLE c360.{RELATIONS.get(name, name)} ({described})")
        connection.execute(
            "INSERT INTO c360.merged_customers SELECT md5(i::text)::uuid, 'e_x' || i, "
            "CASE WHEN i % 3 = 0 THEN '555-010' || i END, "
            "CASE i % 4 WHEN 0 THEN 'Rome' WHEN 1 THEN 'Oslo' WHEN 2 THEN 'rio' END "
            "FROM range(12) AS r(i)"
        )
        connection.execute(
            "INSERT INTO c360.unified_transactions SELECT md5((i % 9)::text)::uuid, 'o' || i, "
            "TIMESTAMP '2024-11-30 12:00' + to_days(i * 11::int), i * 7.25 FROM range(20) AS r(i)"
        )
        connection.execute(
            "INSERT INTO c360.list_5f0c SELECT md5(i::text)::uuid, "
            "CASE WHEN i < 3 THEN 'gold' ELSE 'iron' END FROM range(6) AS r(i)"
        )
        connection.execute("CREATE VIEW c360.file_vips AS SELECT * FROM c360.list_5f0c")
        connection.execute("USE memory.c360")
        yield connection


def rows(database: duckdb.DuckDBPyConnection, text: str) -> list[str]:
    return sorted(map(repr, database.execute(text).fetchall()))


@pytest.mark.parametrize("text", QUERIES)
def test_the_rows_are_those_of_the_users_text(
    guarded: Guard, database: duckdb.DuckDBPyConnection, text: str
) -> None:
    expected = rows(database, text)
    assert expected, "a query without rows would prove nothing"
    assert rows(database, guarded(text).text) == expected


@pytest.mark.parametrize("text", QUERIES)
def test_results_are_named_once_each(
    guarded: Guard, database: duckdb.DuckDBPyConnection, text: str
) -> None:
    query = guarded(text)
    described = database.execute(f"DESCRIBE {query.text}").fetchall()
    assert [row[0] for row in described] == [column.name for column in query.columns]


def test_the_statement_keeps_colons_and_percent_signs(guarded: Guard) -> None:
    query = guarded("SELECT ':x' AS \"a:b\", '100%' AS c, '\\:y' AS d")
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.connect() as connection:
        assert connection.execute(query.statement()).all() == [(":x", "100%", "\\:y")]
    engine.dispose()
