"""What a query may not be: every refusal says what, where and what instead."""

from __future__ import annotations

import pytest

from ampiq_gql.warehouse import Dialect
from ampiq_gql.warehouse.user_sql import MAX_CHARACTERS, SqlRefused
from tests.warehouse.user_sql.conftest import Guard

EVERYWHERE = list(Dialect)

MORE_THAN_A_QUERY = [
    "",
    "-- nothing",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE merged_customers",
    "DROP TABLE merged_customers",
    "DELETE FROM merged_customers",
    "INSERT INTO merged_customers SELECT * FROM merged_customers",
    "UPDATE merged_customers SET city = 'Rome'",
    "CREATE TABLE t AS SELECT 1",
    "TRUNCATE TABLE merged_customers",
    "SET memory_limit = '100GB'",
    "EXPLAIN SELECT 1",
    "VALUES (1)",
    "GRANT SELECT ON merged_customers TO public",
]

FOREIGN_FUNCTIONS = [
    (Dialect.DUCKDB, "getenv('HOME')"),
    (Dialect.DUCKDB, "current_setting('memory_limit')"),
    (Dialect.DUCKDB, "nextval('s')"),
    (Dialect.DUCKDB, "repeat('x', 1000000000)"),
    (Dialect.DUCKDB, "lpad('x', 1000000000, 'y')"),
    (Dialect.DUCKDB, "range(1000000000)"),
    (Dialect.DUCKDB, "unnest([1, 2])"),
    (Dialect.DUCKDB, "columns('.*')"),
    (Dialect.DUCKDB, "array_agg(city)"),
    (Dialect.DUCKDB, "read_text('/etc/passwd')"),
    (Dialect.POSTGRESQL, "pg_read_file('/etc/passwd')"),
    (Dialect.POSTGRESQL, "lo_import('/etc/passwd')"),
    (Dialect.POSTGRESQL, "pg_sleep(10)"),
    (Dialect.POSTGRESQL, "set_config('statement_timeout', '0', false)"),
    (Dialect.POSTGRESQL, "query_to_xml('SELECT 1', true, true, '')"),
    (Dialect.POSTGRESQL, "dblink('dbname=postgres', 'SELECT 1')"),
    (Dialect.POSTGRESQL, "pg_terminate_backend(1)"),
    (Dialect.POSTGRESQL, "current_user"),
    (Dialect.CLICKHOUSE, "file('x.csv')"),
    (Dialect.CLICKHOUSE, "hostName()"),
    (Dialect.CLICKHOUSE, "currentDatabase()"),
    (Dialect.CLICKHOUSE, "dictGet('d', 'a', 1)"),
    (Dialect.CLICKHOUSE, "getSetting('max_threads')"),
    (Dialect.CLICKHOUSE, "sleep(3)"),
]

FOREIGN_TABLES = [
    (Dialect.DUCKDB, "'/etc/passwd'"),
    (Dialect.DUCKDB, "information_schema.tables"),
    (Dialect.DUCKDB, "duckdb_settings"),
    (Dialect.DUCKDB, "sources.orders"),
    (Dialect.DUCKDB, "build.c360.merged_customers"),
    (Dialect.POSTGRESQL, "pg_catalog.pg_authid"),
    (Dialect.POSTGRESQL, "pg_shadow"),
    (Dialect.POSTGRESQL, "other.merged_customers"),
    (Dialect.CLICKHOUSE, "system.settings"),
    (Dialect.CLICKHOUSE, "default.merged_customers"),
]

FOREIGN_CONSTRUCTS = [
    (Dialect.DUCKDB, "SELECT * FROM read_csv('/etc/passwd')"),
    (Dialect.DUCKDB, "SELECT * FROM glob('/etc/*')"),
    (Dialect.DUCKDB, "SELECT * FROM query('SELECT 1')"),
    (Dialect.DUCKDB, "SELECT * FROM merged_customers TABLESAMPLE 10%"),
    (Dialect.DUCKDB, "SELECT DISTINCT ON (city) city FROM merged_customers"),
    (Dialect.DUCKDB, "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) FROM n"),
    (Dialect.DUCKDB, "SELECT city, email FROM merged_customers UNION ALL BY NAME SELECT 1, 2"),
    (Dialect.DUCKDB, "SELECT * FROM merged_customers FOR UPDATE"),
    (Dialect.DUCKDB, "WITH i AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM i"),
    (Dialect.DUCKDB, "SELECT customer FROM merged_customers AS customer"),
    (Dialect.DUCKDB, "SELECT $1"),
    (Dialect.POSTGRESQL, "SELECT * INTO t FROM merged_customers"),
    (Dialect.POSTGRESQL, "SELECT * FROM dblink('dbname=x', 'SELECT 1')"),
    (Dialect.POSTGRESQL, "SELECT email::regclass FROM merged_customers"),
    (Dialect.POSTGRESQL, "SELECT (customer).email FROM merged_customers AS customer"),
    (Dialect.POSTGRESQL, "SELECT customer::text FROM merged_customers AS customer"),
    (Dialect.CLICKHOUSE, "SELECT * FROM merged_customers SETTINGS max_threads = 1"),
    (Dialect.CLICKHOUSE, "SELECT * FROM merged_customers FORMAT JSON"),
    (Dialect.CLICKHOUSE, "SELECT * FROM url('http://127.0.0.1/', 'CSV')"),
    (Dialect.CLICKHOUSE, "SELECT * FROM merged_customers FINAL"),
    (Dialect.CLICKHOUSE, "SELECT city FROM merged_customers PREWHERE city = 'Rome'"),
]


def refused(guarded: Guard, text: str, dialect: Dialect = Dialect.DUCKDB) -> SqlRefused:
    with pytest.raises(SqlRefused) as caught:
        guarded(text, dialect)
    return caught.value


@pytest.mark.parametrize("dialect", EVERYWHERE)
@pytest.mark.parametrize("text", MORE_THAN_A_QUERY)
def test_a_query_is_one_select(guarded: Guard, text: str, dialect: Dialect) -> None:
    assert refused(guarded, text, dialect).code == "SQL_NOT_ONE_SELECT"


@pytest.mark.parametrize(("dialect", "call"), FOREIGN_FUNCTIONS)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT {} AS x",
        "SELECT city FROM merged_customers WHERE city = {}",
        "SELECT city FROM merged_customers ORDER BY {}",
        "WITH x AS (SELECT {} AS y) SELECT y FROM x",
        "SELECT city FROM merged_customers LIMIT (SELECT {})",
    ],
)
def test_no_function_beyond_the_known_ones(
    guarded: Guard, query: str, dialect: Dialect, call: str
) -> None:
    assert refused(guarded, query.format(call), dialect).code == "SQL_FUNCTION_REFUSED"


@pytest.mark.parametrize(("dialect", "table"), FOREIGN_TABLES)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1 AS one FROM {}",
        "SELECT city FROM merged_customers WHERE EXISTS (SELECT 1 FROM {})",
        "WITH x AS (SELECT 1 AS y FROM {}) SELECT y FROM x",
        "SELECT city FROM merged_customers UNION ALL SELECT 'x' FROM {}",
        "SELECT city FROM merged_customers JOIN {} AS t ON true",
    ],
)
def test_no_table_beyond_the_catalog(
    guarded: Guard, query: str, dialect: Dialect, table: str
) -> None:
    assert refused(guarded, query.format(table), dialect).code == "SQL_TABLE_UNKNOWN"


@pytest.mark.parametrize(("dialect", "text"), FOREIGN_CONSTRUCTS)
def test_no_construct_beyond_a_plain_select(guarded: Guard, dialect: Dialect, text: str) -> None:
    assert refused(guarded, text, dialect).code in {"SQL_CONSTRUCT_REFUSED", "SQL_SYNTAX"}


@pytest.mark.parametrize(
    ("text", "code", "message", "place", "hint"),
    [
        (
            "SELECT emial FROM merged_customers",
            "SQL_COLUMN_UNKNOWN",
            'There is no column "emial" in what the query reads.',
            "line 1, column 8",
            "Did you mean email?",
        ),
        (
            "SELECT city\nFROM merged_custmers",
            "SQL_TABLE_UNKNOWN",
            'There is no table "merged_custmers".',
            "line 2, column 6",
            "Did you mean merged_customers?",
        ),
        (
            "SELECT amperity_id FROM merged_customers, unified_transactions",
            "SQL_COLUMN_UNKNOWN",
            '"amperity_id" could be a column of merged_customers or unified_transactions.',
            "line 1, column 8",
            "Write merged_customers.amperity_id, with the table's alias if it has one.",
        ),
        (
            "SELECT rowid FROM merged_customers",
            "SQL_COLUMN_UNKNOWN",
            'There is no column "rowid" in what the query reads.',
            "line 1, column 8",
            None,
        ),
        (
            "SELECT city, city FROM merged_customers",
            "SQL_COLUMN_REPEATED",
            'The result has two columns named "city".',
            None,
            "Give one another name: … AS other_city.",
        ),
        (
            "SELECT getenv('HOME')",
            "SQL_FUNCTION_REFUSED",
            "The function getenv() is not among those that queries may use.",
            "line 1, column 8",
            "Queries compute with the values of tables; nothing else can be reached from them.",
        ),
        (
            "SELECT 'Rome",
            "SQL_SYNTAX",
            "This is no SQL: a quote or comment is not closed.",
            None,
            None,
        ),
        (
            "SELECT city FROM merged_customers WHERE",
            "SQL_SYNTAX",
            "This is no SQL: a part of WHERE is missing.",
            "line 1, column 39",
            None,
        ),
        (
            "SELECT city FROM merged_customers JOIN",
            "SQL_SYNTAX",
            "This is no SQL: Expected table name.",
            "line 1, column 38",
            None,
        ),
        (
            "SELECT " + "(" * 2_000 + "1" + ")" * 2_000,
            "SQL_TOO_LARGE",
            "The query is nested too deeply to be read.",
            None,
            "Name inner queries with WITH.",
        ),
        (
            "SELECT " + "1" * MAX_CHARACTERS,
            "SQL_TOO_LARGE",
            "The query has 50,007 characters; 50,000 are the most.",
            None,
            "Keep long lists of values in an uploaded file and join with it.",
        ),
    ],
    ids=lambda value: None if value is None else value[:30],
)
def test_a_refusal_says_what_where_and_what_instead(
    guarded: Guard, text: str, code: str, message: str, place: str | None, hint: str | None
) -> None:
    error = refused(guarded, text)
    assert (error.code, error.message, error.place, error.hint) == (code, message, place, hint)
