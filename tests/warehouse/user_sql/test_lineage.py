"""Personal data follows the values through a query, and shows where it only decides."""

from __future__ import annotations

import pytest

from tests.warehouse.user_sql.conftest import Guard


@pytest.mark.parametrize(
    ("text", "personal"),
    [
        ("SELECT email, city FROM merged_customers", {"email"}),
        ("SELECT email AS x FROM merged_customers", {"x"}),
        ("SELECT upper(email) AS x FROM merged_customers", {"x"}),
        ("SELECT city || email AS x FROM merged_customers", {"x"}),
        ("SELECT max(email) AS x FROM merged_customers", {"x"}),
        ("SELECT min(email) OVER (ORDER BY city) AS x FROM merged_customers", {"x"}),
        ("SELECT CASE WHEN email = 'a' THEN 1 END AS x FROM merged_customers", {"x"}),
        ("SELECT (SELECT max(email) FROM merged_customers) AS x", {"x"}),
        ("SELECT * FROM merged_customers", {"email", "phone"}),
        ("SELECT * EXCLUDE (email) FROM merged_customers", {"phone"}),
        ("SELECT * REPLACE (email AS city) FROM merged_customers", {"email", "phone", "city"}),
        ("SELECT x.y FROM (SELECT email AS y FROM merged_customers) AS x", {"y"}),
        ("WITH x AS (SELECT email AS y FROM merged_customers) SELECT y AS z FROM x", {"z"}),
        (
            "WITH x AS (SELECT email AS y FROM merged_customers), z AS (SELECT y FROM x) FROM z",
            {"y"},
        ),
        (
            "SELECT city FROM merged_customers UNION ALL SELECT email FROM merged_customers",
            {"city"},
        ),
        ("SELECT count(email) AS x FROM merged_customers", set()),
        ("SELECT count(DISTINCT email) AS x FROM merged_customers", set()),
        ("SELECT count(*) AS x FROM merged_customers WHERE email = 'a'", set()),
        ("SELECT email FROM (SELECT 1 AS email FROM merged_customers) AS x", set()),
        (
            "WITH merged_customers AS (SELECT 'a' AS email) SELECT email FROM merged_customers",
            set(),
        ),
    ],
)
def test_personal_results(guarded: Guard, text: str, personal: set[str]) -> None:
    assert {column.name for column in guarded(text).columns if column.is_pii} == personal


@pytest.mark.parametrize(
    "text",
    [
        "SELECT city FROM merged_customers WHERE email = 'a'",
        "SELECT city FROM merged_customers GROUP BY city HAVING max(email) = 'a'",
        "SELECT count(*) AS n FROM merged_customers GROUP BY email",
        "SELECT email, count(*) AS n FROM merged_customers GROUP BY 1",
        "SELECT email, count(*) AS n FROM merged_customers GROUP BY ALL",
        "SELECT city FROM merged_customers ORDER BY email",
        "SELECT email AS city FROM merged_customers ORDER BY city",
        "SELECT DISTINCT email FROM merged_customers",
        "SELECT city FROM merged_customers UNION SELECT email FROM merged_customers",
        "SELECT email FROM merged_customers INTERSECT SELECT 'a'",
        "SELECT email FROM merged_customers EXCEPT SELECT 'a'",
        "SELECT row_number() OVER (PARTITION BY email) AS n FROM merged_customers",
        "SELECT row_number() OVER (ORDER BY email) AS n FROM merged_customers",
        "SELECT count(*) FILTER (WHERE email = 'a') AS n FROM merged_customers",
        "SELECT count(CASE WHEN email = 'a' THEN 1 END) AS n FROM merged_customers",
        "SELECT count_if(email = 'a') AS n FROM merged_customers",
        "SELECT city FROM merged_customers WHERE 'a' IN (SELECT email FROM merged_customers)",
        "SELECT a.city FROM merged_customers AS a JOIN merged_customers AS b USING (email)",
        "SELECT a.city FROM merged_customers AS a JOIN file_vips AS b ON b.tier = a.email",
        "SELECT city FROM merged_customers QUALIFY row_number() OVER (ORDER BY email) = 1",
        "WITH x AS (SELECT email AS y, city FROM merged_customers) "
        "SELECT city FROM x WHERE y = 'a'",
        "SELECT city FROM merged_customers AS m WHERE EXISTS "
        "(SELECT 1 FROM file_vips AS v WHERE v.tier = m.email)",
    ],
)
def test_personal_data_that_decides_is_a_probe(guarded: Guard, text: str) -> None:
    assert guarded(text).probes


@pytest.mark.parametrize(
    "text",
    [
        "SELECT email FROM merged_customers",
        "SELECT email FROM merged_customers WHERE city = 'Rome' ORDER BY city",
        "SELECT count(DISTINCT email) AS n FROM merged_customers",
        "SELECT city, count(email) AS n FROM merged_customers GROUP BY ALL",
        "SELECT city FROM merged_customers UNION ALL SELECT email FROM merged_customers",
        "SELECT email FROM merged_customers AS a JOIN file_vips AS b USING (amperity_id)",
    ],
)
def test_personal_data_that_is_only_shown_is_none(guarded: Guard, text: str) -> None:
    assert guarded(text).probes == ()


def test_what_is_read_is_told_by_relation_and_column(guarded: Guard) -> None:
    text = "SELECT v.tier FROM file_vips AS v JOIN merged_customers AS m USING (amperity_id)"
    assert guarded(text).reads == {
        ("list_5f0c", "tier"),
        ("list_5f0c", "amperity_id"),
        ("merged_customers", "amperity_id"),
    }
