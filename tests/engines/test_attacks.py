"""What no parser looked at: the reading session of each engine refuses every attack by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from ampiq_gql.errors import AmpiqError
from ampiq_gql.warehouse import Dialect, Session, open_warehouse
from tests.engines.conftest import NewHome
from tests.engines.test_postgresql_builds import build
from tests.warehouse.builders import customers, source_customers
from tests.warehouse.user_sql.attacks import ATTACKS, HARMLESS

QUERIES = {
    Dialect.DUCKDB: [
        "SELECT upper(city) || now()::text AS found FROM merged_customers",
        "SELECT CAST(date_trunc('month', current_date) AS TEXT) AS found FROM merged_customers",
        "SELECT CAST(rank() OVER (ORDER BY spent) AS TEXT) AS found FROM merged_customers",
        "SELECT CASE WHEN city = 'user (x)' THEN 'pg_sleep(1)' ELSE city END AS found"
        " FROM merged_customers",
    ],
    Dialect.POSTGRESQL: [
        "SELECT upper(city) || now()::text AS found FROM merged_customers",
        "SELECT date_trunc('month', current_date)::text AS found FROM merged_customers",
        "SELECT to_char(now(), 'YYYY') || extract(year FROM now()) AS found FROM merged_customers",
        "SELECT (rank() OVER (ORDER BY spent))::text AS found FROM merged_customers",
        "SELECT CASE WHEN city = 'user (x)' THEN 'pg_sleep(1)' ELSE city END AS found"
        " FROM merged_customers",
        'SELECT c."user" AS found FROM (SELECT city AS "user" FROM merged_customers) AS c',
        "SELECT concat(replace(city, 'o', 'a'), md5(city)) AS found FROM merged_customers"
        " WHERE city IN (SELECT max(city) FROM merged_customers GROUP BY city)",
    ],
    Dialect.CLICKHOUSE: [
        "SELECT concat(upper(city), toString(now())) AS found FROM merged_customers",
        "SELECT toString(toStartOfMonth(today())) AS found FROM merged_customers",
        "SELECT toString(rank() OVER (ORDER BY spent)) AS found FROM merged_customers",
        "SELECT CASE WHEN city = 'user (x)' THEN 'sleep(1)' ELSE city END AS found"
        " FROM merged_customers",
    ],
}
COUNT = sa.select(sa.func.count()).select_from(customers)


@pytest.fixture(scope="module", params=list(Dialect))
def reader(request: pytest.FixtureRequest, new_home: NewHome) -> Iterator[tuple[Dialect, Session]]:
    """A reader of a build on each engine, who may take a second for each statement."""
    dialect: Dialect = request.param
    warehouse = open_warehouse(new_home(dialect.value))
    with warehouse.sources("test") as sources, sources.connection.begin():
        source_customers.create(sources.connection)
    build(warehouse, "b1", rows=3)
    with warehouse.read(timeout_seconds=1) as session:
        yield dialect, session
    warehouse.close()


def as_it_stands(text: str) -> sa.TextualSelect:
    escaped = text.replace(":", r"\:")
    return sa.text(escaped).columns(sa.column("found", sa.Text))


def within(text: str) -> sa.Select[str]:
    return sa.select(as_it_stands(text).subquery("query").c.found)


def tried(session: Session, text: str) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "alone", lambda: session.rows(as_it_stands(text))
    yield "within", lambda: session.rows(within(text))
    yield "kept", lambda: session.materialise("found", as_it_stands(text))


def refused(attempt: Callable[[], object]) -> bool:
    """Only what the engine or its session says counts: anything else is a mistake of the test."""
    try:
        attempt()
    except (AmpiqError, sa.exc.DBAPIError):
        return True
    return False


def test_a_session_refuses_what_no_parser_refused(reader: tuple[Dialect, Session]) -> None:
    dialect, session = reader
    passed = [
        (use, text)
        for text in ATTACKS[dialect]
        if text not in HARMLESS
        for use, attempt in tried(session, text)
        if not refused(attempt)
    ]
    assert passed == []
    assert session.rows(COUNT) == [(3,)]


def test_a_session_reads_what_only_computes(reader: tuple[Dialect, Session]) -> None:
    dialect, session = reader
    for text in QUERIES[dialect]:
        assert len(session.rows(within(text))) == 3
