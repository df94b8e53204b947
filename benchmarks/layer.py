"""The cost of single parts: the language, a count, the HTTP and GraphQL layer, lists and rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from ampiq_gql.services import Services
from ampiq_gql.store.paging import PageRequest
from ampiq_gql.store.segments import SegmentFilter, SegmentOrder
from benchmarks import by_hand
from benchmarks.agreement import Disagreement
from benchmarks.by_hand import CASES
from benchmarks.server import Connection, requests_per_second
from benchmarks.shop import SEGMENTS
from benchmarks.timing import Timing, in_turn

__all__ = ["LayerResult", "Throughput", "measure_layer", "measure_throughput"]

COLUMNS = (
    "given_name", "surname", "full_name", "email", "phone", "address", "city", "state", "postal",
    "birthdate", "gender", "lifetime_order_revenue", "lifetime_order_frequency",
    "l12m_order_revenue", "l12m_order_frequency", "first_order_datetime", "latest_order_datetime",
    "contactable_email", "contactable_phone", "contactable_address",
)  # fmt: skip
_SEGMENTS = """
query Segments($first: Int!) {
  segments(first: $first) { edges { node { name status updatedAt } } }
}
"""
_CUSTOMERS = """
query Customers($columns: [String!]) {
  preview(expression: "everyone") { customers(first: 1000, columns: $columns) { rows } }
}
"""
_COUNT = """
query Count($expression: String!) {
  preview(expression: $expression) { insights { uniqueCustomers { value } } }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerResult:
    """One thing done over HTTP, by the service in process and, where it makes sense, by SQL."""

    title: str
    times: Mapping[str, Timing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """How many of the smallest questions are answered at a time."""

    connections: int
    per_second: float


def measure_layer(
    services: Services, connection: Connection, database: duckdb.DuckDBPyConnection, *, rounds: int
) -> tuple[LayerResult, ...]:
    """Measure everything that is not the Summary tab."""
    return (
        _count(services, connection, database, rounds=rounds),
        _segments(services, connection, rounds=rounds),
        _customers(services, connection, database, rounds=rounds),
        *(_language(services, number, rounds=rounds) for number in range(len(CASES))),
    )


def measure_throughput(address: str) -> tuple[Throughput, ...]:
    """Ask `{ __typename }` over one and over sixteen connections."""
    return tuple(
        Throughput(
            connections=connections,
            per_second=requests_per_second(
                address, "{ __typename }", connections=connections, seconds=3
            ),
        )
        for connections in (1, 16)
    )


def _count(
    services: Services, connection: Connection, database: duckdb.DuckDBPyConnection, *, rounds: int
) -> LayerResult:
    """Count an attribute rule with another literal every time."""
    case = CASES[0]

    def expression(number: int) -> str:
        return case.expression.format(10_000 + number)

    def by_sql(number: int) -> object:
        ids = case.ids.format(10_000 + number)
        return database.execute(f"SELECT count(*) FROM ({ids})").fetchone()

    ways = {
        "http": lambda number: connection.ask(_COUNT, expression=expression(number)),
        "service": lambda number: services.insights.counted(expression(number)),
        "sql": by_sql,
    }
    return LayerResult(
        title="count of an attribute rule", times=in_turn(ways, rounds=rounds, warm_up=3)
    )


def _segments(services: Services, connection: Connection, *, rounds: int) -> LayerResult:
    request = PageRequest(first=SEGMENTS)
    ways = {
        "http": lambda _: connection.ask(_SEGMENTS, first=SEGMENTS),
        "service": lambda _: services.segments.page(SegmentFilter(), SegmentOrder(), request),
    }
    return LayerResult(
        title=f"a page of {SEGMENTS} segments, three fields each",
        times=in_turn(ways, rounds=rounds, warm_up=3),
    )


def _customers(
    services: Services, connection: Connection, database: duckdb.DuckDBPyConnection, *, rounds: int
) -> LayerResult:
    """Read the first page of customers: all ways must give the same ids."""
    page = services.customers.page("everyone", columns=COLUMNS, first=1_000)
    if [row[0] for row in page.rows] != [row[0] for row in _page_by_hand(database)]:
        raise Disagreement("the server's first page of customers is not that of the SQL")
    ways: dict[str, Callable[[int], object]] = {
        "http": lambda _: connection.ask(_CUSTOMERS, columns=list(COLUMNS)),
        "service": lambda _: services.customers.page("everyone", columns=COLUMNS, first=1_000),
        "sql": lambda _: _page_by_hand(database),
    }
    return LayerResult(
        title=f"1,000 customers, {len(COLUMNS)} columns each",
        times=in_turn(ways, rounds=rounds, warm_up=3),
    )


def _page_by_hand(database: duckdb.DuckDBPyConnection) -> Sequence[tuple[object, ...]]:
    return by_hand.customers(database, COLUMNS, first=1_000)


def _language(services: Services, case_number: int, *, rounds: int) -> LayerResult:
    """Parse, resolve and compile, without running anything."""
    case = CASES[case_number]
    with services.warehouse.read() as session:
        ways = {
            "service": lambda number: services.segments.expression(
                session, case.expression.format(20_000 + number)
            )
        }
        times = in_turn(ways, rounds=rounds, warm_up=3)
    return LayerResult(title=f"parse, resolve and compile: {case.title}", times=times)
